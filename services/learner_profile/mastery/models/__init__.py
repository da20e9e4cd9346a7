"""Where learners stand, by which rules, what educators conferred, and what was reported."""

from services.learner_profile.mastery.models.kept import Mastery
from services.learner_profile.mastery.models.records import (
    MasteryReport,
    MasteryReportRow,
    MasteryStatus,
    MasteryStatusWithdrawal,
)
from services.learner_profile.mastery.models.rules import (
    EvidenceBlueprint,
    MasteryPolicy,
    MasteryPolicyVersion,
    MasteryScale,
)

__all__ = [
    "EvidenceBlueprint",
    "Mastery",
    "MasteryPolicy",
    "MasteryPolicyVersion",
    "MasteryReport",
    "MasteryReportRow",
    "MasteryScale",
    "MasteryStatus",
    "MasteryStatusWithdrawal",
]
