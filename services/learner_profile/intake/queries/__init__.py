"""What the roster runs' doors show. A system sees the runs of its own source, a data steward those of all."""

from collections.abc import AsyncIterator, Iterable
from csv import writer
from io import StringIO
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kit.caller import VerifiedCaller
from kit.database import Database
from kit.problems import NotFound
from services.learner_profile.access import require_role
from services.learner_profile.intake.commands import STEWARD
from services.learner_profile.intake.domain.problems import MESSAGES, severity
from services.learner_profile.intake.models import RosterProblem, RosterRun
from services.learner_profile.intake.schemas import ProblemOut, ProblemPage, RunOut, RunPage
from services.learner_profile.roster.models import SourceSystem

_LINES_AT_ONCE = 2000


async def run_page(session: AsyncSession, caller: VerifiedCaller, *, first: int, after: UUID | None) -> RunPage:
    """The runs, the latest first."""
    await require_role(session, STEWARD)
    query = select(RosterRun).order_by(RosterRun.id.desc()).limit(first + 1)
    query = query if caller.source is None else query.where(RosterRun.source == caller.source)
    query = query if after is None else query.where(RosterRun.id < after)
    runs = (await session.scalars(query)).all()
    return RunPage(
        runs=[RunOut.model_validate(run) for run in runs[:first]],
        next=runs[first - 1].id if len(runs) > first else None,
    )


async def one_run(session: AsyncSession, caller: VerifiedCaller, run_id: UUID) -> RosterRun:
    """Raises `NotFound`, also for a run of another source."""
    await require_role(session, STEWARD)
    run = await session.get(RosterRun, (caller.district_id, run_id))
    if run is None or caller.source not in (None, run.source):
        raise NotFound
    return run


async def problem_page(
    session: AsyncSession, caller: VerifiedCaller, run_id: UUID, *, first: int, after: int
) -> ProblemPage:
    """The lines of a run's report, in the order of files and rows."""
    await one_run(session, caller, run_id)
    lines = await _lines(session, run_id, after, first + 1)
    return ProblemPage(
        problems=[_problem(line) for line in lines[:first]],
        next=lines[first - 1].number if len(lines) > first else None,
    )


async def problem_csv(database: Database, caller: VerifiedCaller, run_id: UUID) -> AsyncIterator[str]:
    """The whole report as CSV; the stream opens its own transactions."""
    yield _csv([("file", "row", "column", "code", "severity", "message")])
    after = 0
    while True:
        async with database.transaction(caller) as session:
            lines = await _lines(session, run_id, after, _LINES_AT_ONCE)
        if not lines:
            return
        after = lines[-1].number
        told = (_problem(line) for line in lines)
        yield _csv((one.file, one.row, one.column, one.code, one.severity, one.message) for one in told)


async def _lines(session: AsyncSession, run_id: UUID, after: int, most: int) -> list[RosterProblem]:
    query = select(RosterProblem).where(RosterProblem.run_id == run_id, RosterProblem.number > after)
    return list((await session.scalars(query.order_by(RosterProblem.number).limit(most))).all())


def _problem(line: RosterProblem) -> ProblemOut:
    return ProblemOut(
        file=line.file,
        row=line.row,
        column=line.column,
        code=line.code,
        severity=severity(line.code).value,
        message=MESSAGES.get(line.code, ""),
    )


def _csv(rows: Iterable[tuple[object, ...]]) -> str:
    """Cells that a spreadsheet would take for a formula are told as text; a header's name comes from the file."""
    written = StringIO()
    writer(written).writerows([_harmless(cell) for cell in row] for row in rows)
    return written.getvalue()


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


async def one_source(session: AsyncSession, caller: VerifiedCaller, source: str) -> SourceSystem:
    """Raises `NotFound`."""
    await require_role(session, STEWARD)
    found = await session.get(SourceSystem, (caller.district_id, source))
    if found is None or caller.source not in (None, source):
        raise NotFound
    return found
