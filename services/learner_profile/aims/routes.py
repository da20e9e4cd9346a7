"""The doors of goals and next steps."""

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from kit.caller import Person
from kit.database import Session
from kit.idempotency import Repeatable
from services.learner_profile.aims import commands, queries
from services.learner_profile.aims.schemas import CheckInIn, DropIn, GoalIn, ResponseIn, StepDecisionIn

routes = APIRouter(tags=["aims"])
_JSON = "application/json"


@routes.put("/v1/goals/{goal_id}", description=GoalIn.__doc__)
async def put_goal(goal_id: UUID, given: GoalIn, session: Session, _: Person) -> Response:
    await commands.set_goal(session, goal_id, given)
    return Response(await queries.goal_document(session, goal_id), media_type=_JSON)


@routes.put("/v1/goals/{goal_id}/check-ins/{check_in_id}", description=CheckInIn.__doc__)
async def put_check_in(goal_id: UUID, check_in_id: UUID, given: CheckInIn, session: Session, _: Person) -> Response:
    await commands.check_in(session, goal_id, check_in_id, given)
    return Response(await queries.goal_document(session, goal_id), media_type=_JSON)


@routes.put("/v1/goals/{goal_id}/response", description=ResponseIn.__doc__)
async def put_response(goal_id: UUID, given: ResponseIn, session: Session, _: Person) -> Response:
    await commands.respond(session, goal_id, given)
    return Response(await queries.goal_document(session, goal_id), media_type=_JSON)


@routes.put("/v1/goals/{goal_id}/end", description=DropIn.__doc__)
async def put_end(goal_id: UUID, given: DropIn, session: Session, _: Person) -> Response:
    await commands.drop_goal(session, goal_id, given)
    return Response(await queries.goal_document(session, goal_id), media_type=_JSON)


@routes.post("/v1/step-decisions", status_code=201, description=StepDecisionIn.__doc__)
async def post_step_decision(given: StepDecisionIn, session: Session, attempt: Repeatable, _: Person) -> Response:
    decision_id = await commands.decide_step(session, attempt, given)
    return Response(await queries.decision_document(session, decision_id), 201, media_type=_JSON)
