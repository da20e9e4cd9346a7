"""Goals and next steps as the graph shows them, and what their commands look up."""

from services.learner_profile.aims.queries.goals import GOAL_SECTIONS, goal_document, goal_json
from services.learner_profile.aims.queries.standing import Standing, competencies_held, stand_to
from services.learner_profile.aims.queries.steps import (
    STEP_SECTIONS,
    decision_document,
    has_begun,
    is_step,
    waits_for_more,
)

SECTIONS = GOAL_SECTIONS | STEP_SECTIONS
"""Sections of the noun `learners`."""

__all__ = [
    "SECTIONS",
    "Standing",
    "competencies_held",
    "decision_document",
    "goal_document",
    "goal_json",
    "has_begun",
    "is_step",
    "stand_to",
    "waits_for_more",
]
