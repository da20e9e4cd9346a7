"""Where learners go by the order of prerequisites."""

from services.learner_profile.pathway.queries.frontier import LEARNER_SECTIONS as _FRONTIER
from services.learner_profile.pathway.queries.frontier import class_sections
from services.learner_profile.pathway.queries.trajectory import TRAJECTORY_SECTIONS

LEARNER_SECTIONS = _FRONTIER | TRAJECTORY_SECTIONS

__all__ = ["LEARNER_SECTIONS", "class_sections"]
