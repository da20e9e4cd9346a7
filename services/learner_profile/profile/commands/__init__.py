"""Writes to the profile: what systems tell in batches, and what people say one by one."""

from services.learner_profile.profile.commands.assessments import define_assessment
from services.learner_profile.profile.commands.batches import take_entries, withdraw_entry
from services.learner_profile.profile.commands.own import say, take_back

__all__ = ["define_assessment", "say", "take_back", "take_entries", "withdraw_entry"]
