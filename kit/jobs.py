"""Work that outlives its request: jobs, written with what causes them, run by a worker under a lease.

A worker that dies loses its lease and another runs the job again, so a handler must bear to begin anew. What it does in
`job.transaction()` is fenced: while such a transaction lasts nobody else can claim the job, and a worker whose lease is gone
cannot open one. What it does in `job.completing()` happens once, because the job is done in the same transaction.
"""

import asyncio
import random
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from kit import metrics
from kit.caller import system
from kit.clock import Clock
from kit.database import Database
from kit.ids import uuid7
from kit.settings import ServiceSettings

LEASE = timedelta(seconds=60)
"""A handler that blocks the event loop for longer loses its job: CPU work belongs into `asyncio.to_thread`."""
_log = structlog.get_logger("jobs")


class JobFailed(Exception):  # noqa: N818 - a verdict of the handler, not an error of ours
    """Raised by a handler for what another attempt would not mend; `code` is stored and holds no personal data."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class LeaseLostError(Exception):
    """The job belongs to another worker now; whatever this one had not committed is undone."""


@dataclass(frozen=True)
class Context:
    """What a handler of a job or a schedule works with."""

    settings: ServiceSettings
    database: Database
    clock: Clock

    @asynccontextmanager
    async def transaction(self, district_id: UUID) -> AsyncIterator[AsyncSession]:
        """One transaction inside a district, as the service itself."""
        async with self.database.transaction(system(district_id)) as session:
            yield session

    async def districts(self) -> list[UUID]:
        """Every district that this service serves."""
        return [row[0] for row in await self.database.pool.fetch("select trellis_districts()")]


@dataclass
class Job:
    """A job in the hands of a worker. `attempt` counts from 1."""

    district_id: UUID
    id: UUID
    kind: str
    attempt: int
    max_attempts: int
    payload: dict[str, Any]
    _database: Database = field(repr=False)
    _worker: str = field(repr=False)
    _done: bool = field(default=False, repr=False)

    @property
    def is_last_attempt(self) -> bool:
        return self.attempt >= self.max_attempts

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A transaction in the job's district that commits only while the job is ours; raises `LeaseLostError`."""
        async with self._database.transaction(system(self.district_id)) as session:
            if (await session.execute(_FENCE, self._mine())).first() is None:
                raise LeaseLostError
            yield session

    @asynccontextmanager
    async def completing(self) -> AsyncIterator[AsyncSession]:
        """The transaction in which the job is also done."""
        async with self.transaction() as session:
            yield session
            await session.execute(_DONE, self._mine())
        self._done = True

    async def settle(self) -> None:
        """Mark the job done unless its own transaction has."""
        if not self._done:
            async with self.completing():
                pass

    async def renew(self) -> bool:
        """Prolong the lease; False when it is another's."""
        async with self._database.transaction(system(self.district_id)) as session:
            return (await session.execute(_RENEW, {**self._mine(), "lease": LEASE})).first() is not None

    async def give_back(self) -> None:
        """Let another worker have it at once, without counting the attempt."""
        await self._leave(_GIVE_BACK)

    async def fail(self, code: str, *, for_good: bool) -> None:
        """Note a failure; unless it is for good or the attempts are used up the job runs again after a pause."""
        pause = timedelta(seconds=min(300, 2**self.attempt) * random.uniform(0.5, 1))  # noqa: S311 - jitter
        await self._leave(_FAILED if for_good or self.is_last_attempt else _RETRY, code=code, pause=pause)

    async def _leave(self, statement: str, **values: object) -> None:
        async with self._database.transaction(system(self.district_id)) as session:
            used = {name: value for name, value in values.items() if f":{name}" in statement}
            await session.execute(text(statement), {**self._mine(), **used})

    def _mine(self) -> dict[str, object]:
        return {"district": self.district_id, "id": self.id, "worker": self._worker, "attempt": self.attempt}


Handler = Callable[[Job, Context], Awaitable[None]]
Handlers = Mapping[str, Handler]

