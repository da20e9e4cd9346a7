"""Reads of the competency area: nouns of the graph, the published state of frameworks, and CASE documents."""

from services.learner_profile.competency.queries.published import published
from services.learner_profile.competency.queries.references import competency_reference

__all__ = ["competency_reference", "published"]
