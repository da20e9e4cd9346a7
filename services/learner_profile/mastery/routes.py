"""Live changes of a learner's evidence and mastery, for the gateway."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from kit.caller import Person, VerifiedCaller, people_or
from kit.database import Reads, Session
from kit.idempotency import Repeatable
from services.learner_profile.access import Reader
from services.learner_profile.mastery.commands import records, rules
from services.learner_profile.mastery.queries import changes, held, statuses
from services.learner_profile.mastery.schemas import (
    BlueprintIn,
    BlueprintOut,
    PolicyIn,
    PolicyOut,
    ReportIn,
    ScaleIn,
    ScaleOut,
    StatusIn,
    StatusOut,
    WithdrawalIn,
)

routes = APIRouter()
RuleMaker = Annotated[VerifiedCaller, people_or("urn:trellis:scope:frameworks.push")]
Reporter = Annotated[VerifiedCaller, people_or("urn:trellis:scope:mastery.report")]


@routes.put("/v1/mastery/policies/{policy_id}", tags=["mastery"], description=PolicyIn.__doc__)
async def put_policy(policy_id: UUID, body: PolicyIn, session: Session, caller: RuleMaker) -> PolicyOut:
    return await rules.put_policy(session, caller, policy_id, body)


@routes.get("/v1/mastery/policies/{policy_id}", tags=["mastery"])
async def get_policy(
    policy_id: UUID, session: Session, _: RuleMaker, version: Annotated[int | None, Query(ge=1, lt=1 << 62)] = None
) -> PolicyOut:
    """The latest version, or the one that is named."""
    return await rules.show_policy(session, policy_id, version)


@routes.put("/v1/mastery/scales/{framework_id}", tags=["mastery"], description=ScaleIn.__doc__)
async def put_scale(framework_id: UUID, body: ScaleIn, session: Session, caller: RuleMaker) -> ScaleOut:
    return await rules.put_scale(session, caller, framework_id, body)


@routes.put("/v1/mastery/blueprints/{target_id}", tags=["mastery"], description=BlueprintIn.__doc__)
async def put_blueprint(target_id: UUID, body: BlueprintIn, session: Session, caller: RuleMaker) -> BlueprintOut:
    """The target is a framework or a competency."""
    return await rules.put_blueprint(session, caller, target_id, body)


@routes.post("/v1/mastery/statuses", tags=["mastery"], status_code=201)
async def post_status(body: StatusIn, session: Session, caller: Person, attempt: Repeatable) -> StatusOut:
    """Confer a status on a learner whom the caller teaches."""
    return await statuses.status(session, await records.confer(session, caller, attempt, body))


@routes.post("/v1/mastery/statuses/{status_id}/withdrawal", tags=["mastery"])
async def post_withdrawal(status_id: UUID, body: WithdrawalIn, session: Session, caller: Person) -> StatusOut:
    """Take a status back, with the reason."""
    return await statuses.status(session, await records.withdraw(session, caller, status_id, body))


@routes.put("/v1/mastery/reports/{report_id}", tags=["mastery"], description=ReportIn.__doc__)
async def put_report(report_id: UUID, body: ReportIn, session: Session, caller: Reporter) -> Response:
    issued = await records.issue_report(session, caller, report_id, body)
    return Response(await held.report(session, issued), media_type="application/json")


@routes.get("/v1/mastery/reports/{report_id}", tags=["mastery"])
async def get_report(report_id: UUID, session: Session, _: Reporter) -> Response:
    """A report as it was frozen."""
    return Response(await records.show_report(session, report_id), media_type="application/json")


@routes.get("/graph/learners/{learner_id}/changes", response_class=StreamingResponse, tags=["graph"])
async def get_changes(
    learner_id: UUID,
    request: Request,
    database: Reads,
    caller: Reader,
    after: Annotated[str | None, Query(max_length=4000)] = None,
) -> StreamingResponse:
    """Server-sent events `{"cursor", "kind": "EvidenceRecorded" | "MasteryChanged", "evidence" | "mastery"}`."""
    begin = await changes.cursor_at(database, caller, learner_id, after)
    stream = changes.changes(database, request.app.state.tail, caller, learner_id, begin)
    return StreamingResponse(stream, media_type="text/event-stream", headers={"Cache-Control": "no-store"})