_HELD = """district_id = :district and id = :id and leased_by = :worker and attempts = :attempt and state = 'running'"""
_FENCE = text(f"select 1 from job where {_HELD} for key share")
_DONE = text(
    f"""update job set state = 'done', error = null, lease_until = null, leased_by = null, finished_at = clock_timestamp()
         where {_HELD}"""
)
_RENEW = text(f"update job set lease_until = clock_timestamp() + :lease where {_HELD} returning 1")
_GIVE_BACK = f"""
update job set state = 'retrying', attempts = attempts - 1, run_after = clock_timestamp(), lease_until = null, leased_by = null
 where {_HELD}"""
_RETRY = f"""
update job set state = 'retrying', error = :code, run_after = clock_timestamp() + :pause, lease_until = null, leased_by = null
 where {_HELD}"""
_FAILED = f"""
update job set state = 'failed', error = :code, lease_until = null, leased_by = null, finished_at = clock_timestamp()
 where {_HELD}"""


async def enqueue(
    session: AsyncSession,
    kind: str,
    payload: Mapping[str, Any],
    *,
    key: str | None = None,
    run_after: datetime | None = None,
) -> UUID:
    """Queue a job in the caller's transaction and district; returns its id.

    While a job of the same kind and `key` still waits for its first run, that one serves and its id is returned. `run_after`
    is an instant of the machine's clock.
    """
    values = {"id": uuid7(), "kind": kind, "key": key, "run_after": run_after}
    found = await session.execute(_ENQUEUE, {**values, "payload": orjson.dumps(payload).decode()})
    id_: UUID = found.scalar_one()
    return id_


_ENQUEUE = text("""
insert into job (district_id, id, kind, key, payload, run_after)
values (trellis_district(), :id, :kind, :key, cast(:payload as jsonb), coalesce(cast(:run_after as timestamptz), now()))
on conflict (district_id, kind, key) where state = 'queued'
  do update set run_after = least(job.run_after, excluded.run_after)
returning id""")


async def claim(database: Database, worker: str, kinds: list[str]) -> Job | None:
    """Take the job that has been due longest, in any district; None when nothing is."""
    found = await database.pool.fetchrow("select * from claim_job($1, $2, $3)", kinds, worker, LEASE)
    if found is None:
        return None
    return Job(
        district_id=found["district_id"],
        id=found["id"],
        kind=found["kind"],
        attempt=found["attempts"],
        max_attempts=found["max_attempts"],
        payload=orjson.loads(found["payload"]),
        _database=database,
        _worker=worker,
    )


async def perform(job: Job, handler: Handler, context: Context) -> None:
    """Run a claimed job to its end and note how it went; only a cancellation leaves here, after giving the job back."""
    try:
        await _under_lease(job, _run(job, handler, context))
        metrics.RUNS.labels(job.kind, "done").inc()
    except LeaseLostError:
        metrics.RUNS.labels(job.kind, "lost").inc()
        _log.warning("lease lost", kind=job.kind, job=str(job.id))
    except asyncio.CancelledError:
        await job.give_back()
        raise
    except Exception as failed:  # noqa: BLE001 - a handler's failure is the job's, not the worker's
        metrics.RUNS.labels(job.kind, "failed").inc()
        _log.warning("job failed", kind=job.kind, job=str(job.id), attempt=job.attempt, exc_info=failed)
        with suppress(DBAPIError, OSError):  # then the lease ends by itself
            await job.fail(code_of(failed), for_good=isinstance(failed, JobFailed))


async def _run(job: Job, handler: Handler, context: Context) -> None:
    await handler(job, context)
    await job.settle()


def code_of(failed: Exception) -> str:
    """A stable code for a failure, without its text: `ZERO_DIVISION_ERROR`."""
    name = failed.code if isinstance(failed, JobFailed) else type(failed).__name__
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()
    return re.sub(r"[^A-Z0-9_]", "_", words)[:64] or "FAILED"


async def _under_lease(job: Job, work: Coroutine[Any, Any, None]) -> None:
    """Run the work while the lease is kept; when the lease is lost the work is cancelled and `LeaseLostError` raised."""
    tasks = running, _ = asyncio.create_task(work), asyncio.create_task(_keep(job))
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if not running.done():
            raise LeaseLostError
        running.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _keep(job: Job) -> None:
    """Renew the lease until it is another's. A database that is away is asked again: the lease may still be ours."""
    kept = True
    while kept:
        await asyncio.sleep(LEASE.total_seconds() / 4)
        with suppress(DBAPIError, OSError):
            kept = await job.renew()
