"""Caliper events become evidence: once each, whatever the order, as soon as all that they need is there."""

import asyncio
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.conftest import Sql
from tests.learner_profile.activity.tools import CALIPER, USERS, Tool, envelope, grade
from tests.learner_profile.gradebook.lms import Lms, guid
from tests.learner_profile.schoolhouse import Schoolhouse

_SPECS = Path(__file__).resolve().parents[4] / "shared" / "specs" / "caliper"
_FIXTURES = sorted(
    path
    for path in _SPECS.glob("fixtures_v1p*/*.json")
    if path.name.startswith(("caliperEntity", "caliperEvent", "caliperEnvelope"))
)


async def _scores(lms: Lms, house: Schoolhouse) -> dict[str, float]:
    return {piece["sourceEventId"]: piece["score"] for piece in await lms.evidence(house.learner)}


async def test_a_graded_attempt_at_a_learning_objective_is_evidence(
    tool: Tool, lms: Lms, schoolhouse: Schoolhouse
) -> None:
    await lms.framework("Maths", "M.1")
    await tool.map_users()
    answer = await tool.caliper(grade("urn:uuid:1", 8, objective="M.1"))
    assert (answer.status_code, answer.content) == (200, b"")
    (piece,) = await lms.evidence(schoolhouse.learner)
    assert {name: piece[name] for name in ("sourceEventId", "score", "kind", "title", "occurredAt")} == {
        "sourceEventId": f"caliper:urn:uuid:1:{guid('M.1')}",
        "score": 0.8,
        "kind": "assessment",
        "title": "The quiz",
        "occurredAt": "2026-02-02T11:00:00+00:00",
    }
    assert (await lms.mastery(schoolhouse.learner))["M.1"]["evidenceCount"] == 1
    assert await tool.waiting() == {}


async def test_an_event_is_stored_once_however_often_it_comes(
    tool: Tool, lms: Lms, schoolhouse: Schoolhouse, sql: Sql
) -> None:
    await lms.framework("Maths", "M.1")
    await tool.map_users()
    event = grade("urn:uuid:1", 8, objective="M.1")
    for _ in range(2):
        await asyncio.gather(*(tool.caliper(event, event) for _ in range(5)))
    assert await _scores(lms, schoolhouse) == {f"caliper:urn:uuid:1:{guid('M.1')}": 0.8}
    async with sql("learner_profile", schoolhouse.district) as connection:
        assert await connection.fetchval("select count(*) from activity_event") == 1
        assert await connection.fetchval("select count(*) from evidence") == 1
    async with sql("learner_profile", schoolhouse.other_district) as connection:
        assert await connection.fetchval("select count(*) from activity_event") == 0


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_of_two_contents_the_one_sent_last_stands_whatever_comes_first(
    tool: Tool, lms: Lms, schoolhouse: Schoolhouse, sql: Sql, order: tuple[int, int]
) -> None:
    await lms.framework("Maths", "M.1")
    await tool.map_users()
    sends = [(8, "2026-02-02T12:00:00Z"), (3, "2026-02-02T13:00:00Z")]
    for place in (*order, *order):
        given, sent = sends[place]
        await tool.caliper(grade("urn:uuid:1", given, objective="M.1"), sent=sent)
    assert await _scores(lms, schoolhouse) == {f"caliper:urn:uuid:1:{guid('M.1')}": 0.3}
    async with sql("learner_profile", schoolhouse.district) as connection:
        assert await connection.fetchval("select count(*) from activity_event") == 2


async def test_a_correction_without_a_score_withdraws_what_stood(
    tool: Tool, lms: Lms, schoolhouse: Schoolhouse, sql: Sql
) -> None:
    await lms.framework("Maths", "M.1")
    await tool.map_users()
    event = grade("urn:uuid:1", 8, objective="M.1")
    await tool.caliper(event)
    await tool.caliper({**event, "generated": None}, sent="2026-02-02T13:00:00Z")
    assert await _scores(lms, schoolhouse) == {}
    async with sql("learner_profile", schoolhouse.district) as connection:
        states = await connection.fetch("select state from evidence order by revision")
    assert [row["state"] for row in states] == ["active", "withdrawn"]


