"""LTI Assignment and Grade Services 2.0: what a score that a tool publishes says of a learner."""

from datetime import datetime
from typing import Any, Final

from services.learner_profile.activity.domain.events import (
    Json,
    Shown,
    Told,
    case_identifiers,
    digest_of,
    names,
    number,
    share,
)

FULLY_GRADED: Final = "FullyGraded"


def told(item: Any, score: Json, at: datetime, now: datetime) -> Told:  # noqa: ANN401 - a line item's row
    """A score on a line item; only a fully graded one shows something (AGS 2.0, section 3.4.7)."""
    things = names([str(item.id), item.resource_id, item.resource_link_id, item.tag])
    counts = score["gradingProgress"] == FULLY_GRADED and score.get("scoreGiven") is not None
    shown = Shown(
        actor=score["userId"],
        objects=things,
        identifiers=case_identifiers([item.resource_id, item.tag]),
        score=share(score.get("scoreGiven"), score.get("scoreMaximum")),
        raw_score=number(score.get("scoreGiven")),
        kind="result",
        title=item.label[:300],
    )
    return Told(
        standard="ags",
        event_id=f"{item.id}:{score['userId']}",
        type=score["activityProgress"],
        content=score,
        occurred_at=min(at, now),
        sent_at=at,
        digest=digest_of(score),
        actor=score["userId"],
        object_id=str(item.id),
        shown=shown if counts else None,
    )
