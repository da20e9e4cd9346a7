"""Goals and next steps as the graph shows them, and what their commands look up."""

from services.learner_profile.aims.queries.goals import GOAL_SECTIONS, goal_document
from services.learner_profile.aims.queries.standing import Standing, competencies_held, stand_to
from services.learner_profile.aims.queries.steps import STEP_SECTIONS, decision_document, is_step

SECTIONS = GOAL_SECTIONS | STEP_SECTIONS
"""Sections of the noun `learners`."""

__all__ = ["SECTIONS", "Standing", "competencies_held", "decision_document", "goal_document", "is_step", "stand_to"]
