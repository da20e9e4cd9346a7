"""Roster intake against the least that could be done with the same files: a bare `COPY` of each into a table without an index.

Every round loads a district that the server does not hold yet, and then, after the vacuum that a server does by itself within the
minute, the same archive again: every one of its rows is read, checked and compared, as it is every night. The run is measured as its
worker sees it, from taking the job to the commit: reading the upload, checking, comparing, merging, events and evidence. The
bare `COPY` reads files that are unpacked already. Both sides use one server, whose every commit reaches the disk.
"""

import asyncio
import json
import resource
import subprocess
import sys
import time
import zipfile
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from bench.settings import BenchSettings
from kit.caller import VerifiedCaller, system
from kit.clock import Clock
from kit.database import Database, opened
from kit.idempotency import Attempt
from kit.jobs import Context, claim, perform
from local.databases import ServiceDatabase, create, migrate
from local.demo.districts import plan_district
from local.demo.generate import archive_name, write_bulk
from local.demo.school_year import TIME_ZONE, school_day_on_or_before
from local.postgres import Postgres, programs
from local.settings import ROOT, inherited
from services.learner_profile.intake.commands import KIND, receive_run
from services.learner_profile.intake.work.run import JOBS
from services.learner_profile.settings import Settings

_SERVICE = "learner_profile"
_CHUNK_BYTES = 1024 * 1024
_ROUNDS = 3
_KIBIBYTES_IN_A_MEBIBYTE = 1024
_AT_MOST = {"first_load": 4.0, "unchanged": 2.0}
"""Times that the bare `COPY` may be taken; what a first load really costs is told in docs/adr/0005."""
Figures = dict[str, dict[str, float | str]]


def measure(settings: BenchSettings) -> Figures:
    """The figures `intake.first_load` and `intake.unchanged`: `ratio` is the throughput relative to the bare `COPY`."""
    folder = settings.state / "intake"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    archive = _archive(settings, folder)
    with Postgres(folder / f"postgres-{settings.pg}", version=settings.pg) as server:
        database = create(_SERVICE, server.url(), folder / "secrets", programs(settings.pg) / "psql")
        migrate([database])
        rounds = [_round(server, database, archive, folder) for _ in range(_ROUNDS)]
    return {
        f"intake.{name}": _figure([one[place] for one in rounds], at_most)
        for place, (name, at_most) in enumerate(_AT_MOST.items())
    }


def _figure(pairs: list[tuple[float, dict[str, float]]], at_most: float) -> dict[str, float | str]:
    """From (seconds of the bare `COPY`, what the worker said) of every round."""
    return {
        "ratio": round(median(bare / run["seconds"] for bare, run in pairs), 3),
        "of": "bare COPY of the same files into tables without indexes",
        "times": round(median(run["seconds"] / bare for bare, run in pairs), 2),
        "times_at_most": at_most,
        "seconds": round(median(run["seconds"] for _, run in pairs), 2),
        "copy_seconds": round(median(bare for bare, _ in pairs), 2),
        "rss_mb": round(max(run["rss_mb"] for _, run in pairs), 1),
    }


def _archive(settings: BenchSettings, folder: Path) -> Path:
    """The district's archive, written once for every day, with its files unpacked beside it."""
    today = school_day_on_or_before(datetime.now(TIME_ZONE).date())
    district = plan_district("fulton-like", seed=7, anchor=today, students=settings.students, schools=settings.schools)
    archive = folder / f"{settings.students}-{archive_name(district)}"
    if not archive.exists():
        write_bulk(district, archive)
    with zipfile.ZipFile(archive) as content:
        content.extractall(folder / "files")
    return archive


def _round(
    server: Postgres, database: ServiceDatabase, archive: Path, folder: Path
) -> list[tuple[float, dict[str, float]]]:
    district_id = uuid4()
    pairs = []
    for _load in range(2):
        bare = asyncio.run(_bare_copy(server.url(_SERVICE), sorted((folder / "files").glob("*.csv"))))
        pairs.append((bare, _applied(database, district_id, archive)))
        asyncio.run(_vacuum(server.url(_SERVICE)))
    return pairs


async def _vacuum(url: str) -> None:
    """What autovacuum does soon after a large load; the figures must not depend on whether it came in between."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("vacuum")
    finally:
        await connection.close()


async def _bare_copy(url: str, files: list[Path]) -> float:
    """Seconds that the `COPY` of every file takes, without making the tables."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("drop schema if exists bare cascade; create schema bare; checkpoint")
        for file in files:
            header = file.read_bytes().split(b"\n", 1)[0].decode().split(",")
            columns = ", ".join(f'"{name}" text' for name in header)
            await connection.execute(f'create table bare."{file.stem}" ({columns})')
        started = time.perf_counter()
        for file in files:
            await connection.copy_to_table(file.stem, schema_name="bare", source=file, format="csv", header=True)
        seconds = time.perf_counter() - started
        await connection.execute("drop schema bare cascade; checkpoint")
    finally:
        await connection.close()
    return seconds


def _applied(database: ServiceDatabase, district_id: UUID, archive: Path) -> dict[str, float]:
    """Send the archive and let a worker of its own apply it."""
    told = {"district": str(district_id), "archive": str(archive)}
    done = subprocess.run(
        [sys.executable, "-m", "bench.intake"],
        cwd=ROOT,
        env=inherited(ORIGIN="https://bench.invalid", ENVIRONMENT="test", **database.environment("app", "relay")),
        input=json.dumps(told),
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    said: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return said


async def _work(told: dict[str, Any]) -> dict[str, float]:
    clock, caller = Clock(), system(UUID(told["district"]))
    settings = Settings()
    async with opened(settings, clock) as database:
        await _send(database, caller, Path(told["archive"]), clock)
        context = Context(settings, database, clock)
        job = await claim(database, "bench", [KIND])
        if job is None:
            raise LookupError("the run was not queued")
        started = time.perf_counter()
        await perform(job, JOBS[job.kind], context)
        seconds = time.perf_counter() - started
        async with database.transaction(caller) as session:
            await _assert_applied(session)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIBIBYTES_IN_A_MEBIBYTE
    return {"seconds": seconds, "rss_mb": peak}


async def _send(database: Database, caller: VerifiedCaller, archive: Path, clock: Clock) -> None:
    async with database.transaction(caller) as session:
        await session.execute(_DISTRICT, {"slug": str(caller.district_id)})
    attempt = Attempt(caller="bench", key=None, request_hash="")
    await receive_run(database, caller, "sis", attempt, _chunks(archive), dry_run=False, now=clock.now())


async def _chunks(archive: Path) -> AsyncIterator[bytes]:
    with archive.open("rb") as content:
        while part := content.read(_CHUNK_BYTES):
            yield part


async def _assert_applied(session: AsyncSession) -> None:
    state = (await session.execute(_LATEST)).scalar_one()
    if state != "applied":
        raise AssertionError(f"the run is {state}")


_DISTRICT = text("""
insert into district (district_id, slug, name) values (trellis_district(), :slug, 'A district to measure with')
on conflict do nothing""")
_LATEST = text("select state from roster_run order by id desc limit 1")

if __name__ == "__main__":
    print(json.dumps(asyncio.run(_work(json.load(sys.stdin)))))
