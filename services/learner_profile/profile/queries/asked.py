"""What the commands need to know before they write."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.learner_profile import access
from services.learner_profile.profile.domain import Party
from services.learner_profile.profile.models import Assessment, ProfileEntry
from services.learner_profile.roster.models import Person


class Scale(NamedTuple):
    lowest: Decimal
    highest: Decimal


async def learners_of(session: AsyncSession, source: str, sourced_ids: Collection[str]) -> dict[str, UUID]:
    """The active learners of a roster by their sourcedIds."""
    wanted = select(Person.sourced_id, Person.id).where(
        Person.district_id == func.trellis_district(),
        Person.source == source,
        Person.sourced_id.in_(sourced_ids),
        Person.status == "active",
        access.is_learner(Person),
    )
    return {row[0]: row[1] for row in await session.execute(wanted)}


async def scales(session: AsyncSession, identifiers: Collection[str]) -> dict[str, Scale]:
    wanted = select(Assessment.identifier, Assessment.scale_min, Assessment.scale_max).where(
        Assessment.district_id == func.trellis_district(), Assessment.identifier.in_(identifiers)
    )
    return {row[0]: Scale(row[1], row[2]) for row in await session.execute(wanted)}


async def has_results(session: AsyncSession, identifier: str) -> bool:
    wanted = exists().where(
        ProfileEntry.district_id == func.trellis_district(),
        ProfileEntry.kind == "ASSESSMENT_RESULT",
        ProfileEntry.content["assessment"].astext == identifier,
    )
    return bool((await session.execute(select(wanted))).scalar_one())


async def learner_told_of(session: AsyncSession, source: str, kind: str, source_record_id: str) -> UUID | None:
    """Whom an entry that stands is about; None where none stands."""
    entry = await _latest(session, source, kind, source_record_id)
    return entry.learner_id if entry and entry.state == "active" else None


async def standing_entry(session: AsyncSession, source: str, kind: str, source_record_id: str) -> ProfileEntry:
    entry = await _latest(session, source, kind, source_record_id)
    if entry is None:
        raise LookupError("an entry was just recorded")
    return entry


async def content_of(session: AsyncSession, source: str, kind: str, source_record_id: str) -> dict[str, Any] | None:
    """What stands under this name."""
    entry = await _latest(session, source, kind, source_record_id)
    return entry.content if entry and entry.state == "active" else None


async def _latest(session: AsyncSession, source: str, kind: str, source_record_id: str) -> ProfileEntry | None:
    wanted = (
        select(ProfileEntry)
        .where(
            ProfileEntry.district_id == func.trellis_district(),
            ProfileEntry.source == source,
            ProfileEntry.kind == kind,
            ProfileEntry.source_record_id == source_record_id,
        )
        .order_by(ProfileEntry.revision.desc())
        .limit(1)
    )
    return (await session.scalars(wanted)).one_or_none()


async def parties_of(session: AsyncSession, learner_id: UUID) -> frozenset[Party]:
    """As what the caller stands to the learner; nothing for whoever may not know the learner at all."""
    wanted = select(access.stands_as(Person)).where(
        Person.district_id == func.trellis_district(), Person.id == learner_id, access.is_learner(Person)
    )
    found = (await session.execute(wanted)).scalar_one_or_none() or []
    return frozenset(cast("list[Party]", found))
