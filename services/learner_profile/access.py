"""Who may see a learner's records, and who may act for a school or the district: written once, used by every query.

A learner's records are open to the learner, to guardians who hold rights and are not restricted by a court, to those who teach
the learner now, to the leaders and counsellors of the learner's schools, to the district's own roles, and to systems whose
scope the door has checked. The caller must still be an active person of the roster. Everything else sees nothing.
"""

from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    ScalarSelect,
    Select,
    SQLColumnExpression,
    Uuid,
    and_,
    any_,
    exists,
    false,
    func,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from kit.caller import Caller, VerifiedCaller
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
READS_RECORDS = frozenset(
    f"https://purl.imsglobal.org/spec/or/{version}/scope/{name}.readonly"
    for version in ("v1p1", "v1p2")
    for name in ("roster", "gradebook")
)
"""With one of these scopes a system reads people's records in the graph."""

PersonTable = type[Person]


async def _reader(caller: Caller) -> VerifiedCaller:
    if caller.person_id is None and not caller.scopes & READS_RECORDS:
        return replace(caller, client_id=None)
    return caller


Reader = Annotated[VerifiedCaller, Depends(_reader)]
"""Who reads at the graph's doors; a system without a scope for records stands to nobody and sees what is open to all."""


def today() -> ColumnElement[Any]:
    """The day of the request in the district's own time zone."""
    return _one(_TODAY.c.day)


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
            learner.id == _one(_CALLER.c.id),
            learner.id == any_(_all_of(_WARDS.c.learner_id)),
            _at_a_school_i_serve(learner),
            _taught_by_me(learner),
        ),
    )


def may_assess(learner: PersonTable) -> ColumnElement[bool]:
    """Whether the caller may record what the learner has shown: a teacher of the learner now, or a system."""
    return and_(learner.status == "active", or_(_is_system(), _taught_by_me(learner)))


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
    return or_(_is_system(), holds_role(*SEES_EVERY_LEARNER))


def holds_role(*roles: str) -> ColumnElement[bool]:
    """The caller holds one of these roles anywhere in the district now."""
    return exists(_posts(roles))


def serves_school(school_id: SQLColumnExpression[UUID], *roles: str) -> ColumnElement[bool]:
    """The caller holds one of these roles at this school now."""
    return school_id == any_(func.array(_posts(roles).scalar_subquery(), type_=ARRAY(Uuid)))


async def require_role(session: AsyncSession, *roles: str) -> None:
    """Refuse a person who holds none of these roles; a system passes, its scope was checked at the door."""
    if not (await session.execute(select(or_(_is_system(), holds_role(*roles))))).scalar_one():
        raise Forbidden


def teaches(class_: type[Class]) -> ColumnElement[bool]:
    """The caller teaches this class now."""
    return and_(class_.source == _one(_CALLER.c.source), class_.sourced_id == any_(_all_of(_TAUGHT.c.sourced_id)))


def enrolled_now(seat: type[Enrollment]) -> ColumnElement[bool]:
    return and_(
        seat.status == "active",
        or_(seat.begin_on.is_(None), seat.begin_on <= today()),
        or_(seat.end_on.is_(None), seat.end_on > today()),
    )


def running(class_: type[Class]) -> ColumnElement[bool]:
    """One of the class's terms is not over, or none of them is known."""
    term = aliased(AcademicSession)
    known = select(func.bool_or(and_(term.end_on >= today(), term.status == "active"))).where(
        term.district_id == class_.district_id,
        term.source == class_.source,
        term.sourced_id == any_(class_.term_sourced_ids),
    )
    return func.coalesce(known.correlate(class_).scalar_subquery(), true())


