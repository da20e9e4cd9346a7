"""Units of work on the roster that belong to no single door."""

from services.learner_profile.roster.commands.guardianship import record_guardianship, withdraw_guardianship
from services.learner_profile.roster.commands.settle import settle
from services.learner_profile.roster.commands.staff import assign_staff, end_assignment

__all__ = ["assign_staff", "end_assignment", "record_guardianship", "settle", "withdraw_guardianship"]
