"""Rules of rubrics and demonstrations: pure."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Literal, NamedTuple

RubricState = Literal["DRAFT", "PUBLISHED", "RETIRED"]


def may_follow(before: RubricState | None, after: RubricState, *, was_published: bool) -> bool:
    """Whether a rubric's next version may have the state `after`; `before` is the latest version's, None for a new rubric.

    A published rubric may be drafted anew while the published version stands. What nobody has seen cannot be retired, and
    what is retired has ended.
    """
    if before == "RETIRED":
        return False
    return after != "RETIRED" or was_published


Act = Literal["propose", "decide", "assess_self", "score"]
_LEGAL: Final[dict[Act, frozenset[str]]] = {
    "propose": frozenset({"PROPOSED", "RETURNED"}),
    "decide": frozenset({"PROPOSED", "APPROVED", "RETURNED"}),
    "assess_self": frozenset({"APPROVED", "DONE", "ASSESSED"}),
    "score": frozenset({"APPROVED", "DONE", "ASSESSED"}),
}
SCORE_PLACES: Final = 6
_QUANTUM: Final = Decimal(1).scaleb(-SCORE_PLACES)


def may_act(act: Act, state: str) -> bool:
    """Whether a demonstration in this state takes the act."""
    return state in _LEGAL[act]


class Scored(NamedTuple):
    """A criterion of which a level was chosen: its weight, the level's points, and the points of its highest level."""

    weight: Decimal
    points: Decimal
    most: Decimal


def share(scored: Iterable[Scored]) -> Decimal:
    """From 0 to 1: sum(weight * points) / sum(weight * most points), over the criteria that were scored, one at least.

    Rounded half up to six places, once, at the end, as the ledger keeps scores.
    """
    chosen = list(scored)
    reached = sum((one.weight * one.points for one in chosen), Decimal(0))
    possible = sum((one.weight * one.most for one in chosen), Decimal(0))
    return (reached / possible).quantize(_QUANTUM, ROUND_HALF_UP)
