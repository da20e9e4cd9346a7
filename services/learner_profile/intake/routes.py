"""The doors by which a roster archive comes in, and where its run can be watched."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response, status
from fastapi.responses import StreamingResponse

from kit.caller import Caller, VerifiedCaller, people_or
from kit.clock import Now
from kit.database import Reads, Session
from kit.idempotency import Attempt, IdempotencyKey, fingerprint
from services.learner_profile.intake import commands, queries
from services.learner_profile.intake.models import RosterRun
from services.learner_profile.intake.queries.waiting import waiting_page
from services.learner_profile.intake.schemas import (
    ProblemPage,
    RunOut,
    RunPage,
    SourceOut,
    SourcePolicy,
    WaitingPage,
)
from services.learner_profile.intake.uploads import chunks_of
from services.learner_profile.roster.models import SourceSystem

PUSH = "urn:trellis:scope:roster.push"
STREAMED = frozenset({("POST", "/v1/roster/runs")})
"""Doors that bound their own bodies."""

_CSV = "text/csv"
_SOURCE = r"^[a-z0-9][a-z0-9._-]{0,62}$"
_FILE = {"schema": {"type": "string", "format": "binary"}}
_FORM = {
    "schema": {"type": "object", "required": ["file"], "properties": {"file": {"type": "string", "format": "binary"}}}
}
_UPLOAD = {
    "requestBody": {
        "required": True,
        "description": "A OneRoster 1.1 or 1.2 CSV archive of at most 256 MiB",
        "content": {"application/zip": _FILE, "multipart/form-data": _FORM},
    }
}
_REPORT: dict[int | str, dict[str, Any]] = {200: {"content": {_CSV: {"schema": {"type": "string"}}}}}

routes = APIRouter(prefix="/v1/roster", tags=["roster runs"])
Pusher = Annotated[VerifiedCaller, people_or(PUSH)]
First = Annotated[int, Query(ge=1, le=1000)]
SourceName = Annotated[str, Path(pattern=_SOURCE)]


async def _source(
    caller: Pusher,
    source: Annotated[
        str, Query(pattern=_SOURCE, description="The source that a person speaks for; a system has its own")
    ] = "sis",
) -> str:
    return caller.source or source


async def _attempt(request: Request, caller: Caller, idempotency_key: IdempotencyKey = None) -> Attempt:
    """The request as its client may repeat it; the command adds the hash of the body, which is not read yet."""
    return Attempt(
        caller=str(caller.person_id or caller.client_id),
        key=idempotency_key,
        request_hash=fingerprint(request.method, request.url.path, request.url.query),
    )


@routes.post("/runs", status_code=status.HTTP_202_ACCEPTED, response_model=RunOut, openapi_extra=_UPLOAD)
async def post_run(
    request: Request,
    response: Response,
    database: Reads,
    caller: Pusher,
    now: Now,
    *,
    source: Annotated[str, Depends(_source)],
    attempt: Annotated[Attempt, Depends(_attempt)],
    dry_run: Annotated[bool, Query(description="Report what would happen and change nothing")] = False,
) -> RosterRun:
    """Send an archive. It is stored when this answers; `Location` is where its run can be watched."""
    run = await commands.receive_run(database, caller, source, attempt, chunks_of(request), dry_run=dry_run, now=now)
    response.headers["Location"] = f"/v1/roster/runs/{run.id}"
    return run


@routes.get("/runs")
async def get_runs(session: Session, caller: Pusher, first: First = 50, after: UUID | None = None) -> RunPage:
    """The runs of the caller's source, the latest first."""
    return await queries.run_page(session, caller, first=first, after=after)


@routes.get("/runs/{run_id}", response_model=RunOut)
async def get_run(run_id: UUID, session: Session, caller: Pusher) -> RosterRun:
    return await queries.one_run(session, caller, run_id)


@routes.get("/runs/{run_id}/problems", responses=_REPORT, response_model=ProblemPage)
async def get_problems(
    run_id: UUID,
    request: Request,
    database: Reads,
    session: Session,
    caller: Pusher,
    *,
    first: First = 100,
    after: Annotated[int, Query(ge=0, le=2**62)] = 0,
) -> ProblemPage | StreamingResponse:
    """The run's report: pages of JSON, or with `Accept: text/csv` the whole of it as CSV."""
    if _CSV in request.headers.get("accept", ""):
        return await get_problems_csv(run_id, database, session, caller)
    return await queries.problem_page(session, caller, run_id, first=first, after=after)


@routes.get("/runs/{run_id}/problems.csv", responses=_REPORT, response_class=StreamingResponse)
async def get_problems_csv(run_id: UUID, database: Reads, session: Session, caller: Pusher) -> StreamingResponse:
    """The run's report as CSV."""
    await queries.one_run(session, caller, run_id)
    headers = {"Content-Disposition": f'attachment; filename="roster-run-{run_id}.csv"'}
    return StreamingResponse(queries.problem_csv(database, caller, run_id), media_type=_CSV, headers=headers)


@routes.post("/runs/{run_id}/confirm", status_code=status.HTTP_202_ACCEPTED, response_model=RunOut)
async def confirm_run(run_id: UUID, session: Session, caller: Pusher) -> RosterRun:
    """Apply a held run although it removes much."""
    return await commands.confirm_run(session, caller, run_id)


@routes.post("/runs/{run_id}/cancel", response_model=RunOut)
async def cancel_run(run_id: UUID, session: Session, caller: Pusher, now: Now) -> RosterRun:
    """End a run that is not over; nothing of it is applied."""
    return await commands.cancel_run(session, caller, run_id, now)


@routes.get("/waiting")
async def get_waiting(
    session: Session,
    caller: Pusher,
    source: Annotated[str, Depends(_source)],
    first: First = 100,
    after: Annotated[str | None, Query(max_length=4000)] = None,
) -> WaitingPage:
    """Rows that refer to something that is not there yet."""
    return await waiting_page(session, caller, source, first=first, after=after)


@routes.get("/sources/{source}", response_model=SourceOut)
async def get_source(source: SourceName, session: Session, caller: Pusher) -> SourceSystem:
    """A source's policy."""
    return await queries.one_source(session, caller, source)


@routes.put("/sources/{source}", response_model=SourceOut)
async def put_source(source: SourceName, policy: SourcePolicy, session: Session, caller: Pusher) -> SourceSystem:
    """Set what absence from a bulk file means, and how much a run may remove unasked."""
    return await commands.set_policy(session, caller, source, policy)