def my_learners() -> Select[UUID]:
    """The caller, and the learners in whose records the caller holds a guardian's rights."""
    return select(union_all(select(_CALLER.c.id), select(_WARDS.c.learner_id)).subquery().c[0]).correlate(None)


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
        .join(_TAUGHT, and_(_TAUGHT.c.source == seat.source, _TAUGHT.c.sourced_id == seat.class_sourced_id))
        .where(seat.role == "student")
    )
    served = select(place.learner_id).where(serves_school(place.school_id, *SEES_THE_SCHOOL))
    return select(union_all(my_learners(), taught, served).subquery().c[0]).correlate(None)


def _is_system() -> ColumnElement[bool]:
    return select(func.trellis_client().is_not(None)).scalar_subquery()


def _posts(roles: tuple[str, ...]) -> Select[UUID]:
    return select(_POSTS.c.org_id).where(_POSTS.c.role.in_(roles) if roles else false()).correlate(None)


def _at_a_school_i_serve(learner: PersonTable) -> ColumnElement[bool]:
    place = aliased(SchoolEnrollment)
    return exists().where(
        place.district_id == learner.district_id,
        place.learner_id == learner.id,
        in_force(place),
        serves_school(place.school_id, *SEES_THE_SCHOOL),
    )


def _taught_by_me(learner: PersonTable) -> ColumnElement[bool]:
    """The classes that the caller teaches have the caller's source, and so have the learners in them."""
    seat = aliased(Enrollment)
    return exists().where(
        seat.district_id == learner.district_id,
        seat.source == learner.source,
        seat.source == _one(_CALLER.c.source),
        seat.person_sourced_id == learner.sourced_id,
        seat.role == "student",
        enrolled_now(seat),
        seat.class_sourced_id == any_(_all_of(_TAUGHT.c.sourced_id)),
    )


# What a statement knows of the caller. Each is a CTE, which PostgreSQL evaluates once for a statement and only if it is
# asked; a predicate takes its rows as a value or as an array, so that they are not joined again for every learner.


def _one(column: ColumnElement[Any]) -> ScalarSelect[Any]:
    return select(column).correlate(None).scalar_subquery()


def _all_of(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.array(_one(column), type_=ARRAY(column.type))


def _active_caller() -> Select[UUID, str, str]:
    me = aliased(Person)
    return select(me.id, me.source, me.sourced_id).where(
        me.district_id == func.trellis_district(), me.id == func.trellis_person(), me.status == "active", me.enabled
    )


def _my_posts() -> Select[UUID, str]:
    """Org and role of what the caller is appointed to now."""
    return select(StaffAssignment.org_id, StaffAssignment.role).where(
        StaffAssignment.district_id == func.trellis_district(),
        StaffAssignment.person_id == _one(_CALLER.c.id),
        in_force(StaffAssignment),
    )


def _my_wards() -> Select[UUID]:
    """Learners in whose records the caller holds a guardian's rights, unless a court has restricted the caller."""
    return (
        select(Guardianship.learner_id)
        .where(
            Guardianship.district_id == func.trellis_district(),
            Guardianship.guardian_id == _one(_CALLER.c.id),
            in_force(Guardianship),
        )
        .group_by(Guardianship.learner_id)
        .having(
            func.bool_or(Guardianship.kind == "rights_holder") & ~func.bool_or(Guardianship.kind == "court_restriction")
        )
    )


def _classes_i_teach() -> Select[str, str]:
    """(source, sourcedId) of the active classes in which the caller is enrolled as a teacher and whose terms are not over."""
    mine = aliased(Enrollment)
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
        .where(
            Class.district_id == func.trellis_district(),
            Class.status == "active",
            mine.source == _one(_CALLER.c.source),
            mine.person_sourced_id == _one(_CALLER.c.sourced_id),
            mine.role == "teacher",
            enrolled_now(mine),
            running(Class),
        )
    )


_TODAY = select(func.district_today(type_=Date).label("day")).cte("today")
_CALLER = _active_caller().cte("caller")
_POSTS = _my_posts().cte("my_posts")
_WARDS = _my_wards().cte("my_wards")
_TAUGHT = _classes_i_teach().cte("taught_by_me")
