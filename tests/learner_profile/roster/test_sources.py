"""Each source system has an owner, a switch that holds at every door, its last good push, and a watch over its silence."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client import REGISTRY
from sqlalchemy import text

from kit.caller import system
from kit.database import Database
from kit.jobs import Context
from services.learner_profile.source.commands import watch
from tests.conftest import Sql
from tests.learner_profile.activity.tools import SCOPES as TOOL_SCOPES
from tests.learner_profile.activity.tools import envelope, grade
from tests.learner_profile.gradebook.lms import SCOPE, SCOPES, guid
from tests.learner_profile.gradebook.lms import package as case_package
from tests.learner_profile.schoolhouse import Schoolhouse

PUSHES = (
    *SCOPES,
    *TOOL_SCOPES,
    *(f"{SCOPE}roster.{word}" for word in ("createput", "delete")),
    "urn:trellis:scope:roster.push",
    "urn:trellis:scope:profile.push",
)
POLICY = {"absence": "remove", "removalShare": "0.2"}
SOURCE = "lms"
SCORE = {
    "learnerSourcedId": "learner",
    "competencyIdentifier": guid("A.1"),
    "score": "0.9",
    "kind": "quiz",
    "title": "Q",
}
ITEM = {"label": "Quiz", "scoreMaximum": 10}
STATEMENT = {
    "actor": {"mbox": "mailto:somebody@lms.example"},
    "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
    "object": {"id": "https://lms.example/quiz"},
}
DOORS: dict[str, tuple[str, str, object]] = {
    "OneRoster put": (
        "PUT", "/ims/oneroster/rostering/v1p2/orgs/o9",
        {"org": {"sourcedId": "o9", "status": "active", "name": "Nine", "type": "school"}},
    ),
    "OneRoster delete": ("DELETE", "/ims/oneroster/rostering/v1p2/orgs/s1", None),
    "gradebook put": ("PUT", "/ims/oneroster/gradebook/v1p2/categories/k", {"category": {"title": "K", "weight": 1}}),
    "gradebook delete": ("DELETE", "/ims/oneroster/gradebook/v1p2/categories/k", None),
    "evidence": ("POST", "/v1/evidence", SCORE),
    "Caliper": ("POST", "/caliper", envelope(grade("urn:uuid:1", 9))),
    "xAPI": ("POST", "/xapi/statements", STATEMENT),
    "AGS line item": ("POST", "/lti/ags/v2/contexts/c1/lineitems", ITEM),
    "AGS score": (
        "POST", f"/lti/ags/v2/contexts/c1/lineitems/{uuid4()}/scores",
        {"userId": "learner", "timestamp": "2026-02-02T12:00:00Z", "scoreGiven": 9, "scoreMaximum": 10,
         "activityProgress": "Completed", "gradingProgress": "FullyGraded"},
    ),
    "profile entries": ("POST", "/v1/profile/entries", {"entries": [{"sourceRecordId": "r1"}]}),
    "profile withdrawal": ("DELETE", "/v1/profile/entries/INTEREST/r1", None),
}  # fmt: skip
TABLES = ("org", "category", "evidence", "activity_event", "ags_line_item", "profile_entry", "outbox")
TYPES = {
    "AGS line item": "application/vnd.ims.lis.v2.lineitem+json",
    "AGS score": "application/vnd.ims.lis.v1.score+json",
}
Push = Callable[..., Awaitable[httpx.Response]]


@pytest.fixture
def push(lp: httpx.AsyncClient, schoolhouse: Schoolhouse) -> Push:
    async def send(door: str, source: str = SOURCE) -> httpx.Response:
        method, path, body = DOORS[door]
        headers = schoolhouse.district.as_client(*PUSHES, source=source) | {
            "Idempotency-Key": str(uuid4()),
            "X-Experience-API-Version": "1.0.3",
            "Content-Type": TYPES.get(door, "application/json"),
        }
        return await lp.request(method, path, headers=headers, json=body)

    return send


async def _steward(lp: httpx.AsyncClient, house: Schoolhouse) -> dict[str, str]:
    post = uuid5(NAMESPACE_URL, f"steward of {house.district.id}")
    body = {"personSourcedId": "district_analyst", "orgSourcedId": "d", "role": "data_steward"}
    headers = house.district.as_client("urn:trellis:scope:staff-assignments.push")
    (await lp.put(f"/v1/staff-assignments/{post}", json=body, headers=headers)).raise_for_status()
    return house.district.as_person(house.people["district_analyst"])


async def _set(lp: httpx.AsyncClient, house: Schoolhouse, source: str = SOURCE, **said: Any) -> httpx.Response:  # noqa: ANN401 - JSON
    headers = await _steward(lp, house)
    return await lp.put(f"/v1/roster/sources/{source}", json={**POLICY, **said}, headers=headers)


async def _sections(lp: httpx.AsyncClient, house: Schoolhouse, persona: str) -> Any:  # noqa: ANN401 - JSON
    sections: list[dict[str, object]] = [{"key": name, "name": name, "args": {}} for name in ("sources", "dataCatalog")]
    headers = house.district.as_person(house.people[persona])
    answer = await lp.post("/graph/district", json={"sections": sections}, headers=headers)
    return answer.raise_for_status().json()


async def _stored(sql: Sql, house: Schoolhouse) -> list[tuple[int, int]]:
    """Of every table that the doors write: how many rows there are, and which transaction wrote last."""
    asked = "select count(*), coalesce(max(xmin::text::bigint), 0) from "
    async with sql("learner_profile", house.district) as connection:
        return [tuple(row) for one in TABLES for row in await connection.fetch(asked + one)]


@pytest.mark.parametrize("door", DOORS)
async def test_nothing_of_a_paused_source_is_taken(
    door: str, lp: httpx.AsyncClient, schoolhouse: Schoolhouse, push: Push, sql: Sql
) -> None:
    assert (await _set(lp, schoolhouse, state="paused")).json()["state"] == "paused"
    before = await _stored(sql, schoolhouse)
    refused = await push(door)
    assert refused.status_code == 409, refused.text
    if "/ims/oneroster/" in str(refused.url):
        assert refused.json()["imsx_codeMajor"] == "failure"
        assert refused.json()["imsx_description"] == "The source is paused; what it sends is not taken"
    else:
        assert refused.json()["code"] == "SOURCE_PAUSED"
    assert await _stored(sql, schoolhouse) == before
    assert (await push(door, source="another")).status_code != 409
    await _set(lp, schoolhouse, state="live")
    assert (await push(door)).status_code != 409


async def test_a_source_does_not_end_its_own_pause(lp: httpx.AsyncClient, schoolhouse: Schoolhouse) -> None:
    await _set(lp, schoolhouse, state="paused", owner="The registrar")
    own = schoolhouse.district.as_client(*PUSHES, source=SOURCE)
    path = f"/v1/roster/sources/{SOURCE}"
    refused = await lp.put(path, json={**POLICY, "state": "live"}, headers=own)
    assert refused.status_code == 403
    kept = await lp.put(path, json={**POLICY, "absence": "keep"}, headers=own)
    assert kept.json() == {
        "source": SOURCE, "name": SOURCE, "owner": "The registrar", "state": "paused", "absence": "keep",
        "removalShare": 0.2, "lastGoodRunAt": None, "expectedEvery": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "gone"},
        {"state": None},
        {"owner": "a\x00b"},
        {"name": None},
        {"expectedEvery": "PT1S"},
        {"expectedEvery": "P9999Y"},
    ],
)
async def test_what_is_no_decision_is_refused(
    wrong: dict[str, Any], lp: httpx.AsyncClient, schoolhouse: Schoolhouse
) -> None:
    assert (await _set(lp, schoolhouse, **wrong)).status_code == 422


async def test_the_last_good_push_is_kept_to_the_minute(
    lp: httpx.AsyncClient, schoolhouse: Schoolhouse, push: Push, lp_app: FastAPI
) -> None:
    """A push that fails was none."""

    async def last() -> str | None:
        headers = await _steward(lp, schoolhouse)
        told = await lp.get(f"/v1/roster/sources/{SOURCE}", headers=headers)
        return told.json()["lastGoodRunAt"] if told.status_code == 200 else None

    assert (await push("AGS score")).status_code == 404
    assert await last() is None
    assert (await push("Caliper")).status_code == 200
    first = await last()
    assert first is not None
    assert (await push("gradebook put")).is_success
    assert await last() == first
    await _silent_for(lp_app, schoolhouse, timedelta(minutes=2))
    assert (await push("gradebook put")).is_success
    assert datetime.fromisoformat(await last() or "") >= datetime.fromisoformat(first)


async def _silent_for(app: FastAPI, house: Schoolhouse, past: timedelta) -> None:
    database: Database = app.state.database
    aged = text(
        "update source_system set last_good_run_at = last_good_run_at - cast(:past as interval) where source = :source"
    )
    async with database.transaction(system(house.district.id)) as session:
        await session.execute(aged, {"past": past, "source": SOURCE})


async def test_a_source_is_stale_when_more_was_expected(
    lp: httpx.AsyncClient, schoolhouse: Schoolhouse, push: Push, lp_app: FastAPI
) -> None:
    async def stale() -> bool:
        found = (await _sections(lp, schoolhouse, "district_leader"))["sources"]
        return bool(next(one for one in found if one["source"] == SOURCE)["isStale"])

    await push("Caliper")
    await _silent_for(lp_app, schoolhouse, timedelta(hours=2))
    assert not await stale()
    await _set(lp, schoolhouse, expectedEvery="PT1H", name="The LMS", owner="Ms. Data")
    assert await stale()
    await _set(lp, schoolhouse, state="paused")
    assert not await stale()
    await _set(lp, schoolhouse, state="live")
    await push("gradebook put")
    assert not await stale()
    told = next(
        one for one in (await _sections(lp, schoolhouse, "district_leader"))["sources"] if one["source"] == SOURCE
    )
    assert (told["name"], told["owner"], told["state"]) == ("The LMS", "Ms. Data", "LIVE")


async def test_stale_sources_are_counted_for_the_alert(
    lp: httpx.AsyncClient, schoolhouse: Schoolhouse, lp_app: FastAPI
) -> None:
    async def counted() -> float:
        database: Database = lp_app.state.database
        await watch(Context(lp_app.state.settings, database, database.clock))
        return REGISTRY.get_sample_value("trellis_sources_stale") or 0

    before = await counted()
    await _set(lp, schoolhouse, expectedEvery="P1D")
    assert await counted() == before + 1
    await _set(lp, schoolhouse, state="paused")
    assert await counted() == before


async def test_the_catalogue_counts_what_each_source_told(
    lp: httpx.AsyncClient, schoolhouse: Schoolhouse, push: Push
) -> None:
    headers = schoolhouse.district.as_client(*PUSHES, source=SOURCE)
    (await lp.post("/v1/frameworks", json=case_package("F", "A.1"), headers=headers)).raise_for_status()
    before = (await _sections(lp, schoolhouse, "district_leader"))["dataCatalog"]
    for _ in range(2):
        (await push("evidence")).raise_for_status()
    after = (await _sections(lp, schoolhouse, "district_leader"))["dataCatalog"]
    told = {"family": "EVIDENCE", "kind": "quiz", "type": None, "source": SOURCE, "records": 2}
    assert [one for one in after if one not in before] == [told]


@pytest.mark.parametrize("persona", ["learner", "guardian", "teacher", "principal", "district_analyst"])
async def test_others_are_not_told_whence_data_comes(
    persona: str, lp: httpx.AsyncClient, schoolhouse: Schoolhouse
) -> None:
    told = await _sections(lp, schoolhouse, persona)
    assert (told["sources"], told["dataCatalog"]) == (None, None)
