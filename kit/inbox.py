"""What this service hears from others: a door for signed batches, and each event applied once.

The events of one district are applied in one transaction, together with their keys in the inbox; if that fails each half is
tried by itself, down to the events that fail alone: those are refused (the sender retries them, and parks them at last).

How a handler copes with events that come twice, late or in any order:

* It keeps a copy in a table of its own, keyed by the subject, with `epoch` and `version`, written by `upsert_newer`.
* A withdrawal is a row like any other, with its state in a column; reads ask for the active ones.
* The copies have no foreign keys between them. A record whose parent is unknown is kept and waits: reads join the parent and
  so do not see it, an anti-join lists what waits, and it appears by itself when the parent arrives.
* Of several events of one subject in a batch the handler is given the newest alone.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any, Literal
from uuid import UUID

import msgspec
import orjson
import structlog
from fastapi import APIRouter, Request
from sqlalchemy import ARRAY, Column, Table, Text, Uuid, bindparam, text, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from kit import feeds, metrics
from kit.caller import system
from kit.database import Database, Reads, refusal_of
from kit.problems import BadInput, Problem, TooLarge, Unavailable
from kit.relay import HEARTBEAT
from kit.settings import ServiceSettings
from kit.webhook import Keys, NoSecretError, keys_of, verify

DOOR = ("POST", "/events")
"""For `kit.app.assemble(streamed=…)`: the door bounds its own body."""
MOST_BYTES = 16 * 1024 * 1024
MOST_EVENTS = 1000
_log = structlog.get_logger("inbox")


@dataclass(frozen=True, slots=True)
class ReceivedEvent:
    """A fact of another service, as its producer last saw it."""

    id: UUID
    producer: str
    type: str
    subject: str
    recorded_at: datetime
    district_id: UUID
    version: int
    epoch: int
    state: Literal["active", "withdrawn"]
    occurred_at: datetime
    data: dict[str, Any]
    """The whole state, camelCase, without the envelope's own members."""


Handler = Callable[[AsyncSession, list[ReceivedEvent]], Awaitable[None]]
"""Applies events of one type and one district, each of another subject, in the transaction it is given."""
Handlers = Mapping[str, Handler]


def routes(handlers: Handlers) -> APIRouter:
    """The door `POST /events`, for other services only: the proxy does not route it.

    Handlers run in the order of the mapping, so that parents may come before what refers to them.
    """
    router = APIRouter(include_in_schema=False)

    @router.post("/events")
    async def post_events(request: Request, database: Reads) -> Response:
        body = await _bounded(request)
        settings: ServiceSettings = request.app.state.settings
        verify(_live_keys(settings), request.headers, feeds.machine_now(), body)
        refused = await receive(database, handlers, body)
        answer = {"refused": [{"id": id_, "code": code} for id_, code in refused.items()]}
        return Response(orjson.dumps(answer), media_type="application/json")

    return router


def _live_keys(settings: ServiceSettings) -> Keys:
    """Without a secret the door stays shut, and the sender keeps what it has."""
    try:
        return keys_of(settings.event_secret)
    except NoSecretError as missing:
        raise Unavailable from missing


