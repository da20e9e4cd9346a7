"""Doors of privacy: a learner's whole record, and exceptions by which guardians go on seeing an adult's."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, status
from fastapi.responses import StreamingResponse

from kit.caller import Person, VerifiedCaller, people_or
from kit.database import Reads, Session
from services.learner_profile.privacy import commands
from services.learner_profile.privacy.models import AdultAccess
from services.learner_profile.privacy.queries.record import record
from services.learner_profile.privacy.schemas import (
    AdultAccessIn,
    AdultAccessKind,
    AdultAccessOut,
    AdultAccessRuleIn,
)

routes = APIRouter(prefix="/v1", tags=["privacy"])
Pusher = Annotated[VerifiedCaller, people_or("urn:trellis:scope:guardianships.push")]

_RECORD: dict[int | str, dict[str, Any]] = {
    status.HTTP_200_OK: {"content": {"application/json": {"schema": {"type": "object"}}}}
}


@routes.put("/guardianships/{guardianship_id}/adult-access", response_model=AdultAccessOut)
async def put_adult_access(guardianship_id: UUID, given: AdultAccessIn, session: Session, _: Pusher) -> AdultAccess:
    return await commands.except_guardian(session, guardianship_id, given)


@routes.delete("/guardianships/{guardianship_id}/adult-access", status_code=status.HTTP_204_NO_CONTENT)
async def delete_adult_access(guardianship_id: UUID, session: Session, _: Pusher) -> None:
    await commands.end_exception(session, guardianship_id)


@routes.put("/adult-access-rules/{kind}")
async def put_adult_access_rule(
    kind: AdultAccessKind, given: AdultAccessRuleIn, session: Session, _: Person
) -> AdultAccessRuleIn:
    await commands.rule_on_adults(session, kind, given)
    return given


@routes.get("/learners/{learner_id}/record", response_class=StreamingResponse, responses=_RECORD)
async def get_record(learner_id: UUID, database: Reads, session: Session, caller: Person) -> StreamingResponse:
    """Everything that names the learner, by table, as it is stored.

    For the learner, guardians with rights and data stewards. It is logged as a disclosure before it leaves. What a court
    restricts and which classmate gave a rating is left out.
    """
    await commands.disclose_record(session, caller, learner_id, database.clock.now())
    stream = record(database, caller, learner_id)
    return StreamingResponse(stream, media_type="application/json", headers={"Cache-Control": "no-store"})
