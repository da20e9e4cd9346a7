"""Who may see a class, and who leads it."""

from sqlalchemy import ColumnElement, and_, any_, exists, or_
from sqlalchemy.orm import aliased

from services.learner_profile.access.caller import (
    CALLER,
    SEES_THE_SCHOOL,
    TAUGHT,
    all_of,
    enrolled_now,
    one,
    reaches_district,
    serves_school,
)
from services.learner_profile.access.learners import my_learners
from services.learner_profile.roster.models import Class, Enrollment, Org, Person


def visible_class(class_: type[Class]) -> ColumnElement[bool]:
    """Those who teach it, lead its school or act for the district, its members and their guardians."""
    return and_(
        class_.status == "active",
        or_(reaches_district(), leads_class(class_), _holds_a_learner_of_mine(class_)),
    )


def leads_class(class_: type[Class]) -> ColumnElement[bool]:
    """The caller teaches it now, or leads or counsels at its school."""
    school = aliased(Org)
    at_my_school = exists().where(
        school.district_id == class_.district_id,
        school.source == class_.source,
        school.sourced_id == class_.school_sourced_id,
        serves_school(school.id, *SEES_THE_SCHOOL),
    )
    return or_(teaches(class_), at_my_school)


def _holds_a_learner_of_mine(class_: type[Class]) -> ColumnElement[bool]:
    """The caller or a learner in the caller's care sits in it."""
    seat, learner = aliased(Enrollment), aliased(Person)
    return exists().where(
        learner.district_id == class_.district_id,
        learner.id.in_(my_learners()),
        seat.district_id == class_.district_id,
        seat.source == learner.source,
        seat.person_sourced_id == learner.sourced_id,
        seat.source == class_.source,
        seat.class_sourced_id == class_.sourced_id,
        enrolled_now(seat),
    )


def teaches(class_: type[Class]) -> ColumnElement[bool]:
    """The caller teaches this class now."""
    return and_(class_.source == one(CALLER.c.source), class_.sourced_id == any_(all_of(TAUGHT.c.sourced_id)))
