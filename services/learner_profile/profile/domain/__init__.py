"""Rules of the profile: who may tell what, and what a rating on any scale comes to."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final, Literal

Party = Literal["SELF", "GUARDIAN", "TEACHER", "COUNSELOR", "CLASSMATE", "OTHER"]
"""As what somebody stands to a learner: a counselor leads or counsels at the learner's school, others may at most look."""

_QUANTUM: Final = Decimal("0.0001")
FEWEST_PEERS: Final = 3
"""Peers' ratings are shown together only, and from so many on."""

_TELLERS: Final[Mapping[str, frozenset[Party]]] = {
    "INTEREST": frozenset({"SELF", "TEACHER"}),
    "PREFERENCE": frozenset({"SELF", "TEACHER"}),
    "PORTFOLIO_ITEM": frozenset({"SELF"}),
    "SKILL_RATING": frozenset({"SELF", "TEACHER", "CLASSMATE"}),
    "MILESTONE": frozenset({"SELF", "COUNSELOR"}),
    "EXPERIENCE": frozenset({"SELF", "COUNSELOR"}),
    "DIGITAL_ACCESS": frozenset({"SELF", "GUARDIAN"}),
}
_EDUCATORS_ALONE: Final = frozenset({"VERIFIED", "WAIVED"})


def may_tell(parties: AbstractSet[Party], kind: str, content: Mapping[str, Any]) -> bool:
    """Whether somebody who stands so to the learner may record this; what systems tell comes by their own door.

    What a learner says is STATED, what a teacher says OBSERVED; to verify or to waive is the counselor's.
    """
    telling = parties & _TELLERS.get(kind, frozenset())
    if "basis" in content:
        return ("SELF" if content["basis"] == "STATED" else "TEACHER") in telling
    return "COUNSELOR" in telling or (bool(telling) and content.get("state") not in _EDUCATORS_ALONE)


def rater_of(parties: AbstractSet[Party]) -> Literal["SELF", "TEACHER", "PEER"]:
    """As what somebody rates a skill."""
    return "SELF" if "SELF" in parties else "TEACHER" if "TEACHER" in parties else "PEER"


def may_move(parties: AbstractSet[Party], before: str | None, after: str | None) -> bool:
    """Whether the state of a milestone or an experience may become this one; what was verified or waived is the counselor's."""
    if before is None or before == after:
        return True
    if before in _EDUCATORS_ALONE and "COUNSELOR" not in parties:
        return False
    return after in _NEXT[before]


_NEXT: Final[Mapping[str, frozenset[str]]] = {
    "NOT_STARTED": frozenset({"IN_PROGRESS", "SUBMITTED", "WAIVED"}),
    "IN_PROGRESS": frozenset({"NOT_STARTED", "SUBMITTED", "WAIVED"}),
    "SUBMITTED": frozenset({"IN_PROGRESS", "VERIFIED", "WAIVED"}),
    "PLANNED": frozenset({"RUNNING", "VERIFIED"}),
    "RUNNING": frozenset({"PLANNED", "VERIFIED"}),
    "VERIFIED": frozenset({"SUBMITTED", "RUNNING"}),
    "WAIVED": frozenset({"NOT_STARTED", "IN_PROGRESS"}),
}


def normalised(rating: Decimal, lowest: Decimal, highest: Decimal) -> Decimal:
    """Where a rating lies on its scale, from 0 to 1, so that ratings on different scales compare: (r - min) / (max - min).

    Rounded half up to four places.
    """
    return ((rating - lowest) / (highest - lowest)).quantize(_QUANTUM, ROUND_HALF_UP)
