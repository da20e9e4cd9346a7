"""The matrix of what people say of a learner: by kind of entry, who stands how to the learner."""

from typing import Any

import pytest

from tests.access import oracle
from tests.access.callers import Crowd, Visitor
from tests.access.filling import shared
from tests.access.ledger import Ledger
from tests.access.oracle import Verdict
from tests.access.requests import UNKNOWN
from tests.access.world import World

Json = Any
_STATUSES = {200: "served", 401: "stranger", 403: "refused", 404: "absent"}
LEARNERS = ("learner", "classmate", "far_learner", "removed_learner", "unknown")
_RATING: Json = {"kind": "SKILL_RATING", "skill": "CREATIVITY", "rating": 3, "scaleMin": 1, "scaleMax": 4}
_WORK: Json = {"kind": "PORTFOLIO_ITEM", "title": "Work", "url": "https://work.example", "state": "DRAFT"}
_FAFSA: Json = {"kind": "MILESTONE", "type": "FAFSA", "title": "FAFSA"}
CASES: dict[str, tuple[Json, frozenset[str]]] = {
    "an interest is stated": ({"kind": "INTEREST", "label": "Chess", "basis": "STATED"}, frozenset({"SELF"})),
    "an interest is observed": ({"kind": "INTEREST", "label": "Chess", "basis": "OBSERVED"}, frozenset({"TEACHER"})),
    "work is kept": (_WORK, frozenset({"SELF"})),
    "a skill is rated": (_RATING, frozenset({"SELF", "TEACHER", "CLASSMATE"})),
    "a milestone is submitted": ({**_FAFSA, "state": "SUBMITTED"}, frozenset({"SELF", "COUNSELOR"})),
    "a milestone is verified": ({**_FAFSA, "state": "VERIFIED"}, frozenset({"COUNSELOR"})),
    "access at home is told": (
        {"kind": "DIGITAL_ACCESS", "internetAccessInResidence": "YES"},
        frozenset({"SELF", "GUARDIAN"}),
    ),
}


@pytest.mark.parametrize("case", CASES)
async def test_each_kind_of_entry_is_told_by_those_it_is_for(
    case: str, world: World, crowd: Crowd, ledger: Ledger
) -> None:
    """First who may not, after whom nothing has changed."""
    content, parties = CASES[case]
    attempts = [
        (visitor, name, _due(world, visitor, name, parties)) for visitor in crowd.everybody for name in LEARNERS
    ]
    before = [await ledger.figure("learner_profile", place.district.id) for place in world.places]
    wrong = [await _deviation(world, one, case, content) for one in attempts if one[2] != "served"]
    assert [await ledger.figure("learner_profile", place.district.id) for place in world.places] == before
    served = [one for one in attempts if one[2] == "served"]
    wrong += [await _deviation(world, one, case, content) for one in served]
    assert served
    assert [said for said in wrong if said] == []


def _due(world: World, visitor: Visitor, name: str, parties: frozenset[str]) -> Verdict:
    """To whoever comes through the door from the other district nothing of this one is there."""
    due = oracle.tells(visitor.caller, name, parties)
    is_let_in = visitor.caller.is_valid and not visitor.caller.is_system
    return "absent" if visitor.home is world.there and is_let_in else due


async def _deviation(world: World, attempt: tuple[Visitor, str, Verdict], case: str, content: Json) -> str:
    visitor, name, due = attempt
    learner, record = world.here.ids.get(name, UNKNOWN), shared(f"{case} {visitor} {name}")
    path = f"/v1/learners/{learner}/profile/{record}"
    answer = await world.doors["learner_profile"].put(path, json={"content": content}, headers=visitor.headers)
    found = _STATUSES.get(answer.status_code, answer.text)
    if due == "served" and found == "served":
        await world.doors["learner_profile"].delete(
            f"/v1/learners/{learner}/profile/{content['kind']}/{record}", headers=visitor.headers
        )
    return "" if found == due else f"{visitor}: {name}: {found}, not {due}"
