"""What the profile shows, and what its commands ask."""

from services.learner_profile.profile.queries.asked import (
    Scale,
    content_of,
    has_results,
    learner_told_of,
    learners_of,
    parties_of,
    scales,
    standing_entry,
)
from services.learner_profile.profile.queries.entries import SECTIONS, entry_changes

__all__ = [
    "SECTIONS",
    "Scale",
    "content_of",
    "entry_changes",
    "has_results",
    "learner_told_of",
    "learners_of",
    "parties_of",
    "scales",
    "standing_entry",
]
