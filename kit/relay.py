"""Carries the outbox to its consumers: at least once, each consumer and each event with retries of its own.

A batch is claimed, posted and settled in one transaction of the relay role; a relay that dies lets go of its rows. Within a
batch the districts share alike, so that one district's nightly load does not stand before another's dropped role. A consumer
that is down is waited for and costs no event an attempt; an event that it refuses is retried by itself and at last parked,
where a person sees it, while the rest goes on.
"""

import asyncio
import random
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import orjson
import structlog
from httpx_aiohttp import AiohttpTransport
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from kit import metrics
from kit.ids import uuid7
from kit.relay_sql import CLAIM, DELIVERED, REFUSED
from kit.settings import ServiceSettings
from kit.webhook import Keys, keys_of, signed

MEDIA_TYPE = "application/cloudevents-batch+json"
HEARTBEAT = "feed.heartbeat"
"""The type of an event about the feed itself; it ends every batch and comes alone while nothing happens."""
HEARTBEAT_SECONDS = 10.0
MOST_EVENTS = 500
MOST_BYTES = 1024 * 1024
MOST_ATTEMPTS = 12
"""With its pauses of up to ten minutes an event is given up after some forty minutes of refusals."""
_POLL_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 15.0
_ABOUT_ITS_CONTENT = {400, 413, 422, 500}
_CODE = re.compile(r"[A-Z0-9_]{1,64}")
_log = structlog.get_logger("relay")


class ConsumerUnavailableError(Exception):
    """The consumer cannot be reached, or takes nothing from us just now."""


class BatchRefusedError(Exception):
    """The consumer fell over the batch as a whole; something in it may be to blame."""


@dataclass(frozen=True)
class Relay:
    """One producer's way out: its outbox, as the relay role, and where its consumers take events."""

    engine: AsyncEngine
    client: httpx.AsyncClient
    producer: str
    keys: Keys
    consumers: Mapping[str, str]


@dataclass
class Line:
    """The state of one consumer's delivery in this process."""

    consumer: str
    size: int = MOST_EVENTS
    """Halves when a batch fails as a whole, so that the event to blame is found; doubles with each success."""
    failures: int = 0
    heard_at: float = field(default=float("-inf"))

    def went_well(self) -> None:
        self.size, self.failures = min(self.size * 2, MOST_EVENTS), 0
        self.heard_at = asyncio.get_running_loop().time()

    def pause(self) -> float:
        self.failures += 1
        return min(_LONGEST_PAUSE_SECONDS, _POLL_SECONDS * 2.0**self.failures) * random.uniform(0.5, 1.0)  # noqa: S311 - jitter


@dataclass(frozen=True, slots=True)
class Delivery:
    district_id: UUID
    event_id: UUID
    attempts: int
    waited: timedelta
    envelope: str


@asynccontextmanager
async def opened(settings: ServiceSettings) -> AsyncIterator[Relay]:
    """The relay of a service for the life of a process."""
    url = make_url(settings.relay_database_url.get_secret_value()).set(drivername="postgresql+asyncpg")
    engine = create_async_engine(url, pool_size=len(settings.consumers) + 1, connect_args=_SESSION)
    try:
        async with httpx.AsyncClient(transport=AiohttpTransport(), timeout=httpx.Timeout(30, connect=3)) as client:
            yield Relay(engine, client, settings.service, keys_of(settings.event_secret), settings.consumers)
    finally:
        await engine.dispose()


_SESSION: dict[str, Any] = {"server_settings": {"timezone": "UTC", "jit": "off"}}


async def run(relay: Relay, stop: asyncio.Event) -> None:
    """Deliver to every consumer, side by side, until told to stop."""
    async with asyncio.TaskGroup() as group:
        for consumer in relay.consumers:
            group.create_task(_keep_delivering(relay, Line(consumer), stop))


async def _keep_delivering(relay: Relay, line: Line, stop: asyncio.Event) -> None:
    while not stop.is_set():
        pause = await _step(relay, line)
        if pause:
            await unless(stop, pause)


