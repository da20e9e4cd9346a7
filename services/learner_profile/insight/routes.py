"""Doors of insight: answers to alerts, decisions to advance, targets and rules."""

from uuid import UUID

from fastapi import APIRouter, status
from fastapi.responses import Response

from kit.caller import Person
from kit.database import Session
from kit.idempotency import Repeatable
from services.learner_profile.insight import commands, queries
from services.learner_profile.insight.schemas import (
    AdvanceIn,
    AlertAnswerIn,
    AlertKind,
    PaceTargetIn,
    RuleIn,
    WhatIfIn,
    WhatIfOut,
)

routes = APIRouter(prefix="/v1", tags=["insight"])


@routes.put("/alerts/{alert_id}/answer")
async def put_alert_answer(alert_id: UUID, given: AlertAnswerIn, session: Session, caller: Person) -> Response:
    answered = await commands.answer_alert(session, caller, alert_id, given)
    return Response(await queries.alert(session, answered), media_type="application/json")


@routes.post("/learners/{learner_id}/advance-decisions", status_code=status.HTTP_201_CREATED)
async def post_advance_decision(
    learner_id: UUID, given: AdvanceIn, session: Session, caller: Person, attempt: Repeatable
) -> Response:
    decided = await commands.decide_advance(session, caller, attempt, learner_id, given)
    return Response(await queries.decision(session, decided), 201, media_type="application/json")


@routes.put("/classes/{class_id}/pace-targets/{competency_id}")
async def put_pace_target(
    class_id: UUID, competency_id: UUID, given: PaceTargetIn, session: Session, caller: Person
) -> PaceTargetIn:
    await commands.set_pace_target(session, caller, class_id, competency_id, given)
    return given


@routes.put("/alert-rules/{kind}")
async def put_alert_rule(kind: AlertKind, given: RuleIn, session: Session, _: Person) -> RuleIn:
    await commands.set_rule(session, kind, given)
    return given


@routes.post("/mastery/what-if")
async def post_what_if(given: WhatIfIn, session: Session, _: Person) -> WhatIfOut:
    """How many learners another policy would let gain or lose mastery, by school and subgroup; nothing is stored."""
    return await queries.what_if(session, given)
