"""Two districts whose registrars pushed rosters with the same sourcedIds."""

import httpx
import pytest

from tests.conftest import Pool
from tests.learner_profile.oneroster.registrar import Registrar, load, roster
from tests.worlds import Mint, TestDistrict, new_district


@pytest.fixture
def registrars(lp: httpx.AsyncClient, districts: tuple[TestDistrict, TestDistrict]) -> tuple[Registrar, Registrar]:
    """Two registrars whose districts are still empty."""
    return Registrar(lp, districts[0]), Registrar(lp, districts[1])


@pytest.fixture
async def loaded(registrars: tuple[Registrar, Registrar]) -> tuple[Registrar, Registrar]:
    """The same two, each with its roster pushed."""
    await load(registrars[0], roster("North"))
    await load(registrars[1], roster("South"))
    return registrars


@pytest.fixture(scope="session")
async def library(lp: httpx.AsyncClient, mint: Mint, pools: dict[str, Pool]) -> tuple[Registrar, Registrar]:
    """Two districts that are loaded once, for tests that only read."""
    pair = Registrar(lp, new_district(mint, "north")), Registrar(lp, new_district(mint, "south"))
    for registrar, label in zip(pair, ("North", "South"), strict=True):
        district = registrar.district
        async with pools["learner_profile"].acquire() as connection, connection.transaction():
            await connection.execute("select set_config('trellis.district_id', $1, true)", str(district.id))
            await connection.execute(
                "insert into district (district_id, slug, name) values ($1, $2, $3)",
                district.id,
                district.slug,
                district.name,
            )
        await load(registrar, roster(label))
    return pair
