"""How a run's row tells the world where the run is; every step commits by itself, apart from the roster's transaction."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.jobs import Job, enqueue
from services.learner_profile.intake.commands import KIND
from services.learner_profile.intake.work.report import Report

_LOOK_AGAIN_AFTER = timedelta(seconds=1)
HALF = 50
_LINES_AT_ONCE = 5000


class RunCancelled(Exception):  # noqa: N818 - somebody's wish
    """The run was cancelled while it was under way; whatever it did is undone."""


@dataclass(frozen=True)
class Run:
    """A run in the hands of its worker, with its source's policy."""

    job: Job
    id: UUID
    source: str
    roster_source: str
    dry_run: bool
    confirmed: bool
    removes_absent: bool
    removal_share: Decimal

    async def step(self, percent: int) -> None:
        """Tell how far the run is: checking is the first half, applying the second. Raises `RunCancelled`."""
        state = "checking" if percent < HALF else "applying"
        async with self.job.transaction() as session:
            await self._update(session, "state = :state, progress = :progress", state=state, progress=percent)

    async def publish(self, report: Report) -> None:
        """Replace the run's report."""
        async with self.job.transaction() as session:
            await session.execute(text("delete from roster_problem where run_id = :run"), {"run": self.id})
            findings = list(report.findings())
            for start in range(0, len(findings), _LINES_AT_ONCE):
                part = findings[start : start + _LINES_AT_ONCE]
                columns = {"files": "file", "rows": "row", "columns": "column", "codes": "code"}
                lists = {name: [getattr(one, attribute) for one in part] for name, attribute in columns.items()}
                await session.execute(_LINES, {"run": self.id, "start": start, **lists})

    async def conclude(
        self, session: AsyncSession, state: str, report: Report, files: dict[str, Any], version: str, **more: object
    ) -> None:
        """Write how the run ended into a transaction; raises `RunCancelled`."""
        values = {
            "state": state,
            "files": orjson.dumps(files).decode(),
            "findings": orjson.dumps(report.summary()).decode(),
            "reasons": orjson.dumps(more.get("reasons", [])).decode(),
            "version": version or None,
            "error": more.get("error"),
        }
        await self._update(session, _CONCLUSION, **values)
        if state != "held":
            await session.execute(_FORGET_UPLOAD, {"run": self.id})

    async def _update(self, session: AsyncSession, sets: str, **values: object) -> None:
        statement = text(
            f"update roster_run set {sets} where id = :run and state in ('checking', 'applying') returning 1"
        )
        if (await session.execute(statement, {"run": self.id, **values})).first() is None:
            raise RunCancelled


_CONCLUSION = """
state = :state, progress = case :state when 'applied' then 100 else progress end, version = :version, error = :error,
files = cast(:files as jsonb), findings = cast(:findings as jsonb), reasons = cast(:reasons as jsonb),
finished_at = case :state when 'held' then null else trellis_now() end"""
_FORGET_UPLOAD = text("delete from roster_chunk where upload_id = :run")
_LINES = text("""
insert into roster_problem (district_id, run_id, number, file, "row", "column", code)
select trellis_district(), :run, :start + line.number, line.file, line.row, line.col, line.code
  from unnest(cast(:files as text[]), cast(:rows as bigint[]), cast(:columns as text[]), cast(:codes as text[]))
       with ordinality as line (file, row, col, code, number)""")


async def take(job: Job) -> Run | None:
    """Begin the job's run, or begin it again; None when it is over, or not its turn and to be looked at later."""
    run_id = UUID(job.payload["run"])
    async with job.transaction() as session:
        found = (await session.execute(_TAKE, {"run": run_id})).one_or_none()
        if found is not None:
            return Run(job, run_id, found.source, found.roster_source, found.dry_run, *found[3:])
        if (await session.execute(_WAITS, {"run": run_id})).first() is not None:
            later = datetime.now(UTC) + _LOOK_AGAIN_AFTER
            await enqueue(session, KIND, job.payload, key=str(run_id), run_after=later)
    return None


_TAKE = text("""
update roster_run r set state = 'checking', progress = 0, started_at = coalesce(r.started_at, trellis_now())
  from source_system s
 where r.id = :run and r.state in ('received', 'checking', 'applying')
   and s.district_id = r.district_id and s.source = r.source
   and not exists (
     select from roster_run e where e.source = r.source and e.state in ('received', 'checking', 'applying')
        and (e.received_at, e.id) < (r.received_at, r.id))
returning r.source, r.roster_source, r.dry_run, r.confirmed_by is not null, s.absence = 'remove', s.removal_share""")
_WAITS = text("select 1 from roster_run where id = :run and state = 'received'")
