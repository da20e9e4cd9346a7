"""Line items of a class and the results on them, as an LTI tool reads them."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.caller import VerifiedCaller
from kit.problems import NotFound
from services.learner_profile.activity.models import AgsLineItem
from services.learner_profile.roster.models import Class

Json = dict[str, Any]


async def require_class(session: AsyncSession, caller: VerifiedCaller, class_: str) -> None:
    """Raises `NotFound` for a class that the client's roster does not have."""
    known = select(Class.id).where(
        Class.district_id == func.trellis_district(),
        Class.source == (caller.roster_source or caller.source),
        Class.sourced_id == class_,
        Class.status == "active",
    )
    if (await session.execute(known)).first() is None:
        raise NotFound


async def line_item(
    session: AsyncSession, caller: VerifiedCaller, class_: str, item: UUID, *, lock: bool = False
) -> AgsLineItem:
    """One of the client's own line items in this class; raises `NotFound`."""
    wanted = select(AgsLineItem).where(
        AgsLineItem.district_id == func.trellis_district(),
        AgsLineItem.id == item,
        AgsLineItem.source == caller.source,
        AgsLineItem.class_sourced_id == class_,
        AgsLineItem.state == "active",
    )
    found = (await session.execute(wanted.with_for_update() if lock else wanted)).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


async def line_items(
    session: AsyncSession, caller: VerifiedCaller, class_: str, *, first: int, after: UUID | None, **only: str | None
) -> list[AgsLineItem]:
    """The client's line items in this class by id; `only` narrows by resource, link or tag."""
    await require_class(session, caller, class_)
    wanted = select(AgsLineItem).where(
        AgsLineItem.district_id == func.trellis_district(),
        AgsLineItem.source == caller.source,
        AgsLineItem.class_sourced_id == class_,
        AgsLineItem.state == "active",
        *(getattr(AgsLineItem, column) == value for column, value in only.items() if value is not None),
    )
    if after is not None:
        wanted = wanted.where(AgsLineItem.id > after)
    return list((await session.execute(wanted.order_by(AgsLineItem.id).limit(first))).scalars())


async def scores(
    session: AsyncSession, caller: VerifiedCaller, item: AgsLineItem, *, first: int, user: str | None, after: str | None
) -> list[Json]:
    """The scores that stand on a line item, by user."""
    scope = {"source": caller.source, "item": str(item.id), "first": first, "user": user, "after": after}
    return [row[0] for row in await session.execute(_SCORES, scope)]


_SCORES = text("""
select e.content from activity_event e
where e.district_id = trellis_district() and e.source = :source and e.standard = 'ags'
  and e.event_id > :item || ':' and e.event_id < :item || ';'
  and (cast(:user as text) is null or e.actor = :user) and (cast(:after as text) is null or e.actor > :after)
  and not exists (select from activity_event later where later.district_id = e.district_id and later.source = e.source
                   and later.event_id = e.event_id and later.revision > e.revision)
  and e.content ->> 'gradingProgress' = 'FullyGraded' and e.content ? 'scoreGiven'
order by e.event_id limit :first""")


async def standing_score(session: AsyncSession, caller: VerifiedCaller, event_id: str) -> Json | None:
    """The content of the score that stands."""
    held = text("""
select content from activity_event where district_id = trellis_district() and source = :source and event_id = :id
order by revision desc limit 1""")
    found: Json | None = (await session.execute(held, {"source": caller.source, "id": event_id})).scalar_one_or_none()
    return found


def shown_item(item: AgsLineItem, base: str) -> Json:
    """A line item in the standard's shape; `base` is the address of the class's line items."""
    said = {
        "id": f"{base}/{item.id}",
        "label": item.label,
        "scoreMaximum": float(item.score_maximum),
        "resourceId": item.resource_id,
        "resourceLinkId": item.resource_link_id,
        "tag": item.tag,
        "startDateTime": item.start_at and item.start_at.isoformat(),
        "endDateTime": item.end_at and item.end_at.isoformat(),
    }
    return {key: value for key, value in said.items() if value is not None}


def shown_result(score: Json, address: str) -> Json:
    """A result in the standard's shape; `address` is its line item's."""
    said = {
        "id": f"{address}/results/{score['userId']}",
        "scoreOf": address,
        "userId": score["userId"],
        "resultScore": score["scoreGiven"],
        "resultMaximum": score["scoreMaximum"],
        "comment": score.get("comment"),
    }
    return {key: value for key, value in said.items() if value is not None}
