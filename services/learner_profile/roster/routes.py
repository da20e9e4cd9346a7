"""The roster's own doors: what OneRoster has no field for."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, status

from kit.caller import VerifiedCaller, people_or
from kit.database import Session
from services.learner_profile.roster import commands
from services.learner_profile.roster.models import Guardianship, StaffAssignment
from services.learner_profile.roster.schemas import (
    GuardianshipIn,
    GuardianshipOut,
    StaffAssignmentIn,
    StaffAssignmentOut,
)

routes = APIRouter(prefix="/v1", tags=["roster"])
GuardianshipPusher = Annotated[VerifiedCaller, people_or("urn:trellis:scope:guardianships.push")]
AssignmentPusher = Annotated[VerifiedCaller, people_or("urn:trellis:scope:staff-assignments.push")]


@routes.put("/guardianships/{guardianship_id}", response_model=GuardianshipOut)
async def put_guardianship(
    guardianship_id: UUID, body: GuardianshipIn, session: Session, caller: GuardianshipPusher
) -> Guardianship:
    return await commands.record_guardianship(session, caller, guardianship_id, body)


@routes.delete("/guardianships/{guardianship_id}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_guardianship(guardianship_id: UUID, session: Session, _: GuardianshipPusher) -> None:
    await commands.withdraw_guardianship(session, guardianship_id)


@routes.put("/staff-assignments/{assignment_id}", response_model=StaffAssignmentOut)
async def put_staff_assignment(
    assignment_id: UUID, body: StaffAssignmentIn, session: Session, caller: AssignmentPusher
) -> StaffAssignment:
    return await commands.assign_staff(session, caller, assignment_id, body)


@routes.delete("/staff-assignments/{assignment_id}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_staff_assignment(assignment_id: UUID, session: Session, _: AssignmentPusher) -> None:
    await commands.end_assignment(session, assignment_id)
