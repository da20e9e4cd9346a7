"""Doors of privacy: exceptions by which guardians go on seeing an adult learner's records."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, status

from kit.caller import Person, VerifiedCaller, people_or
from kit.database import Session
from services.learner_profile.privacy import commands
from services.learner_profile.privacy.models import AdultAccess
from services.learner_profile.privacy.schemas import (
    AdultAccessIn,
    AdultAccessKind,
    AdultAccessOut,
    AdultAccessRuleIn,
)

routes = APIRouter(prefix="/v1", tags=["privacy"])
Pusher = Annotated[VerifiedCaller, people_or("urn:trellis:scope:guardianships.push")]


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
