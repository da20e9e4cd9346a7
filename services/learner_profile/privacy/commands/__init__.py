"""Disclosures are logged, those to systems before a byte leaves, those to people within a second; and adults' rights."""

from services.learner_profile.privacy.commands.adults import end_exception, except_guardian, rule_on_adults
from services.learner_profile.privacy.commands.gathering import Disclosures, disclosing
from services.learner_profile.privacy.commands.log import disclose_resource
from services.learner_profile.privacy.commands.record import disclose_record

__all__ = [
    "Disclosures",
    "disclose_record",
    "disclose_resource",
    "disclosing",
    "end_exception",
    "except_guardian",
    "rule_on_adults",
]