async def test_what_cannot_be_mapped_yet_is_listed_and_attached_when_its_mapping_comes(
    tool: Tool, lms: Lms, schoolhouse: Schoolhouse
) -> None:
    await lms.framework("Maths", "M.1")
    await tool.caliper(*(grade(f"urn:uuid:{place}", 8) for place in range(3)))
    page = (await tool.send("GET", "/v1/activity/waiting")).json()
    assert page["counts"] == {"learner": 3}
    assert [(row["waitingFor"], row["name"], row["count"]) for row in page["waiting"]] == [
        ("learner", f"{USERS}learner", 3)
    ]
    await tool.map(kind="actor", value=f"{USERS}learner", learnerSourcedId="learner")
    assert await tool.waiting() == {"competency": 3}
    await tool.map(kind="object", value="https://lms.example/quiz", competencyIdentifier=guid("M.1"))
    assert await tool.waiting() == {}
    assert len(await lms.evidence(schoolhouse.learner)) == 3


async def test_events_that_come_before_the_framework_and_the_learner_are_attached_by_their_arrival(
    tool: Tool, lms: Lms, schoolhouse: Schoolhouse, sql: Sql
) -> None:
    await tool.map_users()
    await tool.caliper(grade("urn:uuid:1", 8, objective="M.1"), grade("urn:uuid:2", 4, objective="M.1", learner="new"))
    assert await tool.waiting() == {"competency": 1, "learner": 1}
    imported = await lms.framework("Maths", "M.1")
    assert imported.json()["becameEvidence"] == 1
    assert await tool.waiting() == {"learner": 1}
    user = {"username": "new", "enabledUser": "true", "givenName": "Nia", "familyName": "New", "roles": []}
    sis = schoolhouse.district.as_client("https://purl.imsglobal.org/spec/or/v1p2/scope/roster.createput")
    role = {"roleType": "primary", "role": "student", "org": {"sourcedId": "s1"}}
    body = {"user": {**user, "roles": [role]}}
    answer = await tool.lp.put("/ims/oneroster/rostering/v1p2/users/new", json=body, headers=sis)
    assert answer.status_code == 201, answer.text
    assert await tool.waiting() == {}
    async with sql("learner_profile", schoolhouse.district) as connection:
        assert await connection.fetchval("select count(*) from evidence") == 2


async def test_a_mapping_that_changes_moves_the_evidence_and_one_that_ends_withdraws_it(
    tool: Tool, lms: Lms, schoolhouse: Schoolhouse, sql: Sql
) -> None:
    await lms.framework("Maths", "M.1", "M.2")
    await tool.map_users()
    mapping, quiz = uuid4(), "https://lms.example/quiz"
    await tool.map(mapping, kind="object", value=quiz, competencyIdentifier=guid("M.1"))
    await tool.caliper(grade("urn:uuid:1", 8))
    assert await _scores(lms, schoolhouse) == {f"caliper:urn:uuid:1:{guid('M.1')}": 0.8}
    changed = await tool.map(mapping, kind="object", value=quiz, competencyIdentifier=guid("M.2"))
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assert await _scores(lms, schoolhouse) == {f"caliper:urn:uuid:1:{guid('M.2')}": 0.8}
    again = await tool.map(mapping, kind="object", value=quiz, competencyIdentifier=guid("M.2"))
    assert again.json() == changed.json()
    for _ in range(2):
        assert (await tool.send("DELETE", f"/v1/activity/mappings/{mapping}")).status_code == 204
    assert await _scores(lms, schoolhouse) == {}
    assert await tool.waiting() == {"competency": 1}
    async with sql("learner_profile", schoolhouse.district) as connection:
        assert await connection.fetchval("select count(*) from evidence") == 4
    back = await tool.map(mapping, kind="object", value=quiz, competencyIdentifier=guid("M.2"))
    assert (back.json()["state"], await _scores(lms, schoolhouse)) == (
        "active",
        {f"caliper:urn:uuid:1:{guid('M.2')}": 0.8},
    )


