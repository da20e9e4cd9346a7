"""The matrix of alerts, decisions to advance and targets: who works with a learner, and who leads a class."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.access import oracle
from tests.access.callers import Crowd, Visitor
from tests.access.filling import CODES
from tests.access.ledger import Ledger
from tests.access.oracle import Caller, Verdict
from tests.access.requests import UNKNOWN
from tests.access.world import Place, World

Json = Any
Request = Callable[[Place, str], tuple[str, str, Json]]
_STATUSES = {200: "served", 201: "served", 401: "stranger", 403: "refused", 404: "absent"}
LEARNERS = ("learner", "classmate", "far_learner", "removed_learner", "unknown")


def _answer(place: Place, _: str) -> tuple[str, str, Json]:
    return "PUT", f"/v1/alerts/{place.ids['alert']}/answer", {"state": "SEEN"}


def _decide(place: Place, learner: str) -> tuple[str, str, Json]:
    body = {"competencyId": str(place.ids[CODES[0]]), "decision": "HELD"}
    return "POST", f"/v1/learners/{place.ids.get(learner, UNKNOWN)}/advance-decisions", body


def _target(place: Place, class_: str) -> tuple[str, str, Json]:
    path = f"/v1/classes/{place.ids.get(class_, UNKNOWN)}/pace-targets/{place.ids[CODES[0]]}"
    return "PUT", path, {"dueOn": "2027-05-01"}


CASES: dict[str, tuple[Callable[[Caller, str], Verdict], Request, tuple[str, ...]]] = {
    "an alert is answered": (oracle.answers_alert, _answer, ("learner",)),
    "a decision is recorded": (oracle.educates, _decide, LEARNERS),
    "a target is set": (oracle.sets_target, _target, ("c1", "unknown")),
}


@pytest.mark.parametrize("case", CASES)
async def test_those_who_work_with_a_learner_decide_and_nobody_else(
    case: str, world: World, crowd: Crowd, ledger: Ledger
) -> None:
    """First who may not, after whom nothing has changed."""
    rule, request, about = CASES[case]
    attempts = [(visitor, name, _due(world, visitor, rule, name)) for visitor in crowd.everybody for name in about]
    before = [await ledger.figure("learner_profile", place.district.id) for place in world.places]
    wrong = [await _deviation(world, one, request) for one in attempts if one[2] != "served"]
    assert [await ledger.figure("learner_profile", place.district.id) for place in world.places] == before
    served = [one for one in attempts if one[2] == "served"]
    wrong += [await _deviation(world, one, request) for one in served]
    assert served
    assert [said for said in wrong if said] == []


def _due(world: World, visitor: Visitor, rule: Callable[[Caller, str], Verdict], name: str) -> Verdict:
    """To whoever comes through the door from the other district nothing of this one is there."""
    due = rule(visitor.caller, name)
    is_let_in = visitor.caller.is_valid and not visitor.caller.is_system
    return "absent" if visitor.home is world.there and is_let_in else due


async def _deviation(world: World, attempt: tuple[Visitor, str, Verdict], request: Request) -> str:
    visitor, name, due = attempt
    method, path, body = request(world.here, name)
    answer = await world.doors["learner_profile"].request(method, path, json=body, headers=visitor.headers)
    found = _STATUSES.get(answer.status_code, answer.text)
    return "" if found == due else f"{visitor}: {path}: {found}, not {due}"
