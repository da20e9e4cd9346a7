"""Wakes live streams: each process reads what is new in its outbox, five times a second.

"New" is exact and needs no overlap: an event is new if its transaction began after the last look or was still running then,
which PostgreSQL's snapshots tell. So a transaction that took minutes is not missed, and nothing is seen twice. A wake-up
carries no data: the stream re-reads under its caller's policy.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg
import orjson
import structlog
from fastapi import FastAPI

from kit.database import Database

_INTERVAL_SECONDS = 0.2
_log = structlog.get_logger("tail")
Subject = tuple[str, str]
"""District and subject of an event."""


@dataclass
class Tail:
    """The streams of this process and what they wait for."""

    database: Database
    _waiting: dict[Subject, set[asyncio.Event]] = field(default_factory=dict)
    _seen: str | None = None

    @contextmanager
    def subscribed(self, district_id: UUID, subject: str) -> Iterator[asyncio.Event]:
        """An event that is set whenever something new is known of the subject; the stream clears it before it re-reads.

        Read the current state inside the `with`, so that nothing falls between the reading and the waiting.
        """
        woken = asyncio.Event()
        waiting = self._waiting.setdefault((str(district_id), subject), set())
        waiting.add(woken)
        try:
            yield woken
        finally:
            waiting.discard(woken)
            if not waiting:
                self._waiting.pop((str(district_id), subject), None)

    async def look(self) -> None:
        """Wake who waits for what committed since the last look."""
        (now, new), *_ = await self.database.pool.fetch(_LOOK, self._seen if self._waiting else None)
        if self._seen is not None and _went_back(self._seen, now):
            self._wake_all()
        self._seen = now
        for district_id, subject in orjson.loads(new or b"[]"):
            for woken in self._waiting.get((district_id, subject), ()):
                woken.set()

    def _wake_all(self) -> None:
        for waiting in self._waiting.values():
            for woken in waiting:
                woken.set()

    async def follow(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                await self.look()
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as lost:
                _log.warning("outbox unreachable", exc_info=lost)
            await asyncio.sleep(_INTERVAL_SECONDS)


_LOOK = """
select pg_current_snapshot()::text as now,
       (select json_agg(json_build_array(new.district_id, new.subject)) from outbox_since($1::text::pg_snapshot) new) as new"""


def _went_back(seen: str, now: str) -> bool:
    """Whether the database was replaced by an older one, from a backup."""
    return int(now.split(":")[1]) < int(seen.split(":")[1])


@asynccontextmanager
async def following(app: FastAPI) -> AsyncIterator[None]:
    """A part of the application (`kit.app.assemble(parts=…)`, after the database): the tail at `app.state.tail`."""
    app.state.tail = Tail(app.state.database)
    await app.state.tail.look()
    task = asyncio.create_task(app.state.tail.follow())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
