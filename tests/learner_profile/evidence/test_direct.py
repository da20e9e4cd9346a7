"""Evidence that somebody records directly."""

import json
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.conftest import Sql
from tests.learner_profile.gradebook.lms import Lms, guid
from tests.learner_profile.schoolhouse import Schoolhouse

_DOOR = "/v1/evidence"


@pytest.fixture
async def said(lms: Lms, schoolhouse: Schoolhouse) -> dict[str, Any]:
    await lms.framework("Maths", "M.1", "M.2")
    return {
        "learnerId": str(schoolhouse.learner),
        "competencyIdentifier": guid("M.1"),
        "score": 0.75,
        "kind": "observation",
        "title": "Explained it to a friend",
        "occurredAt": "2026-02-02T15:00:00Z",
        "sourceEventId": "obs-1",
    }


async def test_a_teacher_records_what_a_learner_showed(
    lp: httpx.AsyncClient, lms: Lms, schoolhouse: Schoolhouse, said: dict[str, Any]
) -> None:
    headers = schoolhouse.district.as_person(schoolhouse.teacher)
    answer = await lp.post(_DOOR, json=said, headers=headers)
    assert answer.status_code == 201, answer.text
    shown = answer.json()
    assert {name: shown[name] for name in ("sourceEventId", "score", "kind", "title")} == {
        "sourceEventId": "obs-1",
        "score": 0.75,
        "kind": "observation",
        "title": "Explained it to a friend",
    }
    assert shown["occurredAt"] == "2026-02-02T15:00:00+00:00"
    assert [piece["id"] for piece in await lms.evidence(schoolhouse.learner)] == [shown["id"]]
    assert (await lms.mastery(schoolhouse.learner))["M.1"]["evidenceCount"] == 1


async def test_the_same_piece_again_is_stored_once_and_another_content_corrects_it(
    lms: Lms, schoolhouse: Schoolhouse, said: dict[str, Any], sql: Sql
) -> None:
    first = (await lms.send("POST", _DOOR, said)).json()
    again = (await lms.send("POST", _DOOR, said)).json()
    assert again == first
    corrected = (await lms.send("POST", _DOOR, {**said, "score": 0.5})).json()
    assert corrected["id"] != first["id"]
    assert [piece["score"] for piece in await lms.evidence(schoolhouse.learner)] == [0.5]
    async with sql("learner_profile", schoolhouse.district) as connection:
        assert await connection.fetchval("select count(*) from evidence") == 2


