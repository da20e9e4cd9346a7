"""Reads of rubrics and demonstrations."""

from services.learner_profile.demonstration.queries.demonstrations import (
    LEARNER_SECTIONS,
    criteria_of,
    demonstration_document,
    latest_score,
    published_version,
)
from services.learner_profile.demonstration.queries.rubrics import RUBRICS, holds_competencies, rubric_document

__all__ = [
    "LEARNER_SECTIONS",
    "RUBRICS",
    "criteria_of",
    "demonstration_document",
    "holds_competencies",
    "latest_score",
    "published_version",
    "rubric_document",
]
