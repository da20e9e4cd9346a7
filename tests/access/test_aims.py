"""The matrix of goals, next steps, plans and days: who owns, who answers, who plans."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.access import oracle
from tests.access.callers import Crowd, Visitor
from tests.access.filling import CODES, day, goal, plan, shared, today
from tests.access.ledger import Ledger
from tests.access.oracle import Owned, Parties, Verdict
from tests.access.requests import UNKNOWN
from tests.access.scopes import own
from tests.access.world import Place, World

Json = Any
LEARNERS = ("learner", "classmate", "far_learner", "removed_learner", "unknown")
_STATUSES = {200: "served", 201: "served", 401: "stranger", 403: "refused", 404: "absent"}


def _set(place: Place, visitor: Visitor, learner: str) -> tuple[str, str, Json]:
    body = goal(place, "goal of the matrix", learner)
    return "PUT", f"/v1/goals/{shared(f'{visitor} {learner}')}", body


def _decide(place: Place, _: Visitor, learner: str) -> tuple[str, str, Json]:
    named = {"learnerId": str(place.ids.get(learner, UNKNOWN)), "competencyId": str(place.ids[CODES[0]])}
    return "POST", "/v1/step-decisions", {**named, "decision": "ACCEPTED"}


def _respond(place: Place, _: Visitor, __: str) -> tuple[str, str, Json]:
    return "PUT", f"/v1/goals/{place.own('proposed')}/response", {"version": 1, "decision": "DECLINED"}


def _check_in(place: Place, visitor: Visitor, _: str) -> tuple[str, str, Json]:
    return "PUT", f"/v1/goals/{place.own('agreed')}/check-ins/{shared(str(visitor))}", {"value": 1}


def _end(place: Place, _: Visitor, __: str) -> tuple[str, str, Json]:
    return "PUT", f"/v1/goals/{place.own('proposed')}/end", {"version": 1}


def _propose(place: Place, _: Visitor, learner: str) -> tuple[str, str, Json]:
    return "POST", "/v1/plans", plan(place, learner)


def _answer(place: Place, _: Visitor, __: str) -> tuple[str, str, Json]:
    return "POST", f"/v1/plans/{place.ids['plan']}/responses", {"version": 1, "decision": "DECLINED"}


def _close(place: Place, _: Visitor, __: str) -> tuple[str, str, Json]:
    return "PUT", f"/v1/plans/{place.ids['doomed_plan']}/end", {"version": 1}


Request = Callable[[Place, Visitor, str], tuple[str, str, Json]]
CASES: dict[str, tuple[Owned | Parties, Request, tuple[str, ...]]] = {
    "a goal is set": (Owned(), _set, LEARNERS),
    "a next step is decided": (Parties(), _decide, LEARNERS),
    "a goal is answered": (Parties(), _respond, ("learner",)),
    "a goal is checked": (Parties(), _check_in, ("learner",)),
    "a goal is dropped": (Owned(), _end, ("learner",)),
    "a plan is proposed": (Parties(), _propose, LEARNERS),
    "a plan is answered": (Parties(), _answer, ("learner",)),
    "a plan is closed": (Parties(), _close, ("classmate",)),
}


@pytest.mark.parametrize("case", CASES)
async def test_owners_and_parties_decide_and_nobody_else(case: str, world: World, crowd: Crowd, ledger: Ledger) -> None:
    rule, request, learners = CASES[case]

    def due(visitor: Visitor, learner: str) -> Verdict:
        found = oracle.decides(rule, visitor.caller, learner)
        return _away(world, visitor, found)

    attempts = [(visitor, learner) for visitor in crowd.everybody for learner in learners]
    requests = [
        (visitor, request(world.here, visitor, learner), due(visitor, learner)) for visitor, learner in attempts
    ]
    await _tried(world, ledger, requests)


async def test_who_teaches_a_class_plans_its_day(world: World, crowd: Crowd, ledger: Ledger) -> None:
    scopes, path = own("schedules.push"), f"/v1/classes/{world.here.ids['c1']}/days/{today()}"
    everybody = [*crowd.everybody, crowd.system(world.here, "scheduler", scopes, "sis")]
    requests = [
        (visitor, ("PUT", path, day(world.here)), _away(world, visitor, oracle.plans(visitor.caller, "c1", scopes)))
        for visitor in everybody
    ]
    await _tried(world, ledger, requests)


async def test_a_block_is_begun_by_those_for_whom_it_is_planned(world: World, crowd: Crowd, ledger: Ledger) -> None:
    path = f"/v1/blocks/{world.here.own('block')}/attempt"
    requests = [
        (visitor, ("PUT", path, {"state": "STARTED"}), _away(world, visitor, oracle.takes_block(visitor.caller, "c1")))
        for visitor in crowd.everybody
    ]
    await _tried(world, ledger, requests)


def _away(world: World, visitor: Visitor, due: Verdict) -> Verdict:
    """To whoever comes through the door from the other district nothing of this one is there."""
    is_let_in = visitor.caller.is_valid and (not visitor.caller.is_system or due == "served")
    return "absent" if visitor.home is world.there and is_let_in else due


async def _tried(world: World, ledger: Ledger, requests: list[tuple[Visitor, tuple[str, str, Json], Verdict]]) -> None:
    """First who may not, after whom nothing has changed."""
    refused = [one for one in requests if one[2] != "served"]
    served = [one for one in requests if one[2] == "served"]
    before = [await ledger.figure("learner_profile", place.district.id) for place in world.places]
    wrong = [await _deviation(world, *one) for one in refused]
    assert [await ledger.figure("learner_profile", place.district.id) for place in world.places] == before
    wrong += [await _deviation(world, *one) for one in served]
    assert served
    assert [said for said in wrong if said] == []


async def _deviation(world: World, visitor: Visitor, request: tuple[str, str, Json], due: Verdict) -> str:
    method, path, body = request
    client: httpx.AsyncClient = world.doors["learner_profile"]
    answer = await client.request(method, path, json=body, headers=visitor.headers)
    found = _STATUSES.get(answer.status_code, answer.text)
    return "" if found == due else f"{visitor}: {path} {body}: {found}, not {due}"