async def test_a_repeated_request_with_its_key_is_stored_once(
    lp: httpx.AsyncClient, lms: Lms, schoolhouse: Schoolhouse, said: dict[str, Any]
) -> None:
    del said["sourceEventId"], said["occurredAt"]
    headers = schoolhouse.district.as_person(schoolhouse.teacher) | {"Idempotency-Key": str(uuid4())}
    answers = [await lp.post(_DOOR, json=said, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    other = await lp.post(_DOOR, json={**said, "score": 0.1}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert len(await lms.evidence(schoolhouse.learner)) == 1


@pytest.mark.parametrize(
    ("persona", "status"),
    [("learner", 403), ("guardian", 403), ("principal", 403), ("district_leader", 403), ("classmate", 404),
     ("other_teacher", 404), ("restricted_guardian", 404)],
)  # fmt: skip
async def test_only_those_who_teach_the_learner_record(
    lp: httpx.AsyncClient, lms: Lms, schoolhouse: Schoolhouse, said: dict[str, Any], persona: str, status: int
) -> None:
    answer = await lp.post(_DOOR, json=said, headers=schoolhouse.district.as_person(schoolhouse.people[persona]))
    assert answer.status_code == status
    assert await lms.evidence(schoolhouse.learner) == []


async def test_a_system_needs_the_scope_and_names_learners_by_its_rosters_ids(
    lp: httpx.AsyncClient, lms: Lms, schoolhouse: Schoolhouse, said: dict[str, Any]
) -> None:
    assert (await lp.post(_DOOR, json=said, headers=schoolhouse.district.as_client())).status_code == 403
    by_sourced_id = {**said, "learnerSourcedId": "learner"}
    del by_sourced_id["learnerId"]
    assert (await lms.send("POST", _DOOR, by_sourced_id)).status_code == 201
    assert (await lms.send("POST", _DOOR, {**by_sourced_id, "learnerSourcedId": "nobody"})).status_code == 404


async def test_two_teachers_who_use_the_same_name_do_not_overwrite_each_other(
    lp: httpx.AsyncClient, lms: Lms, schoolhouse: Schoolhouse, said: dict[str, Any]
) -> None:
    await lp.post(_DOOR, json=said, headers=schoolhouse.district.as_person(schoolhouse.teacher))
    await lms.send("POST", _DOOR, {**said, "score": 0.2})
    assert sorted(piece["score"] for piece in await lms.evidence(schoolhouse.learner)) == [0.2, 0.75]


@pytest.mark.parametrize(
    "change",
    [
        {"score": 1.01},
        {"score": -1},
        {"score": "NaN"},
        {"score": None},
        {"title": "nul \0"},
        {"title": "\ud800"},
        {"sourceEventId": "\udfff"},
        {"competencyIdentifier": "\ud800"},
        {"score": 10**400},
        {"score": [[[]]]},
        {"sourceEventId": ""},
        {"sourceEventId": "x" * 256},
        {"kind": ""},
        {"occurredAt": "2026-02-02T15:00:00"},
        {"learnerId": "x"},
        {"learnerSourcedId": "learner"},
        {"unknown": 1},
        {"competencyIdentifier": guid("unknown")},
    ],
)
async def test_what_is_no_evidence_is_refused(
    lms: Lms, schoolhouse: Schoolhouse, said: dict[str, Any], change: dict[str, Any]
) -> None:
    answer = await lms.send("POST", _DOOR, content=json.dumps({**said, **change}).encode())
    assert answer.status_code == 422
    assert await lms.evidence(schoolhouse.learner) == []


async def test_what_is_said_to_lie_ahead_happened_when_it_was_told(
    lms: Lms, schoolhouse: Schoolhouse, said: dict[str, Any]
) -> None:
    shown = (await lms.send("POST", _DOOR, {**said, "occurredAt": "2099-01-01T00:00:00Z"})).json()
    assert shown["occurredAt"] == shown["recordedAt"]


async def test_the_application_cannot_change_or_remove_what_the_ledger_holds(
    lms: Lms, schoolhouse: Schoolhouse, said: dict[str, Any], sql: Sql
) -> None:
    await lms.send("POST", _DOOR, said)
    for statement in ("update evidence set score = 1", "delete from evidence"):
        with pytest.raises(Exception, match="permission denied"):
            async with sql("learner_profile", schoolhouse.district) as connection:
                await connection.execute(statement)


async def test_evidence_comes_latest_first_in_pages(lms: Lms, schoolhouse: Schoolhouse, said: dict[str, Any]) -> None:
    for day in ("03", "01", "02"):
        piece = {**said, "sourceEventId": f"obs-{day}", "occurredAt": f"2026-02-{day}T12:00:00Z"}
        assert (await lms.send("POST", _DOOR, piece)).status_code == 201
    first = await lms.section(schoolhouse.learner, "evidence", first=2)
    assert [edge["node"]["sourceEventId"] for edge in first["edges"]] == ["obs-03", "obs-02"]
    assert first["pageInfo"]["hasNextPage"] is True
    after = first["pageInfo"]["endCursor"]
    assert after == first["edges"][1]["node"]["id"]
    rest = await lms.section(schoolhouse.learner, "evidence", first=2, after=after)
    assert [edge["node"]["sourceEventId"] for edge in rest["edges"]] == ["obs-01"]
