"""Who may see rubrics: the whole district, once something is published."""

from sqlalchemy import ColumnElement

from services.learner_profile.demonstration.models import Rubric


def shows_rubric(rubric: type[Rubric]) -> ColumnElement[bool]:
    """A draft is its makers' own; what was published stays in sight when it is retired."""
    return rubric.shown_version.is_not(None)
