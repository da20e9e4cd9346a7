"""How fast a learner gets on with a competency that has begun and is not mastered. The set-based form is in `commands/pace.py`;
a test holds the two equal.

Pace is about the competency, not about the person: finished work has none, and an alert ends with what caused it.
"""

import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

Band = Literal["AHEAD", "ON_PACE", "BEHIND", "STALLED"]

STALLED_AFTER_DAYS: Final = 14
"""Without new evidence for so long work stands still, unless the district says otherwise."""
AHEAD_BY_DAYS: Final = 14
DAY_PLACES: Final = 6
"""Days are rounded before they are rounded up, so that the last bit of a float is no day."""
MOST_DAYS_AHEAD: Final = 3650
"""A projection further off than ten years is none."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What the ledger says of one learner and competency.

    `slope` is the least-squares slope of the scores over time, in score per day (ISO/IEC 9075 `REGR_SLOPE`); None where all
    evidence is of one instant. `bound` is the lowest score that counts as mastered.
    """

    score: float
    bound: float
    slope: float | None
    latest_on: date


def projected_on(progress: Progress, today: date) -> date | None:
    """The day on which the trend reaches mastery, never before today; None where it does not lead there."""
    missing = progress.bound - progress.score
    if missing <= 0:
        return today
    if progress.slope is None or progress.slope <= 0:
        return None
    days = round(missing / progress.slope, DAY_PLACES)
    return None if days > MOST_DAYS_AHEAD else max(today, progress.latest_on + timedelta(days=math.ceil(days)))


def band(progress: Progress, due_on: date | None, today: date, stalled_after: int = STALLED_AFTER_DAYS) -> Band:
    """Stalled before all else; then the projected day against the day on which it is due.

    A single piece of evidence has no trend: it is behind only once the day has passed.
    """
    if (today - progress.latest_on).days >= stalled_after:
        return "STALLED"
    expected = projected_on(progress, today)
    if due_on is None or (expected is None and progress.slope is None and due_on >= today):
        return "ON_PACE"
    if expected is None or expected > due_on:
        return "BEHIND"
    return "AHEAD" if expected <= due_on - timedelta(days=AHEAD_BY_DAYS) else "ON_PACE"
