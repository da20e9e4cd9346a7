"""A service's worker process: relay, jobs and schedules, until it is told to stop.

    if __name__ == "__main__":
        run(Settings(), jobs={"intake.run": apply_run}, schedules={"expire offers": (timedelta(minutes=5), expire_offers)})

It is an application with no doors but `/livez`, `/readyz`, `/metrics` and development's clock, on a port of its own. On SIGTERM
it claims nothing more, lets what runs end within the settings' `shutdown_seconds` and gives the rest back. Each kind of job runs
one at a time in a process, so that a long intake keeps no other kind waiting.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import structlog
import uvicorn
from fastapi import FastAPI
from pydantic_settings import BaseSettings

from kit import feeds, metrics
from kit import relay as relays
from kit import schedules as plans
from kit.app import Part, assemble
from kit.database import opened
from kit.ids import uuid7
from kit.jobs import Context, Handlers, claim, perform
from kit.schedules import Schedules
from kit.settings import ServiceSettings

_POLL_SECONDS = 0.2
_MEASURE_SECONDS = 5.0
_PAUSE_SECONDS = 2.0
_KEEP_EVENTS = timedelta(days=7)
_KEEP_HANDLED = timedelta(days=30)
_FORGET_AT_ONCE = 5000
_log = structlog.get_logger("worker")


class ProbeSettings(BaseSettings):
    """Where a worker answers probes."""

    worker_host: str = "127.0.0.1"
    worker_port: int = 9090


_NONE: Mapping[str, Any] = MappingProxyType({})


def run(settings: ServiceSettings, *, jobs: Handlers = _NONE, schedules: Schedules = _NONE, relay: bool = True) -> None:
    """Work until a signal comes."""
    app = create_worker(settings, jobs=jobs, schedules=schedules, relay=relay)
    probes = ProbeSettings()
    uvicorn.run(app, host=probes.worker_host, port=probes.worker_port, log_config=None, access_log=False)


def create_worker(
    settings: ServiceSettings, *, jobs: Handlers = _NONE, schedules: Schedules = _NONE, relay: bool = True
) -> FastAPI:
    """The worker as an application, which works from its start to its shutdown."""
    plan = {**schedules, "forget what is delivered": (timedelta(hours=1), forget)}
    return assemble(settings, name=f"{settings.service}_worker", routers=[], parts=[_working(jobs, plan, relay=relay)])


def _working(jobs: Handlers, plan: Schedules, *, relay: bool) -> Part:
    @asynccontextmanager
    async def part(app: FastAPI) -> AsyncIterator[None]:
        settings: ServiceSettings = app.state.settings
        async with AsyncExitStack() as stack:
            database = await stack.enter_async_context(opened(settings, app.state.clock))
            out = await stack.enter_async_context(relays.opened(settings)) if relay and settings.consumers else None
            worker = Worker(Context(settings, database, app.state.clock), jobs, plan, out)
            tasks = [asyncio.create_task(loop) for loop in worker.loops()]
            try:
                yield
            finally:
                await worker.stand_down(tasks)

    return part


@dataclass
class Worker:
    """One process at work."""

    context: Context
    jobs: Handlers
    plan: Schedules
    out: relays.Relay | None
    name: str = field(default_factory=lambda: str(uuid7()))
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    knows_plan: bool = False
    running: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    def loops(self) -> list[Coroutine[Any, Any, None]]:
        own = [
            self._again_and_again(self._start_job, _POLL_SECONDS),
            self._again_and_again(self._run_schedule, _POLL_SECONDS),
            self._again_and_again(self._measure, _MEASURE_SECONDS),
        ]
        return [*own, relays.run(self.out, self.stop)] if self.out else own

    async def _again_and_again(self, turn: Callable[[], Awaitable[bool]], idle_seconds: float) -> None:
        """Take turns until told to stop, at once while there is something to do; a turn that fails ends nothing."""
        while not self.stop.is_set():
            try:
                pause = 0 if await turn() else idle_seconds
            except Exception as failed:  # noqa: BLE001 - the worker outlives a database that is away
                _log.warning("turn failed", turn=turn.__name__, exc_info=failed)
                pause = _PAUSE_SECONDS
            await relays.unless(self.stop, pause)

    async def _start_job(self) -> bool:
        idle = [kind for kind in self.jobs if kind not in self.running]
        job = await claim(self.context.database, self.name, idle) if idle else None
        if job is None:
            return False
        task = asyncio.create_task(perform(job, self.jobs[job.kind], self.context))
        self.running[job.kind] = task
        task.add_done_callback(lambda _: self.running.pop(job.kind, None))
        return True

    async def _run_schedule(self) -> bool:
        if not self.knows_plan:
            await plans.register(self.context, self.plan)
            self.knows_plan = True
        return await plans.run_due(self.context, self.plan, self.name)

    async def _measure(self) -> bool:
        pool = self.context.database.pool
        await pool.execute("select fail_abandoned_jobs()")
        metrics.JOBS.clear()
        for row in await pool.fetch("select kind, state, jobs from job_counts()"):
            metrics.JOBS.labels(row["kind"], row["state"]).set(row["jobs"])
        await feeds.measure(self.context.database)
        if self.out:
            await relays.measure(self.out)
        return False

    async def stand_down(self, loops: list[asyncio.Task[None]]) -> None:
        """Stop claiming, wait for what runs as long as the settings allow, and give the rest back."""
        self.stop.set()
        tasks = [*loops, *self.running.values()]
        _, late = await asyncio.wait(tasks, timeout=self.context.settings.shutdown_seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*tasks, *self.running.values(), return_exceptions=True)


async def forget(context: Context) -> None:
    """Delete delivered events after a week, and inbox keys, finished jobs and idempotency keys after thirty days."""
    pool = context.database.pool
    forgotten = _FORGET_AT_ONCE
    while forgotten == _FORGET_AT_ONCE:
        forgotten = await pool.fetchval("select forget_delivered($1, $2)", _KEEP_EVENTS, _FORGET_AT_ONCE)
    await pool.execute("select forget_handled($1)", _KEEP_HANDLED)
