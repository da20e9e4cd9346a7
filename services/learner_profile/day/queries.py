"""A learner's day and a class's day as the graph shows them, and what their commands look up."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    SQLColumnExpression,
    Text,
    and_,
    case,
    cast,
    exists,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSON, aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from kit.caller import VerifiedCaller
from kit.graph import EMPTY_LIST, Binds, GraphModel, Section
from services.learner_profile import access
from services.learner_profile.day.models import ActivityAttempt, ActivityBlock, ActivitySeat, ClassDay
from services.learner_profile.roster.models import Class, Enrollment, Person

ClassTable = type[Class]


class DayArguments(GraphModel):
    day: date | None = None
    """Today in the district's time zone, where it is not said."""


def _day(binds: Binds) -> SQLColumnExpression[Any]:
    return binds("day", Date) if "day" in binds.given else access.today()


def _today(person: Any, binds: Binds) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    """The blocks that are planned for the learner, in the order of the day, and how many are where."""
    block, attempt, day = aliased(ActivityBlock), aliased(ActivityAttempt), _day(binds)
    status = _status(block, attempt)
    mine = (
        select(block.id, block.starts_at, status.label("status"), _document(block, status).label("node"))
        .outerjoin(attempt, _attempt_of(attempt, block, person.id))
        .where(block.district_id == person.district_id, block.day_on == day, block.state == "active")
        .where(or_(_sits_in_class(block, person, day), _has_seat(block, person)))
        .correlate(person)
        .subquery()
    )
    listed = aggregate_order_by(mine.c.node, mine.c.starts_at, mine.c.id)
    counts: list[tuple[Any, Any]] = [
        (literal_column(f"'{name}'"), func.count().filter(mine.c.status == name.upper()))
        for name in ("planned", "started", "done", "missed")
    ]
    return select(
        func.json_build_object(
            "day", day,
            "blocks", func.coalesce(func.json_agg(listed, type_=JSON), EMPTY_LIST),
            "progress", func.json_build_object(*(part for pair in counts for part in pair), type_=JSON),
            type_=JSON,
        )
    ).scalar_subquery()  # fmt: skip


def _class_day(class_: Any, binds: Binds) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    """What is planned for the class, with those of its learners whom the caller may see."""
    block, held, day = aliased(ActivityBlock), aliased(ClassDay), _day(binds)
    members = _members(block, class_, day)
    planned = (
        select(block.id, block.starts_at, _planned(block, members).label("node"))
        .where(
            block.district_id == class_.district_id,
            block.class_id == class_.id,
            block.day_on == day,
            block.state == "active",
            or_(block.is_for_class, access.may_plan(class_), exists(members.correlate(block, class_))),
        )
        .correlate(class_)
        .subquery()
    )
    listed = aggregate_order_by(planned.c.node, planned.c.starts_at, planned.c.id)
    version = select(held.version).where(
        held.district_id == class_.district_id, held.class_id == class_.id, held.day_on == day
    )
    return select(
        func.json_build_object(
            "day", day,
            "version", func.coalesce(version.correlate(class_).scalar_subquery(), literal_column("0")),
            "blocks", func.coalesce(func.json_agg(listed, type_=JSON), EMPTY_LIST),
            type_=JSON,
        )
    ).select_from(planned).scalar_subquery()  # fmt: skip


def _status(block: Any, attempt: Any) -> SQLColumnExpression[Any]:  # noqa: ANN401 - tables
    """`domain.status`."""
    return case(
        (attempt.finished_at.is_not(None), "DONE"),
        (attempt.started_at.is_not(None), "STARTED"),
        (func.trellis_now() >= block.ends_at, "MISSED"),
        else_="PLANNED",
    )


def _attempt_of(attempt: Any, block: Any, learner_id: Any) -> ColumnElement[bool]:  # noqa: ANN401 - tables
    return and_(
        attempt.district_id == block.district_id, attempt.block_id == block.id, attempt.learner_id == learner_id
    )


def _fields(block: Any) -> tuple[Any, ...]:  # noqa: ANN401 - a table
    return (
        "id", block.id,
        "kind", block.kind,
        "title", block.title,
        "groupTitle", block.group_title,
        "startsAt", block.starts_at,
        "endsAt", block.ends_at,
        "resourceId", block.resource_id,
        "classId", block.class_id,
    )  # fmt: skip


def _document(block: Any, status: SQLColumnExpression[Any]) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    return func.json_build_object(*_fields(block), "status", status, type_=JSON)


def _planned(block: Any, members: Select[Any]) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    each = members.subquery()
    listed = select(
        func.coalesce(
            func.json_agg(aggregate_order_by(each.c.node, each.c.family_name, each.c.given_name, each.c.id)),
            EMPTY_LIST,
        )
    ).scalar_subquery()
    return func.json_build_object(*_fields(block), "isForClass", block.is_for_class, "members", listed, type_=JSON)


