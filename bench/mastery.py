"""Mastery recomputed from the whole ledger, against the least that any recompute must do: one aggregate over the same rows.

The ledger is made for this: learners with five pieces of evidence on each of twenty competencies. `mastery.rebuild` is the job
that follows a change of rule, as its worker sees it, until no batch is left: each pair is locked, its evidence read, its
level computed by a policy and the kept row replaced. Before every round the kept rows say that nothing has started, so that
every one of them changes. The bare query groups the ledger by learner and competency with a count, a mean and a maximum.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from statistics import median
from typing import Any, Final
from uuid import UUID, uuid4

import asyncpg
from sqlalchemy import text

from bench.settings import BenchSettings
from kit.caller import system
from kit.clock import Clock
from kit.database import opened
from kit.jobs import Context, claim, enqueue, perform
from local.databases import ServiceDatabase, create, migrate
from local.postgres import Postgres, programs
from local.settings import ROOT, inherited
from services.learner_profile.mastery.commands.jobs import JOBS
from services.learner_profile.mastery.commands.rules import RECOMPUTE
from services.learner_profile.settings import Settings

_SERVICE: Final = "learner_profile"
_COMPETENCIES: Final = 20
_PIECES: Final = 5
"""For each learner and competency."""
_ROUNDS: Final = 3
Figures = dict[str, dict[str, float | str]]


def measure(settings: BenchSettings) -> Figures:
    """The figure `mastery.rebuild`: `ratio` is the throughput relative to the bare aggregate."""
    folder = settings.state / "mastery"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with Postgres(folder / f"postgres-{settings.pg}", version=settings.pg) as server:
        database = create(_SERVICE, server.url(), folder / "secrets", programs(settings.pg) / "psql")
        migrate([database])
        url, district_id = server.url(_SERVICE), uuid4()
        asyncio.run(_fill(url, district_id, settings.evidence))
        rounds = [_round(url, database, district_id) for _ in range(_ROUNDS)]
        asyncio.run(_forget(url))
    return {"mastery.rebuild": _figure(rounds, settings.evidence)}


def _figure(rounds: list[tuple[float, float]], evidence: int) -> dict[str, float | str]:
    """From (seconds of the bare aggregate, seconds of the rebuild) of every round."""
    ratios = [bare / rebuilt for bare, rebuilt in rounds]
    return {
        "ratio": round(median(ratios), 3),
        "of": f"bare aggregate by learner and competency over the same {evidence:,} pieces of evidence",
        "times": round(median(rebuilt / bare for bare, rebuilt in rounds), 2),
        "seconds": round(median(rebuilt for _, rebuilt in rounds), 2),
        "bare_seconds": round(median(bare for bare, _ in rounds), 2),
        "lowest": round(min(ratios), 3),
        "highest": round(max(ratios), 3),
    }


def _round(url: str, database: ServiceDatabase, district_id: UUID) -> tuple[float, float]:
    bare = asyncio.run(_bare_aggregate(url))
    done = subprocess.run(
        [sys.executable, "-m", "bench.mastery"],
        cwd=ROOT,
        env=inherited(ORIGIN="https://bench.invalid", ENVIRONMENT="test", **database.environment("app", "relay")),
        input=json.dumps({"district": str(district_id)}),
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    rebuilt = float(json.loads(done.stdout.splitlines()[-1])["seconds"])
    asyncio.run(_assert_rebuilt(url, district_id))
    return bare, rebuilt


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator["asyncpg.Connection[Any]"]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


async def _fill(url: str, district_id: UUID, evidence: int) -> None:
    learners = evidence // (_COMPETENCIES * _PIECES)
    async with _connected(url) as owner:
        await owner.execute(f"truncate {_TABLES} cascade")
        await owner.execute(_FRAMEWORK, district_id)
        await owner.execute(_LEVELS, district_id)
        await owner.execute(_ITEMS, district_id, _COMPETENCIES)
        await owner.execute(_EVIDENCE, district_id, learners, _PIECES)
        await owner.execute(_HELD, district_id)
        for table in ("evidence", "mastery", "competency"):
            await owner.execute(f"vacuum (analyze) {table}")


async def _forget(url: str) -> None:
    async with _connected(url) as owner:
        await owner.execute(f"truncate {_TABLES} cascade")


async def _bare_aggregate(url: str) -> float:
    """Seconds; it also puts the kept rows back to what has not started."""
    async with _connected(url) as owner:
        await owner.execute(_RESET)
        await owner.execute("vacuum mastery; ")
        await owner.execute("checkpoint")
        started = time.perf_counter()
        await owner.fetchval(_BARE)
        return time.perf_counter() - started


async def _assert_rebuilt(url: str, district_id: UUID) -> None:
    async with _connected(url) as owner:
        left = await owner.fetchval(_LEFT, district_id, _PIECES)
    if left:
        raise AssertionError(f"{left} rows were not rebuilt")


async def _work(told: dict[str, Any]) -> dict[str, float]:
    clock, district_id = Clock(), UUID(told["district"])
    settings = Settings()
    async with opened(settings, clock) as database:
        context = Context(settings, database, clock)
        async with database.transaction(system(district_id)) as session:
            await session.execute(_DISTRICT, {"slug": str(district_id)})
            await enqueue(session, RECOMPUTE, {})
        started = time.perf_counter()
        while job := await claim(database, "bench", list(JOBS)):
            await perform(job, JOBS[job.kind], context)
        return {"seconds": time.perf_counter() - started}


_TABLES = "evidence, mastery, competency, proficiency_level, framework, district, outbox, job"
_DISTRICT = text("""
insert into district (district_id, slug, name) values (trellis_district(), :slug, 'A district to measure with')
on conflict do nothing""")
_FRAMEWORK = """
insert into framework (district_id, identifier, title, last_change_at, document)
values ($1, gen_random_uuid()::text, 'A framework', now(), '{}')"""
_LEVELS = """
insert into proficiency_level (district_id, framework_id, position, name, lower_bound, is_mastered)
select f.district_id, f.id, told.* from framework f,
  (values (1, 'Beginning', 0.0, false), (2, 'Developing', 0.5, false), (3, 'Proficient', 0.8, true)) told
