"""Proficiency scales: levels that cover every score without holes."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

SCORE_PLACES: Final = 4
"""A statement's score is rounded half up to so many places, once, at the end."""


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


def level_of(score: Decimal, levels: Sequence[Level]) -> Level:
    """The highest level whose lower bound the score reaches; the first begins at 0, so that every score has one."""
    return max((level for level in levels if level.lower_bound <= score), key=lambda level: level.lower_bound)


def threshold_of(levels: Sequence[Level]) -> Decimal:
    """The score from which on a level counts as mastered."""
    return min(level.lower_bound for level in levels if level.is_mastered)
