"""How evidence becomes a statement about mastery. The set-based form of the same rules is in `queries`; a test holds them equal."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Literal

State = Literal["NOT_STARTED", "INSUFFICIENT_EVIDENCE", "DEVELOPING", "MASTERED"]

SCORE_PLACES: Final = 4
_QUANTUM: Final = Decimal(1).scaleb(-SCORE_PLACES)


@dataclass(frozen=True, slots=True)
class Level:
    """Holds for lower_bound <= score, up to the next level's lower bound."""

    name: str
    lower_bound: Decimal
    is_mastered: bool = False


DEFAULT_LEVELS: Final = (
    Level("beginning", Decimal(0)),
    Level("developing", Decimal("0.5")),
    Level("proficient", Decimal("0.7"), is_mastered=True),
    Level("advanced", Decimal("0.9"), is_mastered=True),
)


@dataclass(frozen=True, slots=True)
class Scale:
    """A framework's proficiency scale; the first level begins at 0, so that every score has one."""

    levels: tuple[Level, ...] = DEFAULT_LEVELS
    minimum_evidence: int = 2
    latest_weight: Decimal = Decimal("0.65")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a learner stands; `level` is None until there is enough evidence for one."""

    state: State
    level: str | None
    score: Decimal | None
    evidence_count: int


def standing(scores: Sequence[Decimal], scale: Scale) -> Standing:
    """What these scores, oldest first, say on this scale."""
    if not scores:
        return Standing("NOT_STARTED", None, None, 0)
    score = weighted_latest(scores, scale.latest_weight)
    if len(scores) < scale.minimum_evidence:
        return Standing("INSUFFICIENT_EVIDENCE", None, score, len(scores))
    level = level_of(score, scale.levels)
    return Standing("MASTERED" if level.is_mastered else "DEVELOPING", level.name, score, len(scores))


def weighted_latest(scores: Sequence[Decimal], weight: Decimal) -> Decimal:
    """The latest score times the weight plus the mean of the older ones times the rest; one score alone counts in full.

    Rounded half up to four places, once, at the end.
    """
    *older, latest = scores
    if not older:
        return latest.quantize(_QUANTUM, ROUND_HALF_UP)
    total = weight * latest * len(older) + (1 - weight) * sum(older, Decimal(0))
    return (total / len(older)).quantize(_QUANTUM, ROUND_HALF_UP)


def level_of(score: Decimal, levels: Sequence[Level]) -> Level:
    """The highest level whose lower bound the score reaches."""
    return max((level for level in levels if level.lower_bound <= score), key=lambda level: level.lower_bound)
