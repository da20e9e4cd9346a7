"""What insight shows: sections of learners, classes, schools, the district and the caller; and what its commands ask."""

from services.learner_profile.insight.queries.asked import (
    alert,
    decision,
    is_competency,
    leads_class,
    members,
    sees_class,
    stands,
    state_of,
)
from services.learner_profile.insight.queries.figures import CLASS_SECTIONS, DISTRICT_SECTIONS, SCHOOL_SECTIONS
from services.learner_profile.insight.queries.learners import LEARNER_SECTIONS, ME_SECTIONS
from services.learner_profile.insight.queries.what_if import what_if

__all__ = [
    "CLASS_SECTIONS",
    "DISTRICT_SECTIONS",
    "LEARNER_SECTIONS",
    "ME_SECTIONS",
    "SCHOOL_SECTIONS",
    "alert",
    "decision",
    "is_competency",
    "leads_class",
    "members",
    "sees_class",
    "stands",
    "state_of",
    "what_if",
]
