"""What the commands need to know before they write, and what they answer."""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from kit.graph import document_of
from services.learner_profile import access
from services.learner_profile.competency.models import Competency
from services.learner_profile.insight.models import AdvanceDecision, Alert
from services.learner_profile.insight.queries.learners import alert_fields, decision_fields
from services.learner_profile.mastery.models import Mastery
from services.learner_profile.roster.models import Class, Enrollment, Person


async def stands(
    session: AsyncSession, learner_id: UUID, predicate: Callable[[type[Person]], ColumnElement[bool]]
) -> bool:
    """Whether the caller stands so to the learner."""
    wanted = select(Person.id).where(
        Person.district_id == func.trellis_district(), Person.id == learner_id, predicate(Person)
    )
    return (await session.execute(wanted)).first() is not None


async def state_of(session: AsyncSession, learner_id: UUID, competency_id: UUID) -> str | None:
    """The learner's state in an active competency; None where the district holds no such competency."""
    held = and_(
        Mastery.district_id == Competency.district_id,
        Mastery.competency_id == Competency.id,
        Mastery.learner_id == learner_id,
    )
    wanted = (
        select(func.coalesce(Mastery.state, "NOT_STARTED"))
        .select_from(Competency)
        .outerjoin(Mastery, held)
        .where(Competency.district_id == func.trellis_district(), Competency.id == competency_id)
    )
    return (await session.execute(wanted)).scalar_one_or_none()


async def is_competency(session: AsyncSession, competency_id: UUID) -> bool:
    wanted = select(Competency.id).where(
        Competency.district_id == func.trellis_district(), Competency.id == competency_id
    )
    return (await session.execute(wanted)).first() is not None


async def sees_class(session: AsyncSession, class_id: UUID) -> bool:
    return await _class(session, class_id, access.visible_class)


async def leads_class(session: AsyncSession, class_id: UUID) -> bool:
    """Whether the caller teaches the class or leads its school."""
    return await _class(session, class_id, access.leads_class)


async def _class(
    session: AsyncSession, class_id: UUID, predicate: Callable[[type[Class]], ColumnElement[bool]]
) -> bool:
    wanted = select(Class.id).where(
        Class.district_id == func.trellis_district(), Class.id == class_id, predicate(Class)
    )
    return (await session.execute(wanted)).first() is not None


async def members(session: AsyncSession, class_id: UUID) -> list[UUID]:
    """Who learns in the class now."""
    seat = aliased(Enrollment)
    wanted = (
        select(Person.id)
        .join(seat, and_(seat.district_id == Person.district_id, seat.source == Person.source))
        .join(Class, and_(Class.district_id == seat.district_id, Class.source == seat.source))
        .where(
            Person.district_id == func.trellis_district(),
            seat.person_sourced_id == Person.sourced_id,
            seat.class_sourced_id == Class.sourced_id,
            seat.role == "student",
            access.enrolled_now(seat),
            Class.id == class_id,
        )
    )
    return list((await session.scalars(wanted)).all())


async def alert(session: AsyncSession, alert_id: UUID) -> bytes:
    """One alert in the graph's shape."""
    body = cast(document_of(alert_fields(Alert, Competency), {}, None, ()), Text)
    of = and_(Competency.district_id == Alert.district_id, Competency.id == Alert.competency_id)
    wanted = select(body).join(Competency, of).where(Alert.district_id == func.trellis_district(), Alert.id == alert_id)
    return str((await session.execute(wanted)).scalar_one()).encode()


async def decision(session: AsyncSession, decision_id: UUID) -> bytes:
    """One decision in the graph's shape."""
    row = AdvanceDecision
    body = cast(document_of(decision_fields(row, Competency), {}, None, ()), Text)
    of = and_(Competency.district_id == row.district_id, Competency.id == row.competency_id)
    wanted = select(body).join(Competency, of).where(row.district_id == func.trellis_district(), row.id == decision_id)
    return str((await session.execute(wanted)).scalar_one()).encode()
