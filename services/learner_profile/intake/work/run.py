"""The job that turns an uploaded archive into roster; the only way into this package, and the worker's alone."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from typing import IO

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.jobs import Context, Job
from services.learner_profile.activity.commands import attach_waiting
from services.learner_profile.gradebook.commands import project_results
from services.learner_profile.intake.commands import KIND, sweep
from services.learner_profile.intake.domain.files import KEPT, ROLES
from services.learner_profile.intake.domain.problems import Finding
from services.learner_profile.intake.work.archive import Archive, ArchiveRefused, open_archive
from services.learner_profile.intake.work.hashes import StoredHashes, asked_ahead
from services.learner_profile.intake.work.loading import Loading
from services.learner_profile.intake.work.progress import HALF, Run, RunCancelled, take
from services.learner_profile.intake.work.report import Report
from services.learner_profile.intake.work.sources import Source
from services.learner_profile.intake.work.staging import raw_connection
from services.learner_profile.roster.commands import settle


async def apply_run(job: Job, _: Context) -> None:
    """Check one run's archive and apply it, hold it or refuse it. May begin anew at any point."""
    run = await take(job)
    if run is None:
        return
    try:
        async with _spooled(run) as content:
            await _check_and_apply(run, content)
    except RunCancelled:
        return
    except ArchiveRefused as refused:
        report = Report()
        report.add([Finding("", 0, "", refused.code)])
        await _conclude(run, "failed", report, error=refused.code)
    except Exception:
        if job.is_last_attempt:
            await _conclude(run, "failed", Report(), error="internal")
        raise


async def sweep_runs(context: Context) -> None:
    """End the runs that no job will end any more, and forget uploads that never became a run."""
    for district_id in await context.districts():
        async with context.transaction(district_id) as session:
            await sweep(session, context.clock.now())


class _UndoneError(Exception):
    """Leaves the roster's transaction without a change; what was found is told afterwards."""

    def __init__(self, state: str, reasons: list[str]) -> None:
        super().__init__(state)
        self.state = state
        self.reasons = reasons


@asynccontextmanager
async def _spooled(run: Run) -> AsyncIterator[IO[bytes]]:
    """The upload as a file without a name, because an archive is read from its end."""
    with tempfile.TemporaryFile() as file:
        number = 0
        while True:
            async with run.job.transaction() as session:
                part = (await session.execute(_PART, {"run": run.id, "number": number})).scalar_one_or_none()
            if part is None:
                break
            file.write(part)
            number += 1
        file.seek(0)
        yield file


_PART = text("select content from roster_chunk where upload_id = :run and number = :number")


async def _check_and_apply(run: Run, content: IO[bytes]) -> None:
    archive = await asyncio.to_thread(open_archive, content)
    report = Report()
    loading: Loading | None = None
    try:
        async with run.job.transaction() as session, _hashes(run, archive) as hashes:
            await session.execute(_SET_BASED)
            loading = Loading(await _source(run, session), hashes, archive, report, run.step, run.dry_run)
            await loading.read()
            await _decide(run, loading)
            await run.publish(report)
            await run.step(HALF)
            await _apply(run, loading, session)
    except _UndoneError as undone:
        await _conclude(run, undone.state, report, loading=loading, reasons=undone.reasons)


_SET_BASED = text("""
select set_config('enable_nestloop', 'off', true), set_config('work_mem', '64MB', true), set_config('jit', 'off', true)""")
"""Rows that this transaction wrote have no statistics yet, and a nested loop over what looks empty never ends."""


def _hashes(run: Run, archive: Archive) -> AbstractAsyncContextManager[StoredHashes]:
    """ROLES too where it is no file of its own: OneRoster 1.1 tells them in the users' rows."""
    layouts = [layout for file, layout in KEPT.items() if file in archive.members or layout is ROLES]
    return asked_ahead(run.job.transaction, run.job.district_id, run.source, layouts)


async def _source(run: Run, session: AsyncSession) -> Source:
    return Source(
        await raw_connection(session),
        run.job.district_id,
        run.source,
        run.roster_source,
        run.removes_absent,
        run.removal_share,
    )


async def _decide(run: Run, loading: Loading) -> None:
    """Leave the transaction where the run is a rehearsal, or where a person must confirm it first."""
    await loading.note_changed_identities()
    reasons = [] if run.confirmed else await loading.hold_reasons()
    if run.dry_run or reasons:
        await loading.plan()
        raise _UndoneError("applied" if run.dry_run else "held", reasons)


async def _apply(run: Run, loading: Loading, session: AsyncSession) -> None:
    await loading.merge()
    if loading.written > _STATISTICS_MATTER_FROM:
        await session.execute(_STATISTICS)
    if loading.changed:
        await settle(session, run.source, first=loading.is_first)
        await attach_waiting(session)
    if loading.touches_gradebook:
        await project_results(session, run.source, noted=True)
    await session.execute(_GOOD_RUN, {"source": run.source})
    await run.conclude(session, "applied", loading.report, loading.file_counts, loading.version)


_STATISTICS_MATTER_FROM = 5000
_STATISTICS = text("select refresh_roster_statistics()")
_GOOD_RUN = text("""
update source_system s set last_good_run_at = trellis_now()
  from (select source from source_system where district_id = trellis_district() and source = :source
           for update skip locked) free
 where s.district_id = trellis_district() and s.source = free.source""")
"""A push that holds the row notes the same instant, and may wait for what this transaction holds."""


async def _conclude(
    run: Run,
    state: str,
    report: Report,
    *,
    loading: Loading | None = None,
    error: str | None = None,
    reasons: list[str] | None = None,
) -> None:
    await run.publish(report)
    files, version = (loading.file_counts, loading.version) if loading else ({}, "")
    async with run.job.transaction() as session:
        await run.conclude(session, state, report, files, version, error=error, reasons=reasons or [])


JOBS = {KIND: apply_run}
SCHEDULES = {"roster.sweep": (timedelta(minutes=1), sweep_runs)}
