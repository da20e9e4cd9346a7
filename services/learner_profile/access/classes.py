"""Who teaches a class, and who may see it."""

from sqlalchemy import (
    ColumnElement,
    and_,
    any_,
    exists,
    or_,
)
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
from services.learner_profile.roster.models import (
    Class,
    Enrollment,
    Org,
    Person,
)


def teaches(class_: type[Class]) -> ColumnElement[bool]:
    """The caller teaches this class now."""
    return and_(class_.source == one(CALLER.c.source), class_.sourced_id == any_(all_of(TAUGHT.c.sourced_id)))


def visible_class(class_: type[Class]) -> ColumnElement[bool]:
    """Those who teach it, lead its school or act for the district, its members and their guardians."""
    school = aliased(Org)
    at_my_school = exists().where(
        school.district_id == class_.district_id,
        school.source == class_.source,
        school.sourced_id == class_.school_sourced_id,
        serves_school(school.id, *SEES_THE_SCHOOL),
    )
    return and_(
        class_.status == "active",
        or_(reaches_district(), teaches(class_), at_my_school, _holds_a_learner_of_mine(class_)),
    )


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
