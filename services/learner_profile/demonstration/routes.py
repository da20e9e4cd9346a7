"""The doors of rubrics and demonstrations."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from kit.caller import Caller, Person, VerifiedCaller, people_or
from kit.database import Reads, Session
from kit.graph import BatchRequest
from services.learner_profile.demonstration import commands, queries
from services.learner_profile.demonstration.schemas import DemonstrationDecisionIn, DemonstrationIn, RubricIn, ScoreIn

routes = APIRouter()
RubricMaker = Annotated[VerifiedCaller, people_or("urn:trellis:scope:frameworks.push")]


@routes.put("/v1/rubrics/{rubric_id}", tags=["demonstration"], description=RubricIn.__doc__)
async def put_rubric(rubric_id: UUID, given: RubricIn, session: Session, caller: RubricMaker) -> Response:
    await commands.put_rubric(session, caller, rubric_id, given)
    return Response(await queries.rubric_document(session, rubric_id), media_type="application/json")


@routes.post("/graph/rubrics", tags=["graph"])
async def read_rubrics(wanted: BatchRequest, database: Reads, caller: Caller) -> Response:
    return await queries.RUBRICS.fetch(database, caller, wanted)


@routes.put("/v1/demonstrations/{demonstration_id}", tags=["demonstration"], description=DemonstrationIn.__doc__)
async def put_demonstration(demonstration_id: UUID, given: DemonstrationIn, session: Session, _: Person) -> Response:
    await commands.propose(session, demonstration_id, given)
    return Response(await queries.demonstration_document(session, demonstration_id), media_type="application/json")


@routes.put(
    "/v1/demonstrations/{demonstration_id}/decision",
    tags=["demonstration"],
    description=DemonstrationDecisionIn.__doc__,
)
async def put_decision(demonstration_id: UUID, given: DemonstrationDecisionIn, session: Session, _: Person) -> Response:
    await commands.decide(session, demonstration_id, given)
    return Response(await queries.demonstration_document(session, demonstration_id), media_type="application/json")


@routes.put(
    "/v1/demonstrations/{demonstration_id}/self-assessment", tags=["demonstration"], description=ScoreIn.__doc__
)
async def put_self_assessment(demonstration_id: UUID, given: ScoreIn, session: Session, _: Person) -> Response:
    await commands.assess_self(session, demonstration_id, given)
    return Response(await queries.demonstration_document(session, demonstration_id), media_type="application/json")


@routes.put("/v1/demonstrations/{demonstration_id}/score", tags=["demonstration"], description=ScoreIn.__doc__)
async def put_score(demonstration_id: UUID, given: ScoreIn, session: Session, _: Person) -> Response:
    await commands.score(session, demonstration_id, given)
    return Response(await queries.demonstration_document(session, demonstration_id), media_type="application/json")