def _members(block: Any, class_: Any, day: Any) -> Select[Any]:  # noqa: ANN401 - tables
    learner, attempt = aliased(Person), aliased(ActivityAttempt)
    node = func.json_build_object("learnerId", learner.id, "status", _status(block, attempt), type_=JSON)
    return (
        select(learner.id, learner.family_name, learner.given_name, node.label("node"))
        .outerjoin(attempt, _attempt_of(attempt, block, learner.id))
        .where(
            learner.district_id == class_.district_id,
            access.visible_learner(learner),
            or_(and_(block.is_for_class, _seated(learner, class_, day)), _has_seat(block, learner)),
        )
        .correlate(block, class_)
    )


def _sits_in_class(block: Any, person: Any, day: Any) -> ColumnElement[bool]:  # noqa: ANN401 - tables
    class_ = aliased(Class)
    return and_(
        block.is_for_class,
        exists()
        .where(
            class_.district_id == block.district_id,
            class_.id == block.class_id,
            class_.status == "active",
            _seated(person, class_, day),
        )
        .correlate_except(class_),
    )


def _seated(person: Any, class_: Any, day: Any) -> ColumnElement[bool]:  # noqa: ANN401 - tables
    """The learner sits in the class on that day."""
    seat = aliased(Enrollment)
    return (
        exists()
        .where(
            seat.district_id == class_.district_id,
            seat.source == class_.source,
            seat.class_sourced_id == class_.sourced_id,
            person.source == seat.source,
            seat.person_sourced_id == person.sourced_id,
            seat.role == "student",
            seat.status == "active",
            or_(seat.begin_on.is_(None), seat.begin_on <= day),
            or_(seat.end_on.is_(None), seat.end_on > day),
        )
        .correlate_except(seat)
    )


def _has_seat(block: Any, person: Any) -> ColumnElement[bool]:  # noqa: ANN401 - tables
    seat = aliased(ActivitySeat)
    return (
        exists()
        .where(seat.district_id == block.district_id, seat.block_id == block.id, seat.learner_id == person.id)
        .correlate_except(seat)
    )


async def plannable(session: AsyncSession, caller: VerifiedCaller, name: str) -> tuple[UUID, bool] | None:
    """The class of this id, or of this sourcedId in the caller's roster, and whether the caller may plan it.

    None where there is no such class that the caller may know.
    """
    own = or_(
        cast(Class.id, Text) == name.lower(),
        and_(Class.source == (caller.roster_source or caller.source or ""), Class.sourced_id == name),
    )
    wanted = select(Class.id, access.may_plan(Class), access.visible_class(Class)).where(
        Class.district_id == func.trellis_district(), Class.status == "active", own
    )
    found = (await session.execute(wanted.limit(1))).one_or_none()
    if found is None or not (found[1] or found[2]):
        return None
    return found[0], bool(found[1])


async def seated(session: AsyncSession, class_id: UUID, day: date, names: Sequence[str]) -> dict[str, UUID]:
    """The ids of those learners of the class that are named, by our id or by sourcedId."""
    if not names:
        return {}
    wanted = select(Person.id, Person.sourced_id).where(
        Person.district_id == func.trellis_district(),
        Person.status == "active",
        Class.district_id == Person.district_id,
        Class.id == class_id,
        _seated(Person, Class, day),
    )
    found = (await session.execute(wanted)).all()
    known = {sourced_id: learner_id for learner_id, sourced_id in found}
    return known | {str(learner_id): learner_id for learner_id, _ in found}


async def own_block(session: AsyncSession, block_id: UUID) -> tuple[date, bool] | None:
    """The day of a block that is planned for the caller, and whether that day has come; None where there is none."""
    block, me = aliased(ActivityBlock), aliased(Person)
    wanted = select(block.day_on, block.day_on <= access.today()).where(
        block.district_id == func.trellis_district(),
        block.id == block_id,
        block.state == "active",
        me.district_id == block.district_id,
        access.is_me(me),
        or_(_sits_in_class(block, me, block.day_on), _has_seat(block, me)),
    )
    found = (await session.execute(wanted)).one_or_none()
    return None if found is None else (found[0], found[1])


async def block_document(session: AsyncSession, block_id: UUID) -> bytes:
    """One block as the caller's own, as the running transaction has it."""
    block, attempt = aliased(ActivityBlock), aliased(ActivityAttempt)
    found = (
        select(cast(_document(block, _status(block, attempt)), Text))
        .outerjoin(attempt, _attempt_of(attempt, block, func.trellis_person()))
        .where(block.district_id == func.trellis_district(), block.id == block_id)
    )
    return str((await session.execute(found)).scalar_one()).encode()


async def day_document(session: AsyncSession, class_id: UUID, day: date) -> bytes:
    """Id of the class, day and version of its plan."""
    document = func.json_build_object(
        "classId", ClassDay.class_id, "day", ClassDay.day_on, "version", ClassDay.version, type_=JSON
    )
    found = select(cast(document, Text)).where(
        ClassDay.district_id == func.trellis_district(), ClassDay.class_id == class_id, ClassDay.day_on == day
    )
    return str((await session.execute(found)).scalar_one()).encode()


LEARNER_SECTIONS: dict[str, Section] = {"today": Section(_today, DayArguments)}
CLASS_SECTIONS: dict[str, Section] = {"day": Section(_class_day, DayArguments)}
