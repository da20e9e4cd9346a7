"""A district for bad input, and the callers that would be let in if it were good."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import asyncpg
import httpx
import pytest
from fastapi import FastAPI

from local.databases import ServiceDatabase
from tests.access import filling
from tests.access.ledger import Ledger
from tests.access.scopes import ALL
from tests.access.world import World
from tests.worlds import ORIGIN, Mint, new_district


@pytest.fixture(scope="session")
async def world(lp_app: FastAPI, co_app: FastAPI, mk_app: FastAPI, mint: Mint) -> AsyncIterator[World]:
    """The matrix's world anew: what bad input does to it is nobody else's affair. A failure inside comes out as an answer."""
    apps = {"learner_profile": lp_app, "cohort": co_app, "marketplace": mk_app}
    async with AsyncExitStack() as stack:
        doors = {name: await stack.enter_async_context(candid(app)) for name, app in apps.items()}
        yield await filling.made(doors, apps, new_district(mint, "hurt"), new_district(mint, "spared"))


@pytest.fixture(scope="session")
async def graph(gw_app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with candid(gw_app) as client:
        yield client


def candid(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app, raise_app_exceptions=False), base_url=ORIGIN)


@pytest.fixture(scope="session")
async def ledger(databases: dict[str, ServiceDatabase]) -> AsyncIterator[Ledger]:
    """What stands in the databases, seen by their owners."""
    opened = {name: await asyncpg.connect(database.urls["owner"]) for name, database in databases.items()}
    yield await Ledger.of(opened)
    for connection in opened.values():
        await connection.close()


@pytest.fixture(scope="session")
def as_system(world: World) -> dict[str, str]:
    """A system that may do everything."""
    return world.here.district.as_client(*ALL, source="matrix", roster_source="sis")


@pytest.fixture(scope="session")
def as_steward(world: World) -> dict[str, str]:
    """A person who may do what persons may."""
    return world.here.district.as_person(world.here.ids["data_steward"])
