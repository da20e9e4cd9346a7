"""Rules of goals: pure. The progress that the graph shows is computed in SQL by the same formula; a test holds them equal."""

from collections.abc import Collection
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Literal

State = Literal["DRAFT", "PROPOSED", "AGREED", "ON_TRACK", "AT_RISK", "MET", "DROPPED"]
Decision = Literal["AGREED", "DECLINED"]
Party = Literal["LEARNER", "GUARDIAN", "TEACHER"]

RUNNING: Final = frozenset({"AGREED", "ON_TRACK", "AT_RISK"})
"""Goals that are worked on: agreed, and neither met nor given up."""
CLOSED: Final = frozenset({"MET", "DROPPED"})
PROGRESS_PLACES: Final = 4
_QUANTUM: Final = Decimal(1).scaleb(-PROGRESS_PLACES)


def progress(baseline: Decimal, target: Decimal, value: Decimal) -> Decimal:
    """The way made from baseline to target, from 0 to 1, whichever of the two is greater.

    Behind the baseline it stays 0 and beyond the target 1; rounded half up to four places, once, at the end.
    """
    share = (value - baseline) / (target - baseline)
    return min(max(share, Decimal(0)), Decimal(1)).quantize(_QUANTUM, ROUND_HALF_UP)


def after_responses(state: str, others: Collection[str]) -> str:
    """The state of a goal that waits or has just been agreed, by the latest decision of each person beside the learner.

    The learner agrees by proposing; one other party is enough, and the goal waits again if the last of them declines.
    """
    if state not in {"PROPOSED", "AGREED"}:
        return state
    return "AGREED" if "AGREED" in others else "PROPOSED"


def after_check_in(made: Decimal, agreed_on: date, due_on: date | None, today: date) -> State:
    """The state of a running goal whose progress is `made`.

    It is at risk while the share of time that has passed from agreement to the due day is greater than the progress.
    """
    if made >= 1:
        return "MET"
    if due_on is None:
        return "ON_TRACK"
    span = (due_on - agreed_on).days
    passed = Decimal((today - agreed_on).days) / Decimal(span) if span > 0 else Decimal(1)
    return "AT_RISK" if min(passed, Decimal(1)) > made else "ON_TRACK"
