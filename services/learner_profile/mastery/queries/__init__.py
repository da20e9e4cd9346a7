"""Mastery as it is kept, as the ledger gives it, and as live streams tell it."""

from services.learner_profile.mastery.queries.sections import SECTIONS as STANDING_SECTIONS
from services.learner_profile.mastery.queries.statuses import STATUS_SECTIONS

SECTIONS = {**STANDING_SECTIONS, **STATUS_SECTIONS}
"""Sections of the noun `learners`."""

__all__ = ["SECTIONS"]
