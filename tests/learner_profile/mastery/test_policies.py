"""Rules of mastery change by version, and what was said before stays said."""

from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from kit.jobs import Context, claim, perform
from services.learner_profile.mastery.commands import jobs
from services.learner_profile.mastery.commands.jobs import JOBS
from tests.conftest import Sql
from tests.learner_profile.gradebook.lms import Lms
from tests.learner_profile.schoolhouse import Schoolhouse

Json = Any
_HIGHEST = {"name": "The best counts", "scope": "DISTRICT", "method": "HIGHEST"}
_LEVELS = [
    {"name": "not yet", "lowerBound": 0, "isMastered": False},
    {"name": "mastered", "lowerBound": 0.5, "isMastered": True},
]


@pytest.fixture
async def graded(lms: Lms, schoolhouse: Schoolhouse) -> Lms:
    """M.1 once went well and then badly."""
    await lms.framework("Maths", "M.1", "M.2")
    await lms.item("quiz")
    await lms.result("r1", "quiz", {"M.1": 9}, scoreDate="2026-02-02")
    await lms.result("r2", "quiz", {"M.1": 4}, scoreDate="2026-02-09")
    return lms


@pytest.fixture
async def ids(graded: Lms, schoolhouse: Schoolhouse, sql: Sql) -> dict[str, str]:
    async with sql("learner_profile", schoolhouse.district) as connection:
        found = {row["code"]: str(row["id"]) for row in await connection.fetch("select code, id from competency")}
        return {**found, "framework": str(await connection.fetchval("select id from framework"))}


async def _put(lms: Lms, path: str, body: Json) -> httpx.Response:
    return await lms.send("PUT", f"/v1/mastery/{path}", body)


async def _work(app: FastAPI) -> None:
    database = app.state.database
    context = Context(settings=app.state.settings, database=database, clock=database.clock)
    while job := await claim(database, "test", list(JOBS)):
        await perform(job, JOBS[job.kind], context)


async def _now(sql: Sql, house: Schoolhouse) -> str:
    async with sql("learner_profile", house.district) as connection:
        return str((await connection.fetchval("select clock_timestamp()")).isoformat())


async def _m1(lms: Lms, house: Schoolhouse, **args: Json) -> tuple[str, str | None, float | None]:
    node = (await lms.mastery(house.learner, **args))["M.1"]
    return node["state"], node["level"], node["score"]


async def test_a_new_policy_changes_today_and_leaves_yesterday_as_it_was(
    lp_app: FastAPI, graded: Lms, ids: dict[str, str], schoolhouse: Schoolhouse, sql: Sql
) -> None:
    before = await _now(sql, schoolhouse)
    policy = uuid4()
    made = await _put(graded, f"policies/{policy}", _HIGHEST)
    assert (made.status_code, made.json()["version"]) == (200, 1)
    await _work(lp_app)
    assert await _m1(graded, schoolhouse) == ("MASTERED", "advanced", 0.9)
    assert await _m1(graded, schoolhouse, asOf=before) == ("DEVELOPING", "developing", 0.575)
    assert (await _put(graded, f"policies/{policy}", _HIGHEST)).json() == made.json()
    between = await _now(sql, schoolhouse)
    second = await _put(graded, f"policies/{policy}", {**_HIGHEST, "method": "LATEST"})
    assert second.json()["version"] == 2
    await _work(lp_app)
    assert await _m1(graded, schoolhouse) == ("DEVELOPING", "beginning", 0.4)
    assert await _m1(graded, schoolhouse, asOf=between) == ("MASTERED", "advanced", 0.9)
    first = await graded.send("GET", f"/v1/mastery/policies/{policy}?version=1")
    assert first.json() == made.json()


