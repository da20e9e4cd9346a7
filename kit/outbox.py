"""What this service tells others: rows of its own outbox, written in the transaction that changes the fact.

An event carries the whole state of its subject and a version that the writer raises under the row's lock, so that neither
order nor repetition matters to who hears it. The routes of its type, set by a migration, decide who does; an event without
a route goes to nobody and only wakes this service's own live streams (`kit.tail`).
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any, Literal
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

State = Literal["active", "withdrawn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A fact about one subject. `data` is its whole state in camelCase, without the envelope's own members."""

    type: str
    subject: str
    version: int
    occurred_at: datetime
    data: dict[str, Any] = field(default_factory=dict)
    state: State = "active"
    """A deletion is a higher version that says `withdrawn`."""


def emission(source: str) -> str:
    """One statement that emits what the query `source` selects, however many rows, and answers their number.

    The query has the columns `type, subject, version, state, occurred_at, data` (jsonb). It runs in the transaction that
    changes the rows, in the district of that transaction, through SQLAlchemy or asyncpg alike.
    """
    return _EMISSION.replace("{source}", source)


# The ids are version 7 UUIDs with one random seed and the row's number as their counter (RFC 9562, section 6.2): a random number
# for each row costs as much as its insert, and ids in no order twice as much of the index.
_EMISSION = """
with statement as materialized (
  select trellis_district() as district_id, epoch, left(replace(uuid7()::text, '-', ''), 12) as moment,
         replace(gen_random_uuid()::text, '-', '') as seed from producer_epoch),
source as (
  select given.*, lpad(to_hex(row_number() over ()), 8, '0') as number, statement.*
    from ({source}) given cross join statement),
event as (
  insert into outbox (district_id, id, type, subject, version, epoch, state, occurred_at, data)
  select district_id, (moment || '7' || left(seed, 3) || '8' || substr(seed, 4, 7) || number)::uuid,
         type, subject, version, epoch, state, occurred_at, data
    from source
  returning district_id, id, type),
delivery as (
  insert into outbox_delivery (district_id, event_id, consumer)
  select event.district_id, event.id, route.consumer from event join outbox_route route on route.type = event.type)
select count(*) from event"""


async def emit_from(session: AsyncSession, source: str, **parameters: object) -> int:
    """Emit what a query selects (see `emission`); returns how many events that was."""
    return int((await session.execute(text(emission(source)), parameters)).scalar_one())


async def emit(session: AsyncSession, *events: Event) -> None:
    """Emit events, all in one statement."""
    if events:
        rows = orjson.dumps([_row(event) for event in events], default=_json, option=orjson.OPT_PASSTHROUGH_DATETIME)
        await emit_from(session, _GIVEN, events=rows.decode())


_GIVEN = """
select given.* from jsonb_to_recordset(cast(:events as jsonb))
  as given (type text, subject text, version bigint, state text, occurred_at timestamptz, data jsonb)"""


def _row(event: Event) -> dict[str, Any]:
    return {
        "type": event.type,
        "subject": event.subject,
        "version": event.version,
        "state": event.state,
        "occurred_at": event.occurred_at,
        "data": event.data,
    }


def _json(value: object) -> object:
    """A decimal stays the number it is; everything else as its standard text."""
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f"))
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, UUID | Enum):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not JSON")
