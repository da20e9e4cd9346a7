"""The worker process, killed and stopped as machines do it."""

import asyncio
import json
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg
import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from kit.caller import system
from kit.jobs import enqueue
from kit.outbox import emit
from local.databases import ServiceDatabase
from local.postgres import Postgres
from local.settings import ROOT
from tests.kit.conftest import SECRET, Service, thing
from tests.worlds import ORIGIN

STANDING = "select state, attempts, error from job order by id"
THINGS = "select id from thing"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def until(condition: Callable[[], Awaitable[bool]], seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 - another process changes it
            await asyncio.sleep(0.05)


@pytest.fixture
async def hearing(consumer_app: FastAPI) -> AsyncIterator[str]:
    """The address of the consumer's door, on a real socket."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(consumer_app, port=port, lifespan="off", log_config=None, access_log=False))
    task = asyncio.create_task(server._serve())
    yield f"http://127.0.0.1:{port}/events"
    server.should_exit = True
    await task


@asynccontextmanager
async def working(database: ServiceDatabase, **over: str) -> AsyncIterator[tuple[Process, str]]:
    """A worker process of the producer, and where it answers probes; it is killed if the test leaves it running."""
    port = free_port()
    environment = {
        "PATH": os.defpath,
        "SERVICE": database.service,
        "ENVIRONMENT": "test",
        "ORIGIN": ORIGIN,
        "DATABASE_URL": database.urls["app"],
        "RELAY_DATABASE_URL": database.urls["relay"],
        "EVENT_SECRET": SECRET,
        "SHUTDOWN_SECONDS": "1",
        "LOG_LEVEL": "error",
        "WORKER_PORT": str(port),
        **over,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.kit.worker_of_things", cwd=ROOT, env=environment, stdout=PIPE
    )
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def said(process: Process, words: str) -> None:
    assert process.stdout is not None
    async with asyncio.timeout(60):
        while line := await process.stdout.readline():
            if words in line.decode():
                return
    pytest.fail(f"the worker ended without saying {words!r}")


async def queued(service: Service, district: UUID, kind: str, *, seconds: float) -> None:
    async with service.database.transaction(system(district)) as session:
        await enqueue(session, kind, {"id": "lamp", "seconds": seconds})


async def test_a_worker_killed_in_the_middle_leaves_nothing_half_done_and_another_ends_the_job(
    eventing: dict[str, ServiceDatabase], producer: Service, two: tuple[UUID, UUID]
) -> None:
    await queued(producer, two[0], "make", seconds=60)
    async with working(eventing["kit_producer"]) as (process, _):
        await said(process, "begun")
        process.kill()
        await process.wait()
    assert await producer.rows(two[0], THINGS) == []
    assert await producer.rows(two[0], STANDING) == [("running", 1, None)]
    await producer.rows(two[0], "update job set lease_until = now()")
    async with working(eventing["kit_producer"]):
        await until(lambda: made(producer, two[0]))
    assert await producer.rows(two[0], STANDING) == [("done", 2, None)]
    assert await producer.rows(two[0], THINGS) == [("lamp",)]


async def made(service: Service, district: UUID) -> bool:
    return bool(await service.rows(district, "select 1 from job where state = 'done'"))


async def test_a_worker_that_is_told_to_stop_ends_what_is_nearly_done_and_gives_back_the_rest(
    eventing: dict[str, ServiceDatabase], producer: Service, two: tuple[UUID, UUID]
) -> None:
    await queued(producer, two[0], "make", seconds=60)
    await queued(producer, two[1], "make another", seconds=0.5)
    async with working(eventing["kit_producer"]) as (process, _):
        await said(process, "begun")
        await said(process, "begun")
        process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.wait(), 30)
    assert await producer.rows(two[0], STANDING) == [("retrying", 0, None)]
    assert await producer.rows(two[0], THINGS) == []
    assert await producer.rows(two[1], STANDING) == [("done", 1, None)]
    await producer.rows(two[0], "update job set run_after = now() + interval '1 day'")


async def test_a_worker_relays_probes_and_measures_and_outlives_its_connections(
    eventing: dict[str, ServiceDatabase],
    postgres: Postgres,
    producer: Service,
    consumer: Service,
    hearing: str,
    two: tuple[UUID, UUID],
) -> None:
    ours = "select pid from pg_stat_activity where usename in ('kit_producer_app', 'kit_producer_relay')"
    superuser = await asyncpg.connect(postgres.url())
    before = [row["pid"] for row in await superuser.fetch(ours)]
    consumers = json.dumps({"kit_consumer": hearing, "nobody": "http://127.0.0.1:1/events"})
    async with working(eventing["kit_producer"], CONSUMERS=consumers) as (process, probes):
        await queued(producer, two[0], "make", seconds=0)
        await until(lambda: made(producer, two[0]))
        ended = await superuser.fetch(f"select pg_terminate_backend(pid) from ({ours}) a where pid <> all ($1)", before)
        assert len(ended) >= 2
        async with producer.database.transaction(system(two[1])) as session:
            await emit(session, thing("lamp"))
            await enqueue(session, "make", {"id": "lamp", "seconds": 0})
        await until(lambda: made(producer, two[1]))

        async def arrived() -> bool:
            return await consumer.rows(two[1], THINGS) == [("lamp",)]

        await until(arrived)
        await probed(probes, str(two[1]))
        assert process.returncode is None
    await superuser.close()


async def probed(probes: str, secret: str) -> None:
    """The worker answers its probes, and measures what it does without naming anybody."""
    wanted = (
        'trellis_relay_lag_seconds{consumer="kit_consumer"}',
        'trellis_relay_delivered_total{consumer="kit_consumer"}',
        'trellis_relay_unreachable_total{consumer="nobody"}',
        'trellis_job_runs_total{kind="make",outcome="done"}',
    )
    async with httpx.AsyncClient(base_url=probes) as client:
        assert (await client.get("/livez")).status_code == 200

        async def measured() -> bool:
            found = (await client.get("/metrics")).text
            assert secret not in found
            return all(name in found for name in wanted)

        await until(measured)
