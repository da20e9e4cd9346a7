"""The world of the matrix, made once."""

from collections.abc import AsyncIterator

import asyncpg
import httpx
import pytest
from fastapi import FastAPI

from kit.database import Database
from local.databases import ServiceDatabase
from services.cohort.events import HEARD as TOLD_TO_COHORT
from services.marketplace.events import HEARD as TOLD_TO_MARKETPLACE
from tests.access import filling
from tests.access.ledger import Ledger
from tests.access.world import World, fill_roster, places
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
    database: Database = lp_app.state.database
    here, there = places(new_district(mint, "here"), new_district(mint, "there"))
    others = {co_app: TOLD_TO_COHORT, mk_app: TOLD_TO_MARKETPLACE}
    for place in (here, there):
        await fill_roster(database, place)
        await filling.push(lp, place)
        await filling.tell(database, place, others)
        await filling.list_and_place(co, mk, place)
        await filling.look_up(lp, place)
    return World(here, there, {"learner_profile": lp, "cohort": co, "marketplace": mk})


@pytest.fixture(scope="session")
async def ledger(databases: dict[str, ServiceDatabase]) -> AsyncIterator[Ledger]:
    """What stands in the databases, seen by their owners."""
    opened = {name: await asyncpg.connect(database.urls["owner"]) for name, database in databases.items()}
    yield await Ledger.of(opened)
    for connection in opened.values():
        await connection.close()
