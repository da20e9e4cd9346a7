"""The rows that refer to what is not there yet: one anti-join for every reference that a file can make."""

import base64
import binascii
from collections.abc import Iterator

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.caller import VerifiedCaller
from kit.problems import BadInput
from services.learner_profile.access import require_role
from services.learner_profile.intake.commands import STEWARD
from services.learner_profile.intake.domain.files import KEPT
from services.learner_profile.intake.domain.layout import Field, Kind, Layout
from services.learner_profile.intake.schemas import WaitingOut, WaitingPage

_PLACE = ("file", "column", "sourced_id", "missing")


async def waiting_page(
    session: AsyncSession, caller: VerifiedCaller, source: str, *, first: int, after: str | None
) -> WaitingPage:
    """The active rows of a source whose references lead nowhere, by file, column and sourcedId."""
    await require_role(session, STEWARD)
    place = dict(zip(_PLACE, _decoded(after), strict=True))
    rows = (await session.execute(_WAITING, {"source": caller.source or source, "first": first + 1, **place})).all()
    page = [WaitingOut.model_validate(row) for row in rows[:first]]
    return WaitingPage(waiting=page, next=_encoded(page[-1]) if len(rows) > first else None)


def _encoded(last: WaitingOut) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([getattr(last, name) for name in _PLACE])).decode()


def _decoded(after: str | None) -> list[str]:
    if after is None:
        return [""] * len(_PLACE)
    try:
        place = orjson.loads(base64.urlsafe_b64decode(after))
    except (binascii.Error, ValueError) as malformed:
        raise BadInput("`after` is not a place that this list gave") from malformed
    if not isinstance(place, list) or len(place) != len(_PLACE) or not all(isinstance(part, str) for part in place):
        raise BadInput("`after` is not a place that this list gave")
    if any("\0" in part for part in place):
        raise BadInput("`after` is not a place that this list gave")
    return place


def _branches() -> Iterator[str]:
    for layout in KEPT.values():
        for one in layout.fields:
            if one.refers is not None and one.column is not None:
                yield _branch(layout, one, KEPT[one.refers])


def _branch(layout: Layout, one: Field, other: Layout) -> str:
    listed = one.kind is Kind.REFERENCES
    named = "named.id" if listed else f"t.{one.column}"
    across = f"cross join unnest(t.{one.column}) as named (id)" if listed else ""
    source = "t.roster_source" if layout.crosses_to(other) else "t.source"
    return f"""
select '{layout.file}' as file, '{one.header}' as "column", t.sourced_id, '{one.refers}' as refers_to, {named} as missing
  from "{layout.table}" t {across}
 where t.district_id = trellis_district() and t.source = :source and t.status = 'active' and {named} is not null
   and not exists (select from "{other.table}" r where r.district_id = t.district_id and r.source = {source}
                      and r.sourced_id = {named} and r.status = 'active')"""


_WAITING = text(f"""
select * from ({" union all ".join(_branches())}) waits
 where (waits.file, waits."column", waits.sourced_id, waits.missing) > (:file, :column, :sourced_id, :missing)
 order by waits.file, waits."column", waits.sourced_id collate "C", waits.missing collate "C" limit :first""")