async def test_a_change_of_rule_reaches_every_row_whatever_the_batch(
    lp_app: FastAPI, graded: Lms, schoolhouse: Schoolhouse, sql: Sql, monkeypatch: pytest.MonkeyPatch
) -> None:
    mate = {"student": {"sourcedId": "classmate"}}
    for name, score, day in (("r3", {"M.1": 8, "M.2": 8}, "02"), ("r4", {"M.1": 2, "M.2": 2}, "09")):
        await graded.result(name, "quiz", score, scoreDate=f"2026-02-{day}", **mate)
    monkeypatch.setattr(jobs, "_BATCH", 1)
    await _put(graded, f"policies/{uuid4()}", _HIGHEST)
    await _work(lp_app)
    async with sql("learner_profile", schoolhouse.district) as connection:
        held = await connection.fetch("select score, policy_version from mastery order by score")
    assert [(float(row["score"]), row["policy_version"]) for row in held] == [(0.8, 1), (0.8, 1), (0.9, 1)]


async def test_a_frameworks_policy_goes_before_the_districts_and_only_on_its_days(
    lp_app: FastAPI, graded: Lms, ids: dict[str, str], schoolhouse: Schoolhouse
) -> None:
    await _put(graded, f"policies/{uuid4()}", _HIGHEST)
    own = {"name": "Mean", "scope": "FRAMEWORK", "frameworkId": ids["framework"], "method": "MEAN"}
    past = {**own, "name": "Old", "method": "LATEST", "toOn": "2020-01-01"}
    await _put(graded, f"policies/{uuid4()}", past)
    await _work(lp_app)
    assert (await _m1(graded, schoolhouse))[2] == 0.9
    await _put(graded, f"policies/{uuid4()}", own)
    await _work(lp_app)
    assert (await _m1(graded, schoolhouse))[2] == 0.65


async def test_a_scale_changes_levels_and_what_it_said_before_is_kept(
    lp_app: FastAPI, graded: Lms, ids: dict[str, str], schoolhouse: Schoolhouse, sql: Sql
) -> None:
    before = await _now(sql, schoolhouse)
    answer = await _put(graded, f"scales/{ids['framework']}", {"levels": _LEVELS})
    assert (answer.status_code, answer.json()["version"]) == (200, 2)
    await _work(lp_app)
    assert await _m1(graded, schoolhouse) == ("MASTERED", "mastered", 0.575)
    assert await _m1(graded, schoolhouse, asOf=before) == ("DEVELOPING", "developing", 0.575)
    again = await _put(graded, f"scales/{ids['framework']}", {"levels": _LEVELS})
    assert again.json() == answer.json()


@pytest.mark.parametrize(
    "levels",
    [
        [],
        None,
        [{**_LEVELS[0], "lowerBound": 0.1}, _LEVELS[1]],
        [_LEVELS[1], _LEVELS[0]],
        [{**_LEVELS[0], "isMastered": True}, {**_LEVELS[1], "isMastered": False}],
        [_LEVELS[0], {**_LEVELS[1], "name": "not yet"}],
        [_LEVELS[0], {**_LEVELS[1], "name": "nul \0"}],
    ],
)
async def test_a_scale_with_holes_or_out_of_order_is_refused(graded: Lms, ids: dict[str, str], levels: Json) -> None:
    assert (await _put(graded, f"scales/{ids['framework']}", {"levels": levels})).status_code == 422


async def test_a_blueprint_makes_evidence_insufficient_or_lets_mastery_decay(
    lp_app: FastAPI, graded: Lms, ids: dict[str, str], schoolhouse: Schoolhouse
) -> None:
    await graded.result("r2", "quiz", {"M.1": 10}, scoreDate="2026-02-09")
    assert (await _m1(graded, schoolhouse))[0] == "MASTERED"
    await _put(graded, f"blueprints/{ids['framework']}", {"minimumCount": 5})
    await _work(lp_app)
    assert (await _m1(graded, schoolhouse))[:2] == ("INSUFFICIENT_EVIDENCE", None)
    own = await _put(graded, f"blueprints/{ids['M.1']}", {"minimumCount": 1, "recencyDays": 30})
    assert (own.status_code, own.json()["version"]) == (200, 1)
    await _work(lp_app)
    assert await _m1(graded, schoolhouse) == ("DECAYED", None, None)
    assert (await _put(graded, f"blueprints/{uuid4()}", {"minimumCount": 1})).status_code == 422


