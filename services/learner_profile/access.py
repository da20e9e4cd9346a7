"""Who may see a learner's records, and who may act for a school or the district: written once, used by every query.

A learner's records are open to the learner, to guardians who hold rights and are not restricted by a court, to those who teach
the learner now, to the leaders and counsellors of the learner's schools, to the district's own roles, and to systems whose
scope the door has checked. The caller must still be an active person of the roster. Everything else sees nothing.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Function,
    Select,
    SQLColumnExpression,
    and_,
    exists,
    false,
    func,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from kit.problems import Forbidden
from services.learner_profile.roster.models import (
    AcademicSession,
    Class,
    Enrollment,
    Guardianship,
    Person,
    SchoolEnrollment,
    StaffAssignment,
)

SEES_EVERY_LEARNER = ("district_leader", "data_steward")
SEES_THE_SCHOOL = ("principal", "counselor")
PersonTable = type[Person]


def today() -> ColumnElement[Any]:
    """The day of the request in the district's own time zone."""
    day: Function[Any] = func.district_today(type_=Date)
    return select(day).scalar_subquery()


def in_force(row: Any) -> ColumnElement[bool]:  # noqa: ANN401 - any table with this window
    """The row's window, from the first day to before the last, holds today."""
    return and_(
        row.state == "active",
        or_(row.from_on.is_(None), row.from_on <= today()),
        or_(row.to_on.is_(None), row.to_on > today()),
    )


def visible_learner(learner: PersonTable) -> ColumnElement[bool]:
    """Whether the caller may see this learner's records; a predicate for any query that holds the learner's person row."""
    return and_(
        learner.status == "active",
        or_(
            reaches_district(),
            and_(learner.id == _me(), learner.id.in_(select(_active_caller().c.id))),
            _guarded(learner),
            _at_a_school_i_serve(learner),
            _taught_by_me(learner),
        ),
    )


def may_assess(learner: PersonTable) -> ColumnElement[bool]:
    """Whether the caller may record what the learner has shown: a teacher of the learner now, or a system."""
    return and_(
        learner.status == "active",
        or_(select(func.trellis_client().is_not(None)).scalar_subquery(), _taught_by_me(learner)),
    )


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


def reaches_district() -> ColumnElement[bool]:
    """A system whose scope was checked at the door, or a person whose role covers every learner of the district."""
    return or_(select(func.trellis_client().is_not(None)).scalar_subquery(), holds_role(*SEES_EVERY_LEARNER))


def holds_role(*roles: str) -> ColumnElement[bool]:
    """The caller holds one of these roles anywhere in the district now."""
    return exists(_assignments(roles))


def serves_school(school_id: SQLColumnExpression[UUID], *roles: str) -> ColumnElement[bool]:
    """The caller holds one of these roles at this school now."""
    return school_id.in_(_assignments(roles))


async def require_role(session: AsyncSession, *roles: str) -> None:
    """Refuse a person who holds none of these roles; a system passes, its scope was checked at the door."""
    allowed = or_(func.trellis_client().is_not(None), holds_role(*roles))
    if not (await session.execute(select(allowed))).scalar_one():
        raise Forbidden


def _me() -> ColumnElement[UUID]:
    return select(func.trellis_person()).scalar_subquery()


def _active_caller() -> Any:  # noqa: ANN401 - a subquery
    me = aliased(Person)
    return (
        select(me.id, me.source, me.sourced_id)
        .where(
            me.district_id == func.trellis_district(), me.id == func.trellis_person(), me.status == "active", me.enabled
        )
        .subquery()
    )


def _assignments(roles: tuple[str, ...]) -> Select[UUID]:
    caller = _active_caller()
    return (
        select(StaffAssignment.org_id)
        .join(caller, caller.c.id == StaffAssignment.person_id)
        .where(
            StaffAssignment.district_id == func.trellis_district(),
            StaffAssignment.role.in_(roles) if roles else false(),
            in_force(StaffAssignment),
        )
        .correlate(None)
    )


def _guarded(learner: PersonTable) -> ColumnElement[bool]:
    return and_(
        learner.id.in_(_guardianships("rights_holder")),
        learner.id.not_in(_guardianships("court_restriction")),
    )


def _guardianships(kind: str) -> Select[UUID]:
    caller = _active_caller()
    return (
        select(Guardianship.learner_id)
        .join(caller, caller.c.id == Guardianship.guardian_id)
        .where(Guardianship.district_id == func.trellis_district(), Guardianship.kind == kind, in_force(Guardianship))
        .correlate(None)
    )


def _at_a_school_i_serve(learner: PersonTable) -> ColumnElement[bool]:
    place = aliased(SchoolEnrollment)
    return exists().where(
        place.district_id == learner.district_id,
        place.learner_id == learner.id,
        in_force(place),
        place.school_id.in_(_assignments(SEES_THE_SCHOOL)),
    )


def _taught_by_me(learner: PersonTable) -> ColumnElement[bool]:
    seat = aliased(Enrollment)
    return exists().where(
        seat.district_id == learner.district_id,
        seat.source == learner.source,
        seat.person_sourced_id == learner.sourced_id,
        seat.role == "student",
        enrolled_now(seat),
        tuple_(seat.source, seat.class_sourced_id).in_(classes_i_teach()),
    )


def classes_i_teach() -> Select[str, str]:
    """(source, sourcedId) of the active classes in which the caller is enrolled as a teacher and whose terms are not over."""
    caller, mine = _active_caller(), aliased(Enrollment)
    return (
        select(Class.source, Class.sourced_id)
        .join(
            mine,
            and_(
                mine.district_id == Class.district_id,
                mine.source == Class.source,
                mine.class_sourced_id == Class.sourced_id,
            ),
        )
        .join(caller, and_(caller.c.source == mine.source, caller.c.sourced_id == mine.person_sourced_id))
        .where(
            Class.district_id == func.trellis_district(),
            Class.status == "active",
            mine.role == "teacher",
            enrolled_now(mine),
            running(Class),
        )
        .correlate(None)
    )


def enrolled_now(seat: type[Enrollment]) -> ColumnElement[bool]:
    return and_(
        seat.status == "active",
        or_(seat.begin_on.is_(None), seat.begin_on <= today()),
        or_(seat.end_on.is_(None), seat.end_on > today()),
    )


def running(class_: type[Class]) -> ColumnElement[bool]:
    """One of the class's terms is not over, or none of them is known."""
    term = aliased(AcademicSession)
    known = exists().where(
        term.district_id == class_.district_id,
        term.source == class_.source,
        term.sourced_id == func.any(class_.term_sourced_ids),
    )
    return or_(~known, known.where(term.end_on >= today(), term.status == "active"))


def my_learners() -> Select[UUID]:
    """The caller, and the learners in whose records the caller holds a guardian's rights."""
    caller = _active_caller()
    guarded = _guardianships("rights_holder").where(Guardianship.learner_id.not_in(_guardianships("court_restriction")))
    return select(union_all(select(caller.c.id), guarded).subquery().c[0]).correlate(None)


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
        .where(seat.role == "student", tuple_(seat.source, seat.class_sourced_id).in_(classes_i_teach()))
    )
    served = select(place.learner_id).where(place.school_id.in_(_assignments(SEES_THE_SCHOOL)))
    return select(union_all(my_learners(), taught, served).subquery().c[0]).correlate(None)
