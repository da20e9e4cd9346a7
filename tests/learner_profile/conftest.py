"""Worlds of the learner profile's tests."""

import pytest
from fastapi import FastAPI

from kit.caller import system
from kit.database import Database
from tests.learner_profile import schoolhouse as houses
from tests.worlds import TestDistrict


@pytest.fixture
async def schoolhouse(lp_app: FastAPI, districts: tuple[TestDistrict, TestDistrict]) -> houses.Schoolhouse:
    """A filled district beside another that is filled alike."""
    database: Database = lp_app.state.database
    here, there = districts
    async with database.transaction(system(there.id)) as session:
        await houses.build(session, there, here)
    async with database.transaction(system(here.id)) as session:
        return await houses.build(session, here, there)
