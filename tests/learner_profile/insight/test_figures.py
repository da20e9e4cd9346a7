"""Figures of many: taken once a day, and with nothing in them that names one."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI

from kit.jobs import Context
from services.learner_profile.insight.commands import take_figures
from tests.conftest import Sql
from tests.learner_profile.gradebook.lms import Lms
from tests.learner_profile.insight.conftest import Viewer
from tests.learner_profile.schoolhouse import Schoolhouse

_PROGRESS = ("learners", "assessed", "mastered", "developing", "insufficient")


@pytest.fixture
async def peopled(schoolhouse: Schoolhouse, codes: dict[str, UUID], sql: Sql) -> dict[str, UUID]:
    """44 at the first school: 4 learn English, 30 do not, 10 nobody knows; 34 and 20 at the second."""
    async with sql("learner_profile", schoolhouse.district) as connection:
        for school, flag, people in (
            (schoolhouse.school, "true", 4), (schoolhouse.school, "no", 30), (schoolhouse.school, None, 10),
            (schoolhouse.other_school, "1", 34), (schoolhouse.other_school, "false", 20),
        ):  # fmt: skip
            for number in range(people):
                await _learner(connection, school, flag, codes["M.1"], is_mastered=number % 2 == 0)
    return codes


async def _learner(connection: Any, school: UUID, flag: str | None, competency: UUID, *, is_mastered: bool) -> None:  # noqa: ANN401 - asyncpg's proxy
    learner, name = uuid4(), uuid4().hex
    metadata = {} if flag is None else {"ell": flag}
    await connection.execute(
        """insert into person (district_id, id, source, sourced_id, username, given_name, family_name, metadata)
           values (trellis_district(), $1, 'sis', $2, $2, 'A', 'B', $3)""",
        learner, name, metadata,
    )  # fmt: skip
    await connection.execute(
        """insert into school_enrollment (district_id, learner_id, school_id, source, grade, is_primary)
           values (trellis_district(), $1, $2, 'sis', '05', true)""",
        learner, school,
    )  # fmt: skip
    await connection.execute(
        """insert into mastery (district_id, learner_id, competency_id, state, score, evidence_count, as_of)
           values (trellis_district(), $1, $2, $3, 0.5, 2, now())""",
        learner, competency, "MASTERED" if is_mastered else "DEVELOPING",
    )  # fmt: skip


async def _take(app: FastAPI) -> None:
    database = app.state.database
    await take_figures(Context(app.state.settings, database, database.clock))


async def test_gaps_are_published_without_small_groups_and_what_would_give_them_away(
    peopled: dict[str, UUID], lp_app: FastAPI, lp: httpx.AsyncClient, schoolhouse: Schoolhouse
) -> None:
    await _take(lp_app)
    principal = Viewer(lp, schoolhouse, "principal")
    found = await principal.section("schools", schoolhouse.school, "gaps", by=["ELL"])
    shown = {one["group"]: (one["n"], one["value"], one["suppressed"]) for one in found}
    assert shown == {
        "ALL": (44, 0.5, False),
        "NO": (None, None, True),
        "UNKNOWN": (None, None, True),
        "YES": (None, None, True),
    }
    leader = Viewer(lp, schoolhouse, "district_analyst")
    other = await leader.section("schools", schoolhouse.other_school, "gaps", by=["ELL"])
    assert [one["suppressed"] for one in other] == [False, True, True]
    district = await leader.section("district", None, "gaps", by=["ELL"])
    assert {one["group"]: one["n"] for one in district} == {"ALL": 98, "NO": 50, "UNKNOWN": 10, "YES": 38}


async def test_figures_of_a_day_do_not_change_afterwards(
    peopled: dict[str, UUID], lp_app: FastAPI, lp: httpx.AsyncClient, schoolhouse: Schoolhouse, sql: Sql
) -> None:
    await _take(lp_app)
    principal = Viewer(lp, schoolhouse, "principal")
    async with sql("learner_profile", schoolhouse.district) as connection:
        today = await connection.fetchval("select district_today()")
    days = {"fromOn": str(today - timedelta(days=40)), "toOn": str(today)}
    before = await principal.section("schools", schoolhouse.school, "trend", by="DAY", **days)
    gaps = await principal.section("schools", schoolhouse.school, "gaps", by=["ELL", "GRADE"])
    async with sql("learner_profile", schoolhouse.district) as connection:
        await connection.execute("update mastery set state = 'MASTERED'")
    await _take(lp_app)
    assert await principal.section("schools", schoolhouse.school, "trend", by="DAY", **days) == before
    assert await principal.section("schools", schoolhouse.school, "gaps", by=["ELL", "GRADE"]) == gaps
    [point] = before
    assert {name: point[name] for name in _PROGRESS} == {
        "learners": 44, "assessed": 44, "mastered": 22, "developing": 22, "insufficient": 0,
    }  # fmt: skip
    now = await principal.section("schools", schoolhouse.school, "progress")
    assert now[0]["mastered"] == 44


@pytest.mark.parametrize("persona", ["learner", "guardian", "teacher", "other_principal"])
async def test_figures_of_a_school_are_for_its_leaders(
    peopled: dict[str, UUID], lp_app: FastAPI, lp: httpx.AsyncClient, schoolhouse: Schoolhouse, persona: str
) -> None:
    await _take(lp_app)
    viewer = Viewer(lp, schoolhouse, persona)
    days = {"fromOn": "2020-01-01", "toOn": "2090-01-01"}
    for name, args in (("gaps", {"by": ["ELL"]}), ("progress", {}), ("trend", days)):
        assert await viewer.section("schools", schoolhouse.school, name, **args) is None
    assert await viewer.section("district", None, "gaps", by=["ELL"]) is None


async def test_the_figures_of_one_district_are_not_those_of_another(
    peopled: dict[str, UUID], lp_app: FastAPI, schoolhouse: Schoolhouse, sql: Sql
) -> None:
    await _take(lp_app)
    async with sql("learner_profile", schoolhouse.other_district) as connection:
        assert await connection.fetchval("select count(*) from gap_figure") == 0
        assert await connection.fetchval("select count(*) from figures_day") == 1


async def test_a_class_can_be_seen_as_it_was_known_at_a_moment(
    codes: dict[str, UUID], lms: Lms, teacher: Viewer, schoolhouse: Schoolhouse, sql: Sql
) -> None:
    await lms.result("r1", "quiz", {"M.1": 9, "M.2": 4}, scoreDate="2026-02-02")
    await lms.result("r2", "quiz", {"M.1": 9}, scoreDate="2026-02-09")
    async with sql("learner_profile", schoolhouse.district) as connection:
        then = (await connection.fetchval("select clock_timestamp()")).isoformat()
    await lms.result("r2", "quiz", {"M.1": 0}, scoreDate="2026-02-09")
    [now] = await teacher.section("classes", schoolhouse.class_, "progress")
    [before] = await teacher.section("classes", schoolhouse.class_, "progress", asOf=then)
    assert {name: now[name] for name in _PROGRESS} == {
        "learners": 1, "assessed": 2, "mastered": 0, "developing": 1, "insufficient": 1,
    }  # fmt: skip
    assert {name: before[name] for name in _PROGRESS} == {
        "learners": 1, "assessed": 2, "mastered": 1, "developing": 0, "insufficient": 1,
    }  # fmt: skip
    assert now["framework"]["title"] == "Maths"
