"""Writes to the ledger of evidence: what a caller records directly, and what a set of rows elsewhere says."""

from services.learner_profile.evidence.commands.direct import record_evidence
from services.learner_profile.evidence.commands.ledger import MANY, Way, enter_ledger, record_all

__all__ = ["MANY", "Way", "enter_ledger", "record_all", "record_evidence"]
