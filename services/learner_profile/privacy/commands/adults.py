"""When guardians go on seeing the records of learners who are of age."""

from uuid import UUID

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from kit import versioned
from kit.problems import NotFound
from services.learner_profile import access
from services.learner_profile.privacy.models import AdultAccess, AdultAccessRule
from services.learner_profile.privacy.schemas import AdultAccessIn, AdultAccessKind, AdultAccessRuleIn


async def except_guardian(session: AsyncSession, guardianship_id: UUID, given: AdultAccessIn) -> AdultAccess:
    """Record why a guardian goes on seeing an adult's records; raises `NotFound` where there is no such guardianship."""
    await access.require_role(session, "data_steward")
    try:
        recorded, _ = await versioned.put(
            session, AdultAccess, guardianship_id, {"kind": given.kind, "state": "active"}
        )
    except IntegrityError as unknown:
        raise NotFound from unknown
    return recorded


async def end_exception(session: AsyncSession, guardianship_id: UUID) -> None:
    """End the exception at once; the row stays as history. Raises `NotFound` where there is none to end."""
    await access.require_role(session, "data_steward")
    if await versioned.withdraw(session, AdultAccess, guardianship_id) is None:
        raise NotFound


async def rule_on_adults(session: AsyncSession, kind: AdultAccessKind, given: AdultAccessRuleIn) -> None:
    """Say whether exceptions of a kind count in this district."""
    await access.require_role(session, "district_leader", "data_steward")
    row = insert(AdultAccessRule).values(
        district_id=func.trellis_district(), kind=kind, is_enabled=given.is_enabled, recorded_at=func.trellis_now()
    )
    said = {"is_enabled": row.excluded.is_enabled, "recorded_at": row.excluded.recorded_at}
    await session.execute(row.on_conflict_do_update(index_elements=["district_id", "kind"], set_=said))
