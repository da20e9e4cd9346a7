"""The doors of plans."""

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from kit.caller import Person
from kit.database import Reads, Session
from kit.doors import HotRoute
from kit.graph import BatchRequest
from kit.idempotency import Repeatable
from services.learner_profile.access import Reader
from services.learner_profile.plan import commands, queries
from services.learner_profile.plan.schemas import PlanAnswerIn, PlanEndIn, PlanIn

routes = APIRouter(tags=["plan"])
graph_routes = APIRouter(prefix="/graph", tags=["graph"], route_class=HotRoute)
_JSON = "application/json"


@routes.post("/v1/plans", status_code=201, description=PlanIn.__doc__)
async def post_plan(given: PlanIn, session: Session, attempt: Repeatable, _: Person) -> Response:
    plan_id = await commands.propose(session, attempt, given)
    return Response(await queries.plan_document(session, plan_id), 201, media_type=_JSON)


@routes.post("/v1/plans/{plan_id}/responses", status_code=201, description=PlanAnswerIn.__doc__)
async def post_response(
    plan_id: UUID, given: PlanAnswerIn, session: Session, attempt: Repeatable, _: Person
) -> Response:
    await commands.respond(session, attempt, plan_id, given)
    return Response(await queries.plan_document(session, plan_id), 201, media_type=_JSON)


@routes.put("/v1/plans/{plan_id}/end", description=PlanEndIn.__doc__)
async def put_end(plan_id: UUID, given: PlanEndIn, session: Session, _: Person) -> Response:
    await commands.close(session, plan_id, given)
    return Response(await queries.plan_document(session, plan_id), media_type=_JSON)


@graph_routes.post("/plans")
async def read_plans(wanted: BatchRequest, database: Reads, caller: Reader) -> Response:
    return await queries.PLANS.fetch(database, caller, wanted)
