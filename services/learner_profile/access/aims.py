"""Who owns a learner's goals, who may answer them, and who plans a class's day."""

from sqlalchemy import ColumnElement, SQLColumnExpression, any_, case, or_

from services.learner_profile.access.caller import CALLER, WARDS, all_of, is_system, one
from services.learner_profile.access.classes import teaches
from services.learner_profile.access.learners import PersonTable, may_assess
from services.learner_profile.roster.models import Class


def is_me(learner: PersonTable) -> ColumnElement[bool]:
    """The learner is the caller: the owner of goals, and the only one who sees a draft."""
    return learner.id == one(CALLER.c.id)


def party_to(learner: PersonTable) -> SQLColumnExpression[str | None]:
    """As what the caller takes part in decisions about the learner; null for who may at most look."""
    return case(
        (is_me(learner), "LEARNER"),
        (learner.id == any_(all_of(WARDS.c.learner_id)), "GUARDIAN"),
        (may_assess(learner) & ~is_system(), "TEACHER"),
        else_=None,
    )


def may_plan(class_: type[Class]) -> ColumnElement[bool]:
    """Who teaches the class, or a system whose scope the door has checked."""
    return or_(is_system(), teaches(class_))
