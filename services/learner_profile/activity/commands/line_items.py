"""What LTI tools write: line items of a class, and scores on them (AGS 2.0)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.caller import VerifiedCaller
from kit.ids import uuid7
from services.learner_profile.activity.commands.projection import project_mapped
from services.learner_profile.activity.commands.store import record_told
from services.learner_profile.activity.domain import ags
from services.learner_profile.activity.domain.events import instant
from services.learner_profile.activity.errors import NoSource, ScoreOutdated
from services.learner_profile.activity.models import AgsLineItem
from services.learner_profile.activity.queries.line_items import line_item, require_class, standing_score
from services.learner_profile.activity.schemas.ags import LineItemIn, ScoreIn
from services.learner_profile.source.commands import admit


async def create_line_item(
    session: AsyncSession, caller: VerifiedCaller, class_: str, given: LineItemIn
) -> AgsLineItem:
    """Raises `NotFound` for a class that the client's roster does not have."""
    if not caller.source:
        raise NoSource
    await admit(session, caller)
    await require_class(session, caller, class_)
    item = AgsLineItem(
        district_id=caller.district_id, id=uuid7(), source=caller.source, class_sourced_id=class_, **_values(given)
    )
    session.add(item)
    await session.flush()
    return item


async def change_line_item(
    session: AsyncSession, caller: VerifiedCaller, class_: str, item_id: UUID, given: LineItemIn
) -> AgsLineItem:
    """Say the whole of a line item anew. The scores on it keep the maximum that each came with."""
    await admit(session, caller)
    item = await line_item(session, caller, class_, item_id, lock=True)
    for name, value in _values(given).items():
        setattr(item, name, value)
    item.changed_at = (await session.execute(func.trellis_now().select())).scalar_one()
    await session.flush()
    return item


async def remove_line_item(session: AsyncSession, caller: VerifiedCaller, class_: str, item_id: UUID) -> None:
    """Remove a line item; what its scores said is withdrawn, and stays in the ledger as it was known before."""
    await admit(session, caller)
    item = await line_item(session, caller, class_, item_id, lock=True)
    item.state = "withdrawn"
    await session.flush()
    await session.execute(_SILENCED, {"source": item.source, "item": str(item.id)})
    await project_mapped(session, "object", [(item.source, "exact", str(item.id))])


async def publish_score(
    session: AsyncSession, caller: VerifiedCaller, class_: str, item_id: UUID, given: ScoreIn, now: datetime
) -> None:
    """Take a score; the same again changes nothing. Raises `ScoreOutdated` where a later one is held (section 3.4.9)."""
    await admit(session, caller)
    item = await line_item(session, caller, class_, item_id, lock=True)
    told = ags.told(item, given.content(), given.timestamp, now)
    held = await standing_score(session, caller, told.event_id)
    if held == told.content:
        return
    known = instant(held["timestamp"]) if held else None
    if known is not None and given.timestamp <= known:
        raise ScoreOutdated
    await record_told(session, caller, [told])


def _values(given: LineItemIn) -> dict[str, Any]:
    return {
        "label": given.label,
        "score_maximum": given.score_maximum,
        "resource_id": given.resource_id,
        "resource_link_id": given.resource_link_id,
        "tag": given.tag,
        "start_at": given.start_date_time,
        "end_at": given.end_date_time,
    }


_SILENCED = text("""
update activity_observation set tells = false
where district_id = trellis_district() and source = :source and standard = 'ags'
  and event_id > :item || ':' and event_id < :item || ';'""")
