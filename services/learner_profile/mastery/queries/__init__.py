"""Mastery as it is kept, as the ledger gives it, and as live streams tell it."""

from services.learner_profile.mastery.queries.sections import SECTIONS

__all__ = ["SECTIONS"]
