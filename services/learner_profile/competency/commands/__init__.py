"""Writes to frameworks: packages that come in, and the scales that the district gives them."""

from services.learner_profile.competency.commands.levels import put_levels
from services.learner_profile.competency.commands.packages import import_package

__all__ = ["import_package", "put_levels"]
