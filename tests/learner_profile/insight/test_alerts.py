"""Alerts to those who work with a learner, and what they decide."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI

from kit.caller import system
from services.learner_profile.insight.commands import refresh_pace
from tests.conftest import Sql
from tests.learner_profile.gradebook.lms import Lms
from tests.learner_profile.insight.conftest import Viewer
from tests.learner_profile.schoolhouse import Schoolhouse


def _ago(days: int) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).date().isoformat()


@pytest.fixture
async def stalled(lms: Lms, codes: dict[str, UUID]) -> dict[str, UUID]:
    """M.1 stands still since six weeks, M.2 is mastered, M.3 moves on."""
    await lms.result("r1", "quiz", {"M.1": 3, "M.2": 9}, scoreDate=_ago(60))
    await lms.result("r2", "quiz", {"M.1": 4, "M.2": 9}, scoreDate=_ago(42))
    await lms.result("r3", "quiz", {"M.3": 4}, scoreDate=_ago(20))
    await lms.result("r4", "quiz", {"M.3": 5}, scoreDate=_ago(2))
    return codes


async def test_standing_still_alerts_the_teacher_and_finished_work_never(
    stalled: dict[str, UUID], teacher: Viewer, schoolhouse: Schoolhouse
) -> None:
    found = await teacher.section("learners", schoolhouse.learner, "paceAlerts")
    assert [(one["kind"], one["state"], one["competency"]["code"]) for one in found] == [("PACE_STALLED", "NEW", "M.1")]
    paces = await teacher.section("learners", schoolhouse.learner, "paces")
    assert {one["competency"]["code"]: one["band"] for one in paces} == {"M.1": "STALLED", "M.3": "AHEAD"}
    mine = await teacher.section("me", None, "alerts")
    assert [edge["node"]["id"] for edge in mine["edges"]] == [found[0]["id"]]


async def test_new_evidence_ends_the_alert_at_once(
    stalled: dict[str, UUID], lms: Lms, teacher: Viewer, schoolhouse: Schoolhouse, sql: Sql
) -> None:
    await lms.result("r5", "quiz", {"M.1": 6}, scoreDate=_ago(0))
    assert await teacher.section("learners", schoolhouse.learner, "paceAlerts") == []
    async with sql("learner_profile", schoolhouse.district) as connection:
        assert await connection.fetchval("select array_agg(distinct state) from alert") == ["expired"]


@pytest.mark.parametrize("persona", ["learner", "guardian", "other_teacher", "district_analyst"])
async def test_alerts_are_for_those_who_work_with_the_learner(
    stalled: dict[str, UUID], lp: httpx.AsyncClient, schoolhouse: Schoolhouse, teacher: Viewer, sql: Sql, persona: str
) -> None:
    viewer = Viewer(lp, schoolhouse, persona)
    assert not await viewer.section("learners", schoolhouse.learner, "paceAlerts")
    [alert] = await teacher.section("learners", schoolhouse.learner, "paceAlerts")
    answer = await viewer.send("PUT", f"/v1/alerts/{alert['id']}/answer", {"state": "DISMISSED"})
    assert answer.status_code == 404
    async with sql("learner_profile", schoolhouse.district) as connection:
        assert await connection.fetchval("select state from alert where state <> 'expired'") == "new"


async def test_an_answered_alert_is_kept_and_a_dismissed_one_is_not_raised_again_for_the_same_cause(
    stalled: dict[str, UUID], teacher: Viewer, schoolhouse: Schoolhouse, lp_app: FastAPI
) -> None:
    [alert] = await teacher.section("learners", schoolhouse.learner, "paceAlerts")
    answer = await teacher.send("PUT", f"/v1/alerts/{alert['id']}/answer", {"state": "DISMISSED", "note": "Was ill"})
    assert (answer.status_code, answer.json()) == (200, {**alert, "state": "DISMISSED", "note": "Was ill"})
    async with lp_app.state.database.transaction(system(schoolhouse.district.id)) as session:
        await refresh_pace(session)
    assert await teacher.section("learners", schoolhouse.learner, "paceAlerts") == []


async def test_the_district_decides_after_how_many_days_work_stands_still(
    stalled: dict[str, UUID], lp: httpx.AsyncClient, schoolhouse: Schoolhouse, teacher: Viewer, lp_app: FastAPI
) -> None:
    rule = {"isEnabled": True, "afterDays": 60}
    refused = await teacher.send("PUT", "/v1/alert-rules/PACE_STALLED", rule)
    assert refused.status_code == 403
    leader = Viewer(lp, schoolhouse, "district_leader")
    assert (await leader.send("PUT", "/v1/alert-rules/PACE_STALLED", rule)).json() == rule
    async with lp_app.state.database.transaction(system(schoolhouse.district.id)) as session:
        await refresh_pace(session)
    assert await teacher.section("learners", schoolhouse.learner, "paceAlerts") == []


async def test_a_target_of_the_class_sets_who_is_behind(
    stalled: dict[str, UUID], lp: httpx.AsyncClient, teacher: Viewer, schoolhouse: Schoolhouse
) -> None:
    path = f"/v1/classes/{schoolhouse.class_}/pace-targets/{stalled['M.3']}"
    for persona, status in (("guardian", 403), ("other_teacher", 404)):
        refused = await Viewer(lp, schoolhouse, persona).send("PUT", path, {"dueOn": _ago(-1)})
        assert refused.status_code == status
    assert (await teacher.send("PUT", path, {"dueOn": _ago(-1)})).json() == {"dueOn": _ago(-1)}
    found = await teacher.section("learners", schoolhouse.learner, "paceAlerts")
    assert {(one["kind"], one["competency"]["code"]) for one in found} == {
        ("PACE_STALLED", "M.1"),
        ("PACE_BEHIND", "M.3"),
    }
    unknown = f"/v1/classes/{schoolhouse.class_}/pace-targets/{uuid4()}"
    assert (await teacher.send("PUT", unknown, {"dueOn": _ago(-1)})).status_code == 422


async def test_the_system_says_who_is_ready_and_an_educator_decides(
    stalled: dict[str, UUID], teacher: Viewer, schoolhouse: Schoolhouse, lp: httpx.AsyncClient
) -> None:
    async def ready() -> list[str]:
        found = await teacher.section("learners", schoolhouse.learner, "readyToAdvance")
        return [one["competency"]["code"] for one in found]

    path = f"/v1/learners/{schoolhouse.learner}/advance-decisions"
    decided = {"competencyId": str(stalled["M.2"]), "decision": "ADVANCED"}
    assert await ready() == ["M.2"]
    family = Viewer(lp, schoolhouse, "guardian")
    assert (await family.send("POST", path, decided)).status_code == 403
    assert (await Viewer(lp, schoolhouse, "other_teacher").send("POST", path, decided)).status_code == 404
    early = await teacher.send("POST", path, {**decided, "competencyId": str(stalled["M.1"])})
    assert (early.status_code, early.json()["code"]) == (409, "NOT_ELIGIBLE")
    silent = await teacher.send("POST", path, {"competencyId": str(stalled["M.1"]), "decision": "OVERRIDDEN"})
    assert silent.status_code == 422
    assert await ready() == ["M.2"]
    first = await teacher.send("POST", path, decided, **{"Idempotency-Key": "k1"})
    again = await teacher.send("POST", path, decided, **{"Idempotency-Key": "k1"})
    assert (first.status_code, again.json()) == (201, first.json())
    assert await ready() == []
    kept = await teacher.section("learners", schoolhouse.learner, "advanceDecisions")
    assert [(one["decision"], one["competency"]["code"]) for one in kept] == [("ADVANCED", "M.2")]


async def test_held_back_is_asked_again_when_mastery_changes(
    stalled: dict[str, UUID], teacher: Viewer, schoolhouse: Schoolhouse, lms: Lms
) -> None:
    path = f"/v1/learners/{schoolhouse.learner}/advance-decisions"
    held = {"competencyId": str(stalled["M.2"]), "decision": "HELD", "note": "One more conversation"}
    assert (await teacher.send("POST", path, held)).status_code == 201
    assert await teacher.section("learners", schoolhouse.learner, "readyToAdvance") == []
    await lms.result("r6", "quiz", {"M.2": 10}, scoreDate=_ago(0))
    assert len(await teacher.section("learners", schoolhouse.learner, "readyToAdvance")) == 1
