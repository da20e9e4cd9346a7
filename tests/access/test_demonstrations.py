"""The matrix of demonstrations: the learner proposes and assesses, who teaches the learner decides and scores."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.access import oracle
from tests.access.callers import Crowd, Visitor
from tests.access.filling import SCORE, demonstration, shared
from tests.access.ledger import Ledger
from tests.access.oracle import Owned, Verdict
from tests.access.test_aims import _away, _tried
from tests.access.world import Place, World

Json = Any


def _owns(visitor: Visitor, learner: str) -> Verdict:
    return oracle.decides(Owned(), visitor.caller, learner)


def _judges(visitor: Visitor, learner: str) -> Verdict:
    return oracle.assesses(visitor.caller, learner, frozenset())


def _propose(place: Place, visitor: Visitor, learner: str) -> tuple[str, str, Json]:
    path = f"/v1/demonstrations/{shared(f'demonstration {visitor} {learner}')}"
    return "PUT", path, demonstration(place, "proposal", learner)


def _decide(place: Place, _: Visitor, __: str) -> tuple[str, str, Json]:
    return "PUT", f"/v1/demonstrations/{place.own('poster')}/decision", {"version": 1, "decision": "APPROVED"}


def _assess(place: Place, _: Visitor, __: str) -> tuple[str, str, Json]:
    return "PUT", f"/v1/demonstrations/{place.own('play')}/self-assessment", SCORE


def _score(place: Place, _: Visitor, __: str) -> tuple[str, str, Json]:
    return "PUT", f"/v1/demonstrations/{place.own('play')}/score", SCORE


Due = Callable[[Visitor, str], Verdict]
Request = Callable[[Place, Visitor, str], tuple[str, str, Json]]
CASES: dict[str, tuple[Due, Request, tuple[str, ...]]] = {
    "one is proposed": (_owns, _propose, ("learner", "removed_learner", "unknown")),
    "one is decided about": (_judges, _decide, ("learner",)),
    "one is assessed by oneself": (_owns, _assess, ("learner",)),
    "one is scored": (_judges, _score, ("learner",)),
}


@pytest.mark.parametrize("case", CASES)
async def test_learners_propose_and_their_teachers_judge(case: str, world: World, crowd: Crowd, ledger: Ledger) -> None:
    due, request, learners = CASES[case]
    await _tried(
        world,
        ledger,
        [
            (visitor, request(world.here, visitor, learner), _away(world, visitor, due(visitor, learner)))
            for visitor in crowd.everybody
            for learner in learners
        ],
    )
