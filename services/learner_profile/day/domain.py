"""Where a learner is with a block: pure. The graph computes it in SQL by the same rule; a test holds them equal."""

from datetime import datetime
from typing import Literal

Status = Literal["PLANNED", "STARTED", "DONE", "MISSED"]


def status(ends_at: datetime, started_at: datetime | None, finished_at: datetime | None, now: datetime) -> Status:
    """A block is missed when its end has come and the learner has not begun; one begun late is made up for."""
    if finished_at is not None:
        return "DONE"
    if started_at is not None:
        return "STARTED"
    return "MISSED" if now >= ends_at else "PLANNED"