async def test_another_systems_mapping_is_not_there(tool: Tool, schoolhouse: Schoolhouse) -> None:
    mapping = uuid4()
    await tool.map(mapping, kind="object", value="x", competencyIdentifier=guid("M.1"))
    other = Tool(tool.lp, tool.district, source="other")
    path = f"/v1/activity/mappings/{mapping}"
    assert (await other.send("GET", path)).status_code == 404
    assert (await other.send("DELETE", path)).status_code == 404
    assert (await other.map(mapping, kind="object", value="y", competencyIdentifier=guid("M.1"))).status_code == 404
    assert (await tool.send("GET", path)).json()["value"] == "x"
    steward = schoolhouse.district.as_person(schoolhouse.people["district_leader"])
    assert (await tool.lp.get(path, headers=steward)).json()["value"] == "x"
    teacher = schoolhouse.district.as_person(schoolhouse.teacher)
    assert (await tool.lp.get(path, headers=teacher)).status_code == 403


@pytest.mark.skipif(not _FIXTURES, reason="The official Caliper fixtures are not here")
async def test_every_official_fixture_is_taken(tool: Tool, sql: Sql) -> None:
    wrong, names = [], set()
    for path in _FIXTURES:
        said = json.loads(path.read_text())
        version = CALIPER.replace("v1p2", path.parent.name.removeprefix("fixtures_"))
        body = said if "sensor" in said else envelope(said, version=version)
        answer = await tool.send("POST", "/caliper", body)
        if (answer.status_code, answer.content) != (200, b""):
            wrong.append((path.name, answer.text))
        names |= {item["id"] for item in body["data"] if isinstance(item, dict) and item.get("id")}
    assert wrong == []
    async with sql("learner_profile", tool.district) as connection:
        stored = {row[0] for row in await connection.fetch("select event_id from activity_event")}
    assert names <= stored
    assert (await tool.waiting())["learner"] > 0


_GOOD = envelope(grade("urn:uuid:1", 8))


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, []),
        (400, {}),
        *((400, {key: value for key, value in _GOOD.items() if key != member}) for member in _GOOD),
        (400, {**_GOOD, "data": []}),
        (400, {**_GOOD, "data": {}}),
        (400, {**_GOOD, "data": ["no IRI"]}),
        (400, {**_GOOD, "data": [7]}),
        (400, {**_GOOD, "data": [{**grade("urn:uuid:1", 8), "eventTime": None}]}),
        (400, {**_GOOD, "sendTime": "yesterday"}),
        (400, {**_GOOD, "data": [{**grade("a\0b", 8)}]}),
        (422, {**_GOOD, "dataVersion": "http://purl.imsglobal.org/ctx/caliper/v9p9"}),
    ],
)
async def test_what_is_no_envelope_is_refused_and_leaves_nothing(
    tool: Tool,
    sql: Sql,
    status: int,
    body: Any,  # noqa: ANN401 - JSON
) -> None:
    assert (await tool.send("POST", "/caliper", body)).status_code == status
    async with sql("learner_profile", tool.district) as connection:
        assert await connection.fetchval("select count(*) from activity_event") == 0


async def test_the_door_says_what_it_takes_and_refuses_what_it_does_not(tool: Tool) -> None:
    said = (await tool.send("GET", "/caliper")).json()
    assert said["caliper_supported_versions"] == [CALIPER.replace("v1p2", "v1p1"), CALIPER]
    too_much = b'{"data": "' + b"x" * said["caliper_maximum_payload_size"] + b'"}'
    kind = {"Content-Type": "application/json"}
    assert (await tool.send("POST", "/caliper", content=too_much, headers=kind)).status_code == 413
    text = {"Content-Type": "text/plain"}
    assert (await tool.send("POST", "/caliper", content=json.dumps(_GOOD), headers=text)).status_code == 415
    assert (await tool.lp.post("/caliper", json=_GOOD)).status_code == 401
    assert (await tool.lp.post("/caliper", json=_GOOD, headers=tool.district.as_client("x"))).status_code == 403


async def test_credentials_are_not_kept(tool: Tool, sql: Sql) -> None:
    event = {**grade("urn:uuid:1", 8), "extensions": {"launch": {"access_token": "s3cret", "kept": 1}}}
    await tool.caliper(event)
    async with sql("learner_profile", tool.district) as connection:
        content = await connection.fetchval("select content from activity_event")
    assert content["extensions"] == {"launch": {"kept": 1}}