async def _bounded(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise TooLarge(limitBytes=MOST_BYTES)
    return bytes(body)


async def receive(database: Database, handlers: Handlers, body: bytes) -> dict[str, str]:
    """Apply a verified batch; returns the ids of refused events with a code each.

    Raises `BadInput` for what is no batch at all, `Unavailable` where the database is to blame.
    """
    items = _items(body)
    events, refused = _parsed(items, handlers)
    for district_id, group in groupby(sorted(events, key=attrgetter("district_id", "id")), attrgetter("district_id")):
        refused |= await _applied(database, handlers, district_id, list(group))
    await _heard(database, items)
    return refused


def _items(body: bytes) -> list[dict[str, Any]]:
    try:
        items: list[dict[str, Any]] = msgspec.json.decode(body, type=list[dict[str, Any]])
    except (msgspec.MsgspecError, RecursionError, ValueError) as malformed:
        raise BadInput("The body is a JSON array of CloudEvents") from malformed
    if len(items) > MOST_EVENTS:
        raise TooLarge(limitEvents=MOST_EVENTS)
    return items


class _Envelope(msgspec.Struct):
    id: UUID
    source: str
    type: str
    subject: str
    time: datetime
    data: dict[str, Any]
    specversion: Literal["1.0"]


class _Facts(msgspec.Struct, rename="camel"):
    district_id: UUID
    version: int
    epoch: int
    state: Literal["active", "withdrawn"]
    occurred_at: datetime


def _parsed(items: Iterable[dict[str, Any]], handlers: Handlers) -> tuple[list[ReceivedEvent], dict[str, str]]:
    events, refused = [], {}
    for item in items:
        if item.get("type") == HEARTBEAT:
            continue
        try:
            event = _event(item)
        except msgspec.ValidationError:
            refused[str(item.get("id"))] = "MALFORMED"
            continue
        if event.type in handlers:
            events.append(event)
        else:
            refused[str(event.id)] = "UNKNOWN_TYPE"
    return events, refused


def _event(item: dict[str, Any]) -> ReceivedEvent:
    envelope = msgspec.convert(item, _Envelope)
    facts = msgspec.convert(envelope.data, _Facts)
    return ReceivedEvent(
        id=envelope.id,
        producer=envelope.source,
        type=envelope.type,
        subject=envelope.subject,
        recorded_at=envelope.time,
        district_id=facts.district_id,
        version=facts.version,
        epoch=facts.epoch,
        state=facts.state,
        occurred_at=facts.occurred_at,
        data={name: value for name, value in envelope.data.items() if name not in _ENVELOPE_MEMBERS},
    )


_ENVELOPE_MEMBERS = frozenset({"districtId", "version", "epoch", "state", "occurredAt"})


async def _applied(
    database: Database, handlers: Handlers, district_id: UUID, group: list[ReceivedEvent]
) -> dict[str, str]:
    try:
        await _apply(database, handlers, district_id, group)
    except Exception as failed:  # noqa: BLE001 - whatever one event causes must not hold up the others
        _unless_down(failed)
        if len(group) > 1:
            half = len(group) // 2
            refused = await _applied(database, handlers, district_id, group[:half])
            return refused | await _applied(database, handlers, district_id, group[half:])
        _log.warning("event refused", type=group[0].type, producer=group[0].producer, exc_info=failed)
        metrics.RECEIVED.labels(group[0].type, "refused").inc()
        return {str(group[0].id): failed.code() if isinstance(failed, Problem) else "NOT_APPLIED"}
    for event in group:
        metrics.RECEIVED.labels(event.type, "applied").inc()
    return {}


def _unless_down(failed: Exception) -> None:
    """A database that is away refuses no event: the whole batch comes again."""
    if isinstance(failed, PoolTimeoutError) or isinstance(refusal_of(failed), Unavailable):
        raise Unavailable from failed


async def _apply(database: Database, handlers: Handlers, district_id: UUID, group: Sequence[ReceivedEvent]) -> None:
    async with database.transaction(system(district_id)) as session:
        known = {"events": [event.id for event in group], "producers": [event.producer for event in group]}
        new = set((await session.execute(_REMEMBER, known)).scalars())
        newest = _newest([event for event in group if event.id in new])
        for kind, apply in handlers.items():
            events = [event for event in newest if event.type == kind]
            if events:
                await apply(session, events)


_REMEMBER = text("""
with served as (
  insert into served_district (district_id) select trellis_district() on conflict do nothing)
insert into inbox (district_id, producer, event_id)
select trellis_district(), given.producer, given.event_id
  from unnest(cast(:producers as text[]), cast(:events as uuid[])) as given (producer, event_id)
 order by 2, 3 on conflict do nothing returning event_id""").bindparams(
    bindparam("producers", type_=ARRAY(Text)), bindparam("events", type_=ARRAY(Uuid))
)


def _newest(events: Iterable[ReceivedEvent]) -> list[ReceivedEvent]:
    """The newest event of each subject."""
    newest: dict[tuple[str, str, str], ReceivedEvent] = {}
    for event in sorted(events, key=attrgetter("epoch", "version")):
        newest[event.producer, event.type, event.subject] = event
    return list(newest.values())


async def _heard(database: Database, items: Iterable[dict[str, Any]]) -> None:
    for item in items:
        if item.get("type") == HEARTBEAT:
            await feeds.heard(database, str(item.get("source")), item.get("data"))


async def upsert_newer(
    session: AsyncSession, table: Table, rows: Sequence[Mapping[str, Any]], key: Sequence[str]
) -> list[tuple[Any, ...]]:
    """Insert or update rows, but never with an older state than the table holds; returns the keys that changed.

    `table` has the columns `epoch` and `version`, `key` names its primary key (without the district, which every table has),
    and each row gives all columns. A row whose (epoch, version) is not higher than the stored one changes nothing, and
    what depends on it needs no recomputing.
    """
    if not rows:
        return []
    columns = [table.c.district_id, *(table.c[name] for name in key)]
    statement = insert(table)
    excluded = statement.excluded
    changed = {name: excluded[name] for name in rows[0] if name not in {column.name for column in columns}}
    statement = statement.on_conflict_do_update(
        index_elements=columns,
        set_=changed,
        where=tuple_(table.c.epoch, table.c.version) < tuple_(excluded.epoch, excluded.version),
    )
    found = await session.execute(statement.returning(*_keys(table, key)), [dict(row) for row in rows])
    return [tuple(row) for row in found]


def _keys(table: Table, key: Sequence[str]) -> list[Column[Any]]:
    return [table.c[name] for name in key]
