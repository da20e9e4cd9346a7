"""Hot reads: one round trip, always in the context of the caller who asks now."""

import orjson
from fastapi import FastAPI
from sqlalchemy import Uuid, bindparam, func, select

from kit.caller import VerifiedCaller, system
from kit.database import opened
from kit.reads import HotRead
from services.learner_profile.roster.models import District, Org
from tests.worlds import TestDistrict


async def test_callers_who_alternate_on_one_connection_each_see_their_own(
    lp_app: FastAPI, districts: tuple[TestDistrict, TestDistrict]
) -> None:
    """More often than the five times after which PostgreSQL would keep a generic plan."""
    read = HotRead(select(func.json_agg(District.slug)))
    settings = lp_app.state.settings.model_copy(update={"pool_size": 1})
    async with opened(settings, lp_app.state.clock) as database:
        for _ in range(8):
            for district in districts:
                body = await read.fetch(database, system(district.id))
                assert body == orjson.dumps([district.slug])


async def test_without_a_context_nothing_is_read(lp_app: FastAPI, districts: tuple[TestDistrict, TestDistrict]) -> None:
    assert len(districts) == 2
    pool = lp_app.state.database.pool
    assert await pool.fetchval("select count(*) from district") == 0


async def test_what_the_caller_gives_stays_a_parameter(
    lp_app: FastAPI, districts: tuple[TestDistrict, TestDistrict]
) -> None:
    statement = select(func.json_agg(Org.name)).where(Org.id == bindparam("org", type_=Uuid), Org.type == "it's")
    read = HotRead(statement)
    assert "'it''s'" in read.sql
    assert "org.id = $1::UUID" in read.sql
    body = await read.fetch(lp_app.state.database, system(districts[0].id), org=districts[0].id)
    assert body is None


async def test_a_person_is_no_system_to_the_database(
    lp_app: FastAPI, districts: tuple[TestDistrict, TestDistrict]
) -> None:
    read = HotRead(select(func.json_build_array(func.trellis_person(), func.trellis_client())))
    district = districts[0]
    person = VerifiedCaller(district.id, person_id=district.id, client_id="web")
    body = await read.fetch(lp_app.state.database, person)
    assert orjson.loads(body or b"") == [str(district.id), None]
    body = await read.fetch(lp_app.state.database, VerifiedCaller(district.id, client_id="sis-client"))
    assert orjson.loads(body or b"") == [None, "sis-client"]


def test_the_planner_is_not_told_that_the_district_is_empty() -> None:
    """It evaluates a bare stable function before the context is set, and would plan every join for no rows at all."""
    read = HotRead(select(func.json_agg(Org.name)).where(Org.district_id == func.trellis_district()))
    assert "org.district_id = (SELECT trellis_district())" in read.sql
