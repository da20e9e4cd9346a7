"""The doors of a day."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi import Path as InPath
from fastapi.responses import Response

from kit.caller import Caller, Person, VerifiedCaller
from kit.database import Session
from kit.problems import InsufficientScope
from services.learner_profile.day import commands, queries
from services.learner_profile.day.schemas import AttemptIn, DayIn

PLAN = "urn:trellis:scope:schedules.push"

routes = APIRouter(tags=["day"])
_JSON = "application/json"


async def _planner(caller: Caller) -> VerifiedCaller:
    if caller.person_id is None and PLAN not in caller.scopes:
        raise InsufficientScope(scopes=[PLAN])
    return caller


Planner = Annotated[VerifiedCaller, Depends(_planner)]
"""A person, or a scheduling system with the scope to plan."""
ClassName = Annotated[
    str,
    InPath(max_length=255, pattern=r"^[^\x00]+$", description="Our id of the class, or its sourcedId in the roster"),
]


@routes.put("/v1/classes/{class_id}/days/{day}", description=DayIn.__doc__)
async def put_day(class_id: ClassName, day: date, given: DayIn, session: Session, caller: Planner) -> Response:
    planned = await commands.plan_day(session, caller, class_id, day, given)
    return Response(await queries.day_document(session, planned, day), media_type=_JSON)


@routes.put("/v1/blocks/{block_id}/attempt", description=AttemptIn.__doc__)
async def put_attempt(block_id: UUID, given: AttemptIn, session: Session, _: Person) -> Response:
    await commands.record_attempt(session, block_id, given)
    return Response(await queries.block_document(session, block_id), media_type=_JSON)
