"""The world of the matrix, made once."""

from collections.abc import AsyncIterator

import asyncpg
import httpx
import pytest
from fastapi import FastAPI

from local.databases import ServiceDatabase
from tests.access import filling
from tests.access.callers import Crowd
from tests.access.ledger import Ledger
from tests.access.world import World
from tests.worlds import Mint, new_district


@pytest.fixture(scope="session")
async def world(
    lp_app: FastAPI,
    co_app: FastAPI,
    mk_app: FastAPI,
    lp: httpx.AsyncClient,
    co: httpx.AsyncClient,
    mk: httpx.AsyncClient,
    mint: Mint,
) -> World:
    """Two districts that share every identifier, with the same people, grades, programs and listings."""
    doors = {"learner_profile": lp, "cohort": co, "marketplace": mk}
    apps = {"learner_profile": lp_app, "cohort": co_app, "marketplace": mk_app}
    return await filling.made(doors, apps, new_district(mint, "here"), new_district(mint, "there"))


@pytest.fixture(scope="session")
def crowd(world: World) -> Crowd:
    """Everybody who comes to the doors."""
    return Crowd.of(world)


@pytest.fixture(scope="session")
async def ledger(databases: dict[str, ServiceDatabase]) -> AsyncIterator[Ledger]:
    """What stands in the databases, seen by their owners."""
    opened = {name: await asyncpg.connect(database.urls["owner"]) for name, database in databases.items()}
    yield await Ledger.of(opened)
    for connection in opened.values():
        await connection.close()
