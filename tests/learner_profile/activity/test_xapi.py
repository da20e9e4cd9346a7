"""Statements of xAPI 1.0.3, and what their results say of learners."""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.conftest import Sql
from tests.learner_profile.activity.tools import Tool
from tests.learner_profile.gradebook.lms import Lms, guid
from tests.learner_profile.schoolhouse import Schoolhouse

_REAL = Path(__file__).resolve().parents[4] / "shared" / "data" / "xapi-funmooc" / "statements_first_1500.jsonl"
_ACCOUNT = {"homePage": "https://lms.example", "name": "learner"}


def statement(verb: str = "http://adlnet.gov/expapi/verbs/scored", **members: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    usual: dict[str, Any] = {
        "actor": {"account": _ACCOUNT},
        "verb": {"id": verb},
        "object": {"id": "https://lms.example/quiz", "definition": {"name": {"en": "The quiz"}}},
        "timestamp": "2026-02-02T11:00:00Z",
    }
    return usual | members


@pytest.fixture
async def mapped(tool: Tool, lms: Lms) -> None:
    await lms.framework("Maths", "M.1")
    await tool.map(kind="actor", match="prefix", value="account:https://lms.example:")
    await tool.map(kind="object", value="https://lms.example/quiz", competencyIdentifier=guid("M.1"))


@pytest.mark.usefixtures("mapped")
@pytest.mark.parametrize(
    ("score", "share"),
    [
        ({"scaled": 0.75}, 0.75),
        ({"raw": 15, "min": 10, "max": 20}, 0.5),
        ({"raw": 3, "max": 4}, 0.75),
        ({"scaled": -0.5}, 0),
    ],
)
async def test_a_scored_statement_is_evidence(
    tool: Tool, lms: Lms, schoolhouse: Schoolhouse, score: dict[str, Any], share: float
) -> None:
    answer = await tool.xapi("POST", statement(result={"score": score}))
    assert (answer.status_code, answer.headers["x-experience-api-version"]) == (200, "1.0.3")
    (piece,) = await lms.evidence(schoolhouse.learner)
    assert (piece["score"], piece["title"]) == (share, "The quiz")
    assert piece["sourceEventId"] == f"xapi:{answer.json()[0]}:{guid('M.1')}"


@pytest.mark.usefixtures("mapped")
async def test_a_raw_score_without_bounds_waits(tool: Tool, lms: Lms, schoolhouse: Schoolhouse) -> None:
    await tool.xapi("POST", statement(result={"score": {"raw": 15}}))
    assert await tool.waiting() == {"score": 1}
    assert await lms.evidence(schoolhouse.learner) == []


@pytest.mark.usefixtures("mapped")
@pytest.mark.parametrize("voided_first", [True, False])
async def test_a_voided_statement_is_no_evidence_whichever_came_first(
    tool: Tool, lms: Lms, schoolhouse: Schoolhouse, *, voided_first: bool
) -> None:
    id_ = str(uuid4())
    scored = statement(id=id_, result={"score": {"scaled": 1}})
    voiding = statement("http://adlnet.gov/expapi/verbs/voided", object={"objectType": "StatementRef", "id": id_})
    for body in (voiding, scored) if voided_first else (scored, voiding):
        assert (await tool.xapi("POST", body)).status_code == 200
    assert await lms.evidence(schoolhouse.learner) == []
    assert (await tool.xapi("GET", query=f"?statementId={id_}")).status_code == 404
    assert (await tool.xapi("GET", query=f"?voidedStatementId={id_}")).json()["id"] == id_
    listed = (await tool.xapi("GET")).json()["statements"]
    assert [one["verb"]["id"] for one in listed] == ["http://adlnet.gov/expapi/verbs/voided"]


async def test_a_statement_never_changes(tool: Tool, sql: Sql) -> None:
    id_ = str(uuid4())
    query = f"?statementId={id_}"
    assert (await tool.xapi("PUT", statement(), query)).status_code == 204
    assert (await tool.xapi("PUT", statement(), query)).status_code == 204
    assert (await tool.xapi("POST", statement(id=id_))).json() == [id_]
    other = statement("https://w3id.org/xapi/video/verbs/played")
    assert (await tool.xapi("PUT", other, query)).status_code == 409
    batch = [statement(id=str(uuid4())), {**other, "id": id_}]
    assert (await tool.xapi("POST", batch)).status_code == 409
    async with sql("learner_profile", tool.district) as connection:
        assert await connection.fetchval("select count(*) from activity_event") == 1


async def test_statements_are_found_by_what_they_say_page_by_page(tool: Tool) -> None:
    played = "https://w3id.org/xapi/video/verbs/played"
    ids = (await tool.xapi("POST", [statement(played if place % 2 else "urn:x:verb") for place in range(6)])).json()
    found = (await tool.xapi("GET", query=f"?verb={played}")).json()
    assert {one["id"] for one in found["statements"]} == set(ids[1::2])
    agent = json.dumps({"account": _ACCOUNT})
    assert len((await tool.xapi("GET", query=f"?agent={agent}")).json()["statements"]) == 6
    assert (await tool.xapi("GET", query="?activity=urn:x:nothing")).json() == {"statements": [], "more": ""}
    seen, more = [], "/xapi/statements?limit=4"
    while more:
        page = await tool.send("GET", more, headers={"X-Experience-API-Version": "1.0.3"})
        seen += [one["id"] for one in page.json()["statements"]]
        more = page.json()["more"]
    assert sorted(seen) == sorted(ids)
    assert "x-experience-api-consistent-through" in page.headers
    other = Tool(tool.lp, tool.district, source="other")
    assert (await other.xapi("GET")).json()["statements"] == []


@pytest.mark.parametrize(
    "body",
    [
        [],
        7,
        {},
        statement(id="no-uuid"),
        statement(unknown=1),
        statement(actor={"name": "nobody"}),
        statement(actor={"mbox": "mailto:a@b.example", "openid": "https://x.example"}),
        statement("no verb"),
        statement(object={"id": "no IRI"}),
        statement(result={"score": {"scaled": 2}}),
        statement(result={"score": {"raw": 9, "min": 0, "max": 5}}),
        statement(timestamp="yesterday"),
        statement(result=None),
        [statement(id="00000000-0000-4000-8000-000000000001")] * 2,
        [statement(), {}],
    ],
)
async def test_what_is_no_statement_is_refused_and_leaves_nothing(tool: Tool, sql: Sql, body: Any) -> None:  # noqa: ANN401
    assert (await tool.xapi("POST", body)).status_code == 400
    async with sql("learner_profile", tool.district) as connection:
        assert await connection.fetchval("select count(*) from activity_event") == 0


async def test_the_version_must_be_named_and_about_tells_it(tool: Tool) -> None:
    assert (await tool.send("POST", "/xapi/statements", statement())).status_code == 400
    assert (await tool.lp.get("/xapi/about")).json() == {"version": ["1.0.3"]}


@pytest.mark.skipif(not _REAL.exists(), reason="The real statements are not here")
async def test_real_statements_are_kept_as_they_came_each_once(tool: Tool, sql: Sql) -> None:
    real = [json.loads(line) for line in _REAL.read_text().splitlines()]
    for _ in range(2):
        for start in range(0, len(real), 500):
            answer = await tool.xapi("POST", real[start : start + 500])
            assert answer.status_code == 200, answer.text[:500]
    async with sql("learner_profile", tool.district) as connection:
        rows = await connection.fetch("select event_id, content from activity_event")
    assert {row["event_id"]: row["content"] for row in rows} == {one["id"]: one for one in real}
