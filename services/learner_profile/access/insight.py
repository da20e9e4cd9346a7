"""Who works with a learner, and who may see figures about many."""

from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, or_

from services.learner_profile.access.caller import (
    SEES_EVERY_LEARNER,
    SEES_THE_SCHOOL,
    holds_role,
    is_system,
    reaches_district,
    serves_school,
)
from services.learner_profile.access.learners import PersonTable, at_a_school_i_serve, taught_by_me

SEES_EVERY_FIGURE = (*SEES_EVERY_LEARNER, "district_analyst")
"""Roles that see figures of the whole district; an analyst sees nothing but figures."""


def works_with(learner: PersonTable) -> ColumnElement[bool]:
    """The caller teaches the learner, leads or counsels at the learner's school, or acts for the district."""
    return and_(
        learner.status == "active", or_(reaches_district(), at_a_school_i_serve(learner), taught_by_me(learner))
    )


def decides_for(learner: PersonTable) -> ColumnElement[bool]:
    """The caller teaches the learner now or leads or counsels at the learner's school."""
    return and_(learner.status == "active", or_(at_a_school_i_serve(learner), taught_by_me(learner)))


def sees_figures_of_school(school_id: SQLColumnExpression[Any]) -> ColumnElement[bool]:
    return or_(sees_figures_of_district(), serves_school(school_id, *SEES_THE_SCHOOL))


def sees_counts_of_school(school_id: SQLColumnExpression[Any]) -> ColumnElement[bool]:
    """Counts that are not suppressed are for those who may see the people they count."""
    return or_(reaches_district(), serves_school(school_id, *SEES_THE_SCHOOL))


def sees_figures_of_district() -> ColumnElement[bool]:
    return or_(is_system(), holds_role(*SEES_EVERY_FIGURE))
