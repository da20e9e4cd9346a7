"""What rules and records are about, as other areas hold it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.learner_profile import access
from services.learner_profile.competency.models import Competency, Framework
from services.learner_profile.roster.models import Org, Person

_HERE = func.trellis_district()


async def framework_since(session: AsyncSession, framework_id: UUID) -> datetime | None:
    """When the framework came; None where the district holds no such framework."""
    wanted = select(Framework.recorded_at).where(Framework.district_id == _HERE, Framework.id == framework_id)
    return (await session.execute(wanted)).scalar_one_or_none()


async def holds_competency(session: AsyncSession, competency_id: UUID) -> bool:
    wanted = select(Competency.id).where(Competency.district_id == _HERE, Competency.id == competency_id)
    return (await session.execute(wanted)).first() is not None


async def holds_school(session: AsyncSession, school_id: UUID) -> bool:
    wanted = select(Org.id).where(Org.district_id == _HERE, Org.id == school_id, Org.type == "school")
    return (await session.execute(wanted)).first() is not None


async def may_assess(session: AsyncSession, learner_id: UUID) -> bool | None:
    """Whether the caller may say what the learner has mastered; None for a learner whom the caller may not see."""
    learner = aliased(Person)
    asked = select(access.may_assess(learner)).where(
        learner.district_id == _HERE, learner.id == learner_id, access.visible_learner(learner)
    )
    return (await session.execute(asked)).scalar_one_or_none()
