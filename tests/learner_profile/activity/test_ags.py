"""Line items and scores of LTI tools (AGS 2.0)."""

from typing import Any

import pytest

from tests.conftest import Sql
from tests.learner_profile.activity.tools import Tool
from tests.learner_profile.gradebook.lms import Lms, guid
from tests.learner_profile.schoolhouse import Schoolhouse

_ITEMS = "/lti/ags/v2/contexts/c1/lineitems"


def score(given: float | None, timestamp: str = "2026-02-02T11:00:00Z", **members: Any) -> dict[str, Any]:  # noqa: ANN401
    usual: dict[str, Any] = {
        "userId": "learner",
        "scoreMaximum": 20,
        "timestamp": timestamp,
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
    }
    return usual | ({} if given is None else {"scoreGiven": given}) | members


@pytest.fixture
async def item(tool: Tool, lms: Lms) -> str:
    """The path of a line item whose resource is a CASE item."""
    await lms.framework("Maths", "M.1")
    body = {"label": "Essay", "scoreMaximum": 20, "resourceId": guid("M.1")}
    kind = {"Content-Type": "application/vnd.ims.lis.v2.lineitem+json"}
    answer = await tool.send("POST", _ITEMS, body, headers=kind)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"]).removeprefix("https://trellis.test")


async def test_a_fully_graded_score_is_evidence_and_a_result(
    tool: Tool, lms: Lms, schoolhouse: Schoolhouse, item: str
) -> None:
    kind = {"Content-Type": "application/vnd.ims.lis.v1.score+json"}
    assert (await tool.send("POST", f"{item}/scores", score(15), headers=kind)).status_code == 204
    (piece,) = await lms.evidence(schoolhouse.learner)
    assert (piece["score"], piece["kind"], piece["title"]) == (0.75, "result", "Essay")
    assert piece["competency"]["code"] == "M.1"
    (result,) = (await tool.send("GET", f"{item}/results")).json()
    assert (result["userId"], result["resultScore"], result["resultMaximum"]) == ("learner", 15, 20)
    assert result["scoreOf"].endswith(item)


async def test_the_latest_timestamp_stands_and_older_ones_are_refused(
    tool: Tool, lms: Lms, schoolhouse: Schoolhouse, item: str, sql: Sql
) -> None:
    sent = [(10, "2026-02-02T11:00:00Z", 204), (16, "2026-02-02T12:00:00Z", 204), (16, "2026-02-02T12:00:00Z", 204)]
    sent += [(4, "2026-02-02T11:30:00Z", 409), (4, "2026-02-02T12:00:00Z", 409)]
    for given, timestamp, status in sent:
        assert (await tool.send("POST", f"{item}/scores", score(given, timestamp))).status_code == status
    assert [piece["score"] for piece in await lms.evidence(schoolhouse.learner)] == [0.8]
    async with sql("learner_profile", schoolhouse.district) as connection:
        assert await connection.fetchval("select count(*) from evidence") == 2


async def test_a_score_that_is_not_fully_graded_is_no_evidence_and_withdraws_what_was(
    tool: Tool, lms: Lms, schoolhouse: Schoolhouse, item: str
) -> None:
    await tool.send("POST", f"{item}/scores", score(10))
    pending = score(12, "2026-02-02T12:00:00Z", gradingProgress="PendingManual")
    assert (await tool.send("POST", f"{item}/scores", pending)).status_code == 204
    assert await lms.evidence(schoolhouse.learner) == []
    assert (await tool.send("GET", f"{item}/results")).json() == []


async def test_a_removed_line_item_takes_its_evidence_along(
    tool: Tool, lms: Lms, schoolhouse: Schoolhouse, item: str
) -> None:
    await tool.send("POST", f"{item}/scores", score(10))
    assert (await tool.send("DELETE", item)).status_code == 204
    assert await lms.evidence(schoolhouse.learner) == []
    assert [(await tool.send(method, item)).status_code for method in ("GET", "DELETE")] == [404, 404]
    assert (await tool.send("GET", _ITEMS)).json() == []


async def test_line_items_are_listed_and_changed_by_their_own_tool_alone(tool: Tool, item: str) -> None:
    body = {"label": "Essay 2", "scoreMaximum": 30, "tag": "grade"}
    assert (await tool.send("PUT", item, body)).json()["label"] == "Essay 2"
    assert [one["scoreMaximum"] for one in (await tool.send("GET", f"{_ITEMS}?tag=grade")).json()] == [30]
    assert (await tool.send("GET", f"{_ITEMS}?tag=other")).json() == []
    other = Tool(tool.lp, tool.district, source="other")
    assert [(await other.send(method, item)).status_code for method in ("GET", "DELETE")] == [404, 404]
    assert (await tool.send("POST", _ITEMS.replace("c1", "nowhere"), body)).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        [],
        None,
        score(-1),
        score(1, scoreMaximum=0),
        score(1, scoreMaximum=None),
        score(1, userId=None),
        score(1, "yesterday"),
        score(1, gradingProgress="Perhaps"),
    ],
)
async def test_what_is_no_score_is_refused_and_leaves_nothing(tool: Tool, sql: Sql, item: str, body: Any) -> None:  # noqa: ANN401
    sent = {"body": body} if body is not None else {"content": b"null", "headers": {"Content-Type": "application/json"}}
    assert (await tool.send("POST", f"{item}/scores", **sent)).status_code == 400
    async with sql("learner_profile", tool.district) as connection:
        assert await connection.fetchval("select count(*) from activity_event") == 0
