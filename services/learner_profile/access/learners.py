"""Who may see a learner's records, and who may add to them."""

from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    and_,
    any_,
    exists,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from services.learner_profile.access.caller import (
    CALLER,
    SEES_THE_SCHOOL,
    TAUGHT,
    WARDS,
    all_of,
    enrolled_now,
    in_force,
    is_system,
    one,
    reaches_district,
    serves_school,
)
from services.learner_profile.roster.models import (
    Enrollment,
    Person,
    SchoolEnrollment,
)

PersonTable = type[Person]


def visible_learner(learner: PersonTable) -> ColumnElement[bool]:
    """Whether the caller may see this learner's records; a predicate for any query that holds the learner's person row."""
    return and_(
        learner.status == "active",
        or_(
            reaches_district(),
            learner.id == one(CALLER.c.id),
            learner.id == any_(all_of(WARDS.c.learner_id)),
            at_a_school_i_serve(learner),
            taught_by_me(learner),
        ),
    )


def may_assess(learner: PersonTable) -> ColumnElement[bool]:
    """Whether the caller may record what the learner has shown: a teacher of the learner now, or a system."""
    return and_(learner.status == "active", or_(is_system(), taught_by_me(learner)))


def is_learner(person: PersonTable) -> ColumnElement[bool]:
    """The person is, or once was, a learner at a school."""
    place = aliased(SchoolEnrollment)
    return exists().where(place.district_id == person.district_id, place.learner_id == person.id)


def visible_learner_id(learner_id: SQLColumnExpression[UUID]) -> ColumnElement[bool]:
    """The same for a query that holds only the learner's id."""
    learner = aliased(Person)
    return exists().where(
        learner.district_id == func.trellis_district(), learner.id == learner_id, visible_learner(learner)
    )


def my_learners() -> Select[UUID]:
    """The caller, and the learners in whose records the caller holds a guardian's rights."""
    return select(union_all(select(CALLER.c.id), select(WARDS.c.learner_id)).subquery().c[0]).correlate(None)


def learners_near_me() -> Select[UUID]:
    """Candidates for the caller's own list: in care, taught now or at a school the caller serves; each still to be checked."""
    seat, place, learner = aliased(Enrollment), aliased(SchoolEnrollment), aliased(Person)
    taught = (
        select(learner.id)
        .join(
            seat,
            and_(
                seat.district_id == learner.district_id,
                seat.source == learner.source,
                seat.person_sourced_id == learner.sourced_id,
            ),
        )
        .join(TAUGHT, and_(TAUGHT.c.source == seat.source, TAUGHT.c.sourced_id == seat.class_sourced_id))
        .where(seat.role == "student")
    )
    served = select(place.learner_id).where(serves_school(place.school_id, *SEES_THE_SCHOOL))
    return select(union_all(my_learners(), taught, served).subquery().c[0]).correlate(None)


def at_a_school_i_serve(learner: PersonTable) -> ColumnElement[bool]:
    place = aliased(SchoolEnrollment)
    return exists().where(
        place.district_id == learner.district_id,
        place.learner_id == learner.id,
        in_force(place),
        serves_school(place.school_id, *SEES_THE_SCHOOL),
    )


def taught_by_me(learner: PersonTable) -> ColumnElement[bool]:
    """The classes that the caller teaches have the caller's source, and so have the learners in them."""
    seat = aliased(Enrollment)
    return exists().where(
        seat.district_id == learner.district_id,
        seat.source == learner.source,
        seat.source == one(CALLER.c.source),
        seat.person_sourced_id == learner.sourced_id,
        seat.role == "student",
        enrolled_now(seat),
        seat.class_sourced_id == any_(all_of(TAUGHT.c.sourced_id)),
    )