@pytest.mark.parametrize("persona", ["learner", "guardian", "teacher", "principal", "district_analyst"])
async def test_rules_are_made_by_the_district(
    lp: httpx.AsyncClient, graded: Lms, ids: dict[str, str], schoolhouse: Schoolhouse, persona: str
) -> None:
    headers = schoolhouse.district.as_person(schoolhouse.people[persona])
    refused = await lp.put(f"/v1/mastery/policies/{uuid4()}", json=_HIGHEST, headers=headers)
    assert refused.status_code == 403
    assert await _m1(graded, schoolhouse) == ("DEVELOPING", "developing", 0.575)


async def test_a_conferred_status_outlives_every_rule_and_ends_by_a_person_with_a_reason(
    lp: httpx.AsyncClient, lp_app: FastAPI, graded: Lms, ids: dict[str, str], schoolhouse: Schoolhouse, sql: Sql
) -> None:
    teacher = schoolhouse.district.as_person(schoolhouse.teacher)
    said = {"learnerId": str(schoolhouse.learner), "competencyId": ids["M.1"], "basis": "Explained it to the class"}
    made = await lp.post("/v1/mastery/statuses", json=said, headers={**teacher, "Idempotency-Key": "one"})
    again = await lp.post("/v1/mastery/statuses", json=said, headers={**teacher, "Idempotency-Key": "one"})
    assert (made.status_code, again.json()) == (201, made.json())
    await _put(graded, f"policies/{uuid4()}", {**_HIGHEST, "method": "LATEST"})
    await _work(lp_app)
    async with sql("learner_profile", schoolhouse.district) as connection:
        assert await connection.fetchval("select count(*) from mastery_status_withdrawal") == 0
    path = f"/v1/mastery/statuses/{made.json()['id']}/withdrawal"
    other = schoolhouse.district.as_person(schoolhouse.people["other_teacher"])
    assert (await lp.post(path, json={"reason": "No"}, headers=other)).status_code == 404
    guardian = schoolhouse.district.as_person(schoolhouse.people["guardian"])
    assert (await lp.post(path, json={"reason": "No"}, headers=guardian)).status_code == 403
    ended = await lp.post(path, json={"reason": "Somebody else's work"}, headers=teacher)
    assert (ended.status_code, ended.json()["withdrawalReason"]) == (200, "Somebody else's work")
    assert (await lp.post(path, json={"reason": "Another"}, headers=teacher)).status_code == 409


async def test_a_report_is_frozen_when_it_is_issued(
    lp: httpx.AsyncClient, graded: Lms, ids: dict[str, str], schoolhouse: Schoolhouse
) -> None:
    leader = schoolhouse.district.as_person(schoolhouse.people["district_leader"])
    path = f"/v1/mastery/reports/{uuid4()}"
    body = {"title": "Autumn", "schoolId": str(schoolhouse.school), "frameworkId": ids["framework"]}
    issued = await lp.put(path, json=body, headers=leader)
    assert issued.status_code == 200, issued.text
    await graded.result("r2", "quiz", {"M.1": 10}, scoreDate="2026-02-09")
    assert (await lp.get(path, headers=leader)).json() == issued.json()
    assert (await lp.put(path, json=body, headers=leader)).json() == issued.json()
    assert (await lp.put(path, json={**body, "title": "Winter"}, headers=leader)).status_code == 409
    [row] = issued.json()["rows"]
    assert (row["learnerSourcedId"], row["state"], row["score"]) == ("learner", "DEVELOPING", 0.575)
