"""Mappings, and what waits for one."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.caller import VerifiedCaller
from kit.problems import NotFound
from services.learner_profile.access import require_role
from services.learner_profile.activity.models import ActivityMapping

ROLES = ("data_steward", "district_leader")


async def mappings(
    session: AsyncSession, caller: VerifiedCaller, source: str | None, *, first: int, after: UUID | None
) -> Sequence[ActivityMapping]:
    """The active mappings of a source, or of all for people, by id; a system sees its own."""
    await require_role(session, *ROLES)
    wanted = select(ActivityMapping).where(
        ActivityMapping.district_id == func.trellis_district(), ActivityMapping.state == "active"
    )
    if (only := caller.source or source) is not None:
        wanted = wanted.where(ActivityMapping.source == only)
    if after is not None:
        wanted = wanted.where(ActivityMapping.id > after)
    return (await session.execute(wanted.order_by(ActivityMapping.id).limit(first))).scalars().all()


async def mapping(session: AsyncSession, caller: VerifiedCaller, mapping_id: UUID) -> ActivityMapping:
    """One mapping, also a withdrawn one; raises `NotFound`."""
    await require_role(session, *ROLES)
    wanted = select(ActivityMapping).where(
        ActivityMapping.district_id == func.trellis_district(), ActivityMapping.id == mapping_id
    )
    found = (await session.execute(wanted)).scalar_one_or_none()
    if found is None or (caller.source and found.source != caller.source):
        raise NotFound
    return found


async def waiting(session: AsyncSession, caller: VerifiedCaller, source: str | None, *, first: int) -> dict[str, Any]:
    """What most observations wait for, with how many there are of each kind altogether."""
    await require_role(session, *ROLES)
    scope = {"source": caller.source or source, "first": first}
    rows: Sequence[RowMapping] = (await session.execute(_WAITING, scope)).mappings().all()
    counts = {row[0]: row[1] for row in await session.execute(_COUNTS, scope)}
    return {"waiting": [dict(row) for row in rows], "counts": counts}


_OWN = """district_id = trellis_district() and waiting_for is not null
  and (cast(:source as text) is null or source = :source)"""
_WAITING = text(f"""
select source, waiting_for, case waiting_for when 'learner' then actor else objects[1] end as name, count(*) as count,
       min(recorded_at) as first_seen_at, max(recorded_at) as last_seen_at
from activity_observation where {_OWN}
group by 1, 2, 3 order by count(*) desc, 1, 2, 3 limit :first""")
_COUNTS = text(f"select waiting_for, count(*) from activity_observation where {_OWN} group by 1")