where f.district_id = $1"""
_ITEMS = """
insert into competency (district_id, framework_id, identifier, statement, position, last_change_at, document)
select district_id, id, gen_random_uuid()::text, 'Item ' || n, n, now(), '{}'
from framework, generate_series(1, $2::integer) n where district_id = $1"""
_EVIDENCE = """
insert into evidence (district_id, learner_id, competency_id, score, kind, source, source_event_id, occurred_at)
select $1, learner.id, c.id, (('x' || substr(md5(piece || c.id::text || learner.id), 1, 4))::bit(16)::integer % 101) / 100.0,
       'quiz', 'bench', gen_random_uuid()::text, now() - make_interval(days => piece, secs => random())
from generate_series(1, $3::integer) piece,
     (select uuid7() as id from generate_series(1, $2::integer)) learner, competency c
where c.district_id = $1"""
_HELD = """
insert into mastery (district_id, learner_id, competency_id, state, evidence_count)
select distinct district_id, learner_id, competency_id, 'NOT_STARTED', 0 from evidence where district_id = $1"""
_RESET = "update mastery set state = 'NOT_STARTED', level = null, score = null, evidence_count = 0, as_of = null"
_BARE = """
select count(*) from (
  select learner_id, competency_id, count(*), avg(score), max(occurred_at) from evidence group by 1, 2 offset 0) figure"""
_LEFT = "select count(*) from mastery where district_id = $1 and evidence_count <> $2"

if __name__ == "__main__":
    print(json.dumps(asyncio.run(_work(json.load(sys.stdin)))))
