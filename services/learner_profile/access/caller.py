"""What a statement knows of its caller, and what follows from it whatever the record is.

Each fact is a CTE, which PostgreSQL evaluates once for a statement and only if it is asked; a predicate takes its rows as a
value or as an array, so that they are not joined again for every learner.
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
    cast,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from kit.caller import Caller, VerifiedCaller
from kit.problems import Forbidden
from services.learner_profile.privacy.models import AdultAccess, AdultAccessRule
from services.learner_profile.roster.models import (
    AcademicSession,
    Class,
    Demographic,
    Enrollment,
    Guardianship,
    Person,
    StaffAssignment,
)

_CHILDHOOD: ColumnElement[Any] = literal_column("interval '18 years'")
SEES_EVERY_LEARNER = ("district_leader", "data_steward")
SEES_THE_SCHOOL = ("principal", "counselor")
READS_RECORDS = frozenset(
    f"https://purl.imsglobal.org/spec/or/{version}/scope/{name}.readonly"
    for version in ("v1p1", "v1p2")
    for name in ("roster", "gradebook")
)
"""With one of these scopes a system reads people's records in the graph."""


async def _reader(caller: Caller) -> VerifiedCaller:
    if caller.person_id is None and not caller.scopes & READS_RECORDS:
        return replace(caller, client_id=None)
    return caller


Reader = Annotated[VerifiedCaller, Depends(_reader)]
"""Who reads at the graph's doors; a system without a scope for records stands to nobody and sees what is open to all."""


def today() -> ColumnElement[Any]:
    """The day of the request in the district's own time zone."""
    return one(TODAY.c.day)


def in_force(row: Any) -> ColumnElement[bool]:  # noqa: ANN401 - any table with this window
    """The row's window, from the first day to before the last, holds today."""
    return and_(
        row.state == "active",
        or_(row.from_on.is_(None), row.from_on <= today()),
        or_(row.to_on.is_(None), row.to_on > today()),
    )


def reaches_district() -> ColumnElement[bool]:
    """A system whose scope was checked at the door, or a person whose role covers every learner of the district."""
    return or_(is_system(), holds_role(*SEES_EVERY_LEARNER))


def holds_role(*roles: str) -> ColumnElement[bool]:
    """The caller holds one of these roles anywhere in the district now."""
    return exists(_posts(roles))


def serves_school(school_id: SQLColumnExpression[UUID], *roles: str) -> ColumnElement[bool]:
    """The caller holds one of these roles at this school now."""
    return school_id == any_(func.array(_posts(roles).scalar_subquery(), type_=ARRAY(Uuid)))


async def require_role(session: AsyncSession, *roles: str) -> None:
    """Refuse a person who holds none of these roles; a system passes, its scope was checked at the door."""
    if not (await session.execute(select(or_(is_system(), holds_role(*roles))))).scalar_one():
        raise Forbidden


def is_system() -> ColumnElement[bool]:
    return select(func.trellis_client().is_not(None)).scalar_subquery()


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


def _posts(roles: tuple[str, ...]) -> Select[UUID]:
    return select(POSTS.c.org_id).where(POSTS.c.role.in_(roles) if roles else false()).correlate(None)


def one(column: ColumnElement[Any]) -> ScalarSelect[Any]:
    return select(column).correlate(None).scalar_subquery()


def all_of(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.array(one(column), type_=ARRAY(column.type))


def _active_caller() -> Select[UUID, str, str]:
    me = aliased(Person)
    return select(me.id, me.source, me.sourced_id).where(
        me.district_id == func.trellis_district(), me.id == func.trellis_person(), me.status == "active", me.enabled
    )


def _my_posts() -> Select[UUID, str]:
    """Org and role of what the caller is appointed to now."""
    return select(StaffAssignment.org_id, StaffAssignment.role).where(
        StaffAssignment.district_id == func.trellis_district(),
        StaffAssignment.person_id == one(CALLER.c.id),
        in_force(StaffAssignment),
    )


def _my_wards() -> Select[UUID]:
    """Learners in whose records the caller holds a guardian's rights, unless a court has restricted the caller.

    The rights are the learner's own from the age of 18 (34 CFR 99.5); a guardian keeps them by an exception alone.
    """
    return (
        select(Guardianship.learner_id)
        .where(
            Guardianship.district_id == func.trellis_district(),
            Guardianship.guardian_id == one(CALLER.c.id),
            in_force(Guardianship),
            or_(
                Guardianship.kind == "court_restriction", ~of_age(Guardianship.learner_id), goes_on_seeing(Guardianship)
            ),
        )
        .group_by(Guardianship.learner_id)
        .having(
            func.bool_or(Guardianship.kind == "rights_holder") & ~func.bool_or(Guardianship.kind == "court_restriction")
        )
    )


def of_age(learner_id: SQLColumnExpression[UUID]) -> ColumnElement[bool]:
    """The learner is 18 by the district's own day, as the roster tells the birth date; one whose date is unknown is not.

    Who was born on 29 February comes of age on 1 March of a year that has no such day.
    """
    learner, told = aliased(Person), aliased(Demographic)
    return exists().where(
        learner.district_id == func.trellis_district(),
        learner.id == learner_id,
        told.district_id == learner.district_id,
        told.source == learner.source,
        told.sourced_id == learner.sourced_id,
        told.status == "active",
        told.birth_on <= cast(today() - _CHILDHOOD, Date),
    )


def goes_on_seeing(guardianship: type[Guardianship]) -> ColumnElement[bool]:
    """An exception is recorded for the guardianship, of a kind that the district lets count."""
    exception, rule = aliased(AdultAccess), aliased(AdultAccessRule)
    return exists().where(
        exception.district_id == guardianship.district_id,
        exception.id == guardianship.id,
        exception.state == "active",
        rule.district_id == exception.district_id,
        rule.kind == exception.kind,
        rule.is_enabled,
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
            mine.source == one(CALLER.c.source),
            mine.person_sourced_id == one(CALLER.c.sourced_id),
            mine.role == "teacher",
            enrolled_now(mine),
            running(Class),
        )
    )


TODAY = select(func.district_today(type_=Date).label("day")).cte("today")
CALLER = _active_caller().cte("caller")
POSTS = _my_posts().cte("my_posts")
WARDS = _my_wards().cte("my_wards")
TAUGHT = _classes_i_teach().cte("taught_by_me")