async def _step(relay: Relay, line: Line) -> float:
    """Deliver once; returns the seconds to wait before the next time."""
    try:
        if await deliver(relay, line):
            return 0
        await _beat(relay, line)
    except ConsumerUnavailableError:
        metrics.UNREACHABLE.labels(line.consumer).inc()
    except BatchRefusedError:
        line.size = max(1, line.size // 2)
    except Exception as lost:  # noqa: BLE001 - the relay outlives a database that is away
        _log.warning("outbox unreachable", consumer=line.consumer, exc_info=lost)
    else:
        return _POLL_SECONDS
    return line.pause()


async def unless(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return


async def drain(relay: Relay) -> int:
    """Deliver all that is due and return; says how many deliveries that was."""
    delivered = 0
    for consumer in relay.consumers:
        line = Line(consumer)
        while count := await deliver(relay, line):
            delivered += count
        await _beat(relay, line)
    return delivered


async def deliver(relay: Relay, line: Line) -> int:
    """Claim, post and settle one batch; returns its size, 0 when nothing was due.

    Raises `ConsumerUnavailableError` and `BatchRefusedError`; then nothing has changed.
    """
    async with relay.engine.begin() as connection:
        batch = await _claimed(connection, line)
        if batch:
            refused = await _outcome(relay, line, batch)
            await _settle(connection, line.consumer, batch, refused)
    return len(batch)


async def _claimed(connection: AsyncConnection, line: Line) -> list[Delivery]:
    rows = await connection.execute(CLAIM, {"consumer": line.consumer, "size": line.size})
    batch: list[Delivery] = []
    size = 0
    for row in rows:
        size += len(row.envelope)
        if batch and size > MOST_BYTES:
            break
        batch.append(Delivery(*row))
    return batch


async def _outcome(relay: Relay, line: Line, batch: Sequence[Delivery]) -> dict[UUID, str]:
    """Which events of the batch were refused, and why. One event that fails alone is itself to blame."""
    try:
        refused = await _post(relay, line.consumer, batch)
    except BatchRefusedError as failure:
        if len(batch) > 1:
            raise
        return {batch[0].event_id: str(failure)}
    line.went_well()
    return refused


async def _beat(relay: Relay, line: Line) -> None:
    if asyncio.get_running_loop().time() - line.heard_at >= HEARTBEAT_SECONDS:
        await _post(relay, line.consumer, ())
        line.went_well()


async def _post(relay: Relay, consumer: str, batch: Sequence[Delivery]) -> dict[UUID, str]:
    body = _body(relay.producer, batch)
    headers = signed(relay.keys, str(uuid7()), datetime.now(UTC), body)
    try:
        answer = await relay.client.post(
            relay.consumers[consumer], content=body, headers={**headers, "content-type": MEDIA_TYPE}
        )
    except httpx.ReadTimeout as late:
        raise BatchRefusedError("TIMEOUT") from late
    except httpx.TransportError as unreachable:
        raise ConsumerUnavailableError from unreachable
    if answer.status_code in _ABOUT_ITS_CONTENT:
        raise BatchRefusedError(f"HTTP_{answer.status_code}")
    if answer.status_code != httpx.codes.OK:
        _log.warning("consumer unavailable", consumer=consumer, status=answer.status_code)
        raise ConsumerUnavailableError
    return _refusals(answer.content)


def _body(producer: str, batch: Sequence[Delivery]) -> bytes:
    """The batch as a JSON array of CloudEvents 1.0, closed by the feed's own event."""
    now = datetime.now(UTC)
    behind = max((delivery.waited for delivery in batch), default=timedelta())
    heartbeat = {
        "specversion": "1.0",
        "id": str(uuid7()),
        "source": producer,
        "type": HEARTBEAT,
        "time": now,
        "datacontenttype": "application/json",
        "data": {"behindSeconds": behind.total_seconds()},
    }
    head = orjson.dumps({"specversion": "1.0", "source": producer, "datacontenttype": "application/json"})[:-1].decode()
    events = [f"{head},{delivery.envelope[1:]}" for delivery in batch]
    return ("[" + ",".join([*events, orjson.dumps(heartbeat).decode()]) + "]").encode()


def _refusals(body: bytes) -> dict[UUID, str]:
    try:
        return {UUID(entry["id"]): _code(entry["code"]) for entry in orjson.loads(body)["refused"]}
    except (ValueError, KeyError, TypeError) as malformed:
        raise ConsumerUnavailableError from malformed


def _code(given: str) -> str:
    return given if _CODE.fullmatch(given) else "REFUSED"


async def _settle(
    connection: AsyncConnection, consumer: str, batch: Sequence[Delivery], refused: Mapping[UUID, str]
) -> None:
    taken = [delivery for delivery in batch if delivery.event_id not in refused]
    if taken:
        await connection.execute(DELIVERED, {"consumer": consumer, **_keys(taken)})
    left = [delivery for delivery in batch if delivery.event_id in refused]
    if left:
        codes = [refused[delivery.event_id] for delivery in left]
        limits = {"codes": codes, "most": MOST_ATTEMPTS}
        await connection.execute(REFUSED, {"consumer": consumer, **_keys(left), **limits})
        _log.warning("events refused", consumer=consumer, events=len(left), codes=sorted(set(codes)))
    metrics.DELIVERED.labels(consumer).inc(len(taken))
    for delivery in left:
        metrics.REFUSED.labels(consumer, refused[delivery.event_id]).inc()


def _keys(batch: Sequence[Delivery]) -> dict[str, list[UUID]]:
    return {
        "districts": [delivery.district_id for delivery in batch],
        "events": [delivery.event_id for delivery in batch],
    }


async def measure(relay: Relay) -> None:
    """Set the gauges of every consumer."""
    async with relay.engine.connect() as connection:
        found = {row.consumer: row for row in await connection.execute(_STANDING)}
    for consumer in {*relay.consumers, *found}:
        row = found.get(consumer)
        metrics.RELAY_PENDING.labels(consumer).set(row.pending if row else 0)
        metrics.RELAY_PARKED.labels(consumer).set(row.parked if row else 0)
        metrics.RELAY_LAG.labels(consumer).set(row.lag if row else 0)


_STANDING = text("""
select consumer, count(*) filter (where state = 'pending') as pending, count(*) filter (where state = 'parked') as parked,
       greatest(coalesce(extract(epoch from now() - min(next_attempt_at) filter (where state = 'pending')), 0), 0)::float8 as lag
  from outbox_delivery where state in ('pending', 'parked') group by consumer""")
