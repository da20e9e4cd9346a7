"""When a learner may come to master what has begun and what follows it: pure. The graph computes it in SQL by the same rules;
a test holds the two equal.

What has begun is expected on the day to which its own trend leads (`insight.domain.pace.projected_on`), and on none while it
stands still. What follows along prerequisites and has not begun takes the learner's median number of days between two masteries
for each step, from the latest of the chains that lead to it. A chain that begins at something without a day gives none to
whatever is on it. A prerequisite of which nothing is known adds nothing.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from statistics import median
from typing import Final

MOST_STEPS: Final = 12
"""A chain is followed no further, so that a cycle ends too."""


def days_between(mastered_on: Sequence[date]) -> int | None:
    """The median number of days from one mastery to the next, rounded up; None with fewer than two."""
    gaps = [(later - earlier).days for earlier, later in pairwise(sorted(mastered_on))]
    return math.ceil(median(gaps)) if gaps else None


def trajectory(
    begun: Mapping[str, date | None], mastered: Iterable[str], edges: Iterable[tuple[str, str]], rate: int | None
) -> dict[str, date | None]:
    """The day for each competency that has begun or follows; `edges` name the prerequisite first."""
    known, opens = set(mastered) | set(begun), defaultdict[str, set[str]](set)
    for before, after in edges:
        opens[before].add(after)
    days: dict[str, set[date | None]] = defaultdict(set)
    reached = {(key, day) for key, day in begun.items()}
    for _ in range(MOST_STEPS + 1):
        for key, day in reached:
            days[key].add(day)
        reached = {(after, _later(day, rate)) for key, day in reached for after in opens[key] - known}
    return {key: None if None in found else max(day for day in found if day) for key, found in days.items()}


def _later(day: date | None, rate: int | None) -> date | None:
    return None if day is None or rate is None else day + timedelta(days=rate)
