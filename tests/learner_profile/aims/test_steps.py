"""What suggests itself next, and what is decided about it."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.learner_profile.aims.conftest import Aims
from tests.learner_profile.gradebook.lms import Lms, guid, package

Json = Any


def _precedes(before: str, after: str) -> Json:
    ends = {
        key: {"identifier": guid(code), "title": code, "uri": f"https://x.example/{code}"}
        for key, code in (("originNodeURI", before), ("destinationNodeURI", after))
    }
    changed = {"lastChangeDateTime": "2026-01-05T10:00:00+00:00"}
    return {"identifier": guid(f"{before}-{after}"), "associationType": "precedes", **ends, **changed}


@pytest.fixture
async def maths(lms: Lms) -> None:
    """M.1 and M.2 come before M.3; all of grade 5."""
    wanted = package("Maths", "M.1", "M.2", "M.3")
    for item in wanted["CFItems"]:
        item["educationLevel"] = ["05"]
    wanted["CFAssociations"] = [_precedes("M.1", "M.3"), _precedes("M.2", "M.3")]
    (await lms.send("POST", "/v1/frameworks", wanted)).raise_for_status()


async def _shows(lms: Lms, code: str, *scores: float) -> None:
    for number, score in enumerate(scores):
        said = {
            "learnerSourcedId": "learner",
            "competencyIdentifier": guid(code),
            "score": score,
            "sourceEventId": f"{code}-{number}-{uuid4()}",
        }
        (await lms.send("POST", "/v1/evidence", said)).raise_for_status()


async def _steps(aims: Aims, who: str = "learner") -> list[tuple[str, str]]:
    edges = (await aims.section(who, "nextSteps", first=10))["edges"]
    return [(edge["node"]["competency"]["code"], edge["node"]["reasonCode"]) for edge in edges]


@pytest.mark.usefixtures("maths")
async def test_of_whom_nothing_is_known_begins_where_the_grade_begins(aims: Aims) -> None:
    assert await _steps(aims) == [("M.1", "FIRST_OF_GRADE"), ("M.2", "FIRST_OF_GRADE")]


@pytest.mark.usefixtures("maths")
async def test_what_has_begun_comes_first_the_lowest_before_the_others(aims: Aims, lms: Lms) -> None:
    await _shows(lms, "M.1", 0.6, 0.6)
    await _shows(lms, "M.2", 0.2)
    assert await _steps(aims) == [("M.2", "MORE_EVIDENCE"), ("M.1", "BELOW_MASTERY")]


@pytest.mark.usefixtures("maths")
async def test_a_competency_can_be_begun_when_all_that_precedes_it_is_mastered(aims: Aims, lms: Lms) -> None:
    await _shows(lms, "M.1", 0.9, 0.9)
    assert await _steps(aims) == []
    await _shows(lms, "M.2", 0.9, 0.9)
    steps = (await aims.section("guardian", "nextSteps", first=10))["edges"]
    assert [(step["node"]["reason"], step["node"]["state"]) for step in steps] == [
        ("You have mastered what comes before: M.1, M.2", "NOT_STARTED")
    ]


async def _decide(aims: Aims, who: str, code: str, decision: str, key: str = "") -> httpx.Response:
    edges = (await aims.section("learner", "nextSteps", first=10))["edges"]
    known = {edge["node"]["competency"]["code"]: edge["node"]["competency"]["id"] for edge in edges}
    said = {"learnerId": str(aims.house.learner), "competencyId": known.get(code, str(uuid4())), "decision": decision}
    headers = aims.house.district.as_person(aims.house.people[who]) | {"Idempotency-Key": key or str(uuid4())}
    return await aims.lp.post("/v1/step-decisions", json=said | {"note": "Because"}, headers=headers)


@pytest.mark.usefixtures("maths")
async def test_a_declined_step_is_gone_until_what_it_stood_on_changes(aims: Aims, lms: Lms) -> None:
    await _shows(lms, "M.1", 0.3)
    declined = await _decide(aims, "guardian", "M.1", "DECLINED")
    assert declined.status_code == 201, declined.text
    shown = declined.json()
    assert (shown["party"], shown["decision"], shown["note"]) == ("GUARDIAN", "DECLINED", "Because")
    assert shown["personId"] == str(aims.house.people["guardian"])
    assert await _steps(aims) == []
    await _shows(lms, "M.1", 0.5)
    assert await _steps(aims) == [("M.1", "BELOW_MASTERY")]


@pytest.mark.usefixtures("maths")
async def test_an_accepted_step_stays_and_says_who_accepted_it(aims: Aims, lms: Lms) -> None:
    await _shows(lms, "M.1", 0.3)
    (await _decide(aims, "learner", "M.1", "ACCEPTED")).raise_for_status()
    edges = (await aims.section("teacher", "nextSteps"))["edges"]
    decision = edges[0]["node"]["decision"]
    assert (decision["decision"], decision["party"]) == ("ACCEPTED", "LEARNER")


@pytest.mark.usefixtures("maths")
@pytest.mark.parametrize(
    ("who", "status"),
    [("teacher", 201), ("principal", 403), ("district_leader", 403), ("classmate", 404), ("restricted_guardian", 404)],
)
async def test_the_learners_parties_decide(aims: Aims, lms: Lms, who: str, status: int) -> None:
    await _shows(lms, "M.1", 0.3)
    assert (await _decide(aims, who, "M.1", "DECLINED")).status_code == status
    assert await _steps(aims) == ([] if status == 201 else [("M.1", "MORE_EVIDENCE")])


@pytest.mark.usefixtures("maths")
async def test_what_is_no_step_is_not_decided_and_a_repeated_key_decides_once(aims: Aims, lms: Lms) -> None:
    await _shows(lms, "M.1", 0.3)
    nothing = await _decide(aims, "learner", "M.9", "ACCEPTED")
    assert (nothing.status_code, nothing.json()["code"]) == (409, "NO_SUCH_STEP")
    twice = [(await _decide(aims, "learner", "M.1", "ACCEPTED", "k-1")).json() for _ in range(2)]
    assert twice[0] == twice[1]
