"""The proficiency scale of a framework as it is now."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.learner_profile.competency.models import ProficiencyLevel


async def put_levels(session: AsyncSession, framework_id: UUID, levels: Sequence[Mapping[str, Any]]) -> None:
    """Replace a framework's scale; `mastery` keeps what it was before."""
    own = ProficiencyLevel.district_id == func.trellis_district(), ProficiencyLevel.framework_id == framework_id
    await session.execute(delete(ProficiencyLevel).where(*own))
    key = {"district_id": func.trellis_district(), "framework_id": framework_id}
    await session.execute(insert(ProficiencyLevel).values([{**key, **level} for level in levels]))
