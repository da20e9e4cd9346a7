"""The program's doors."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, status

from kit.caller import VerifiedCaller, people_or
from kit.database import Session
from services.cohort.program import commands
from services.cohort.program.models import Cohort, Placement, Program
from services.cohort.program.schemas import (
    CohortIn,
    CohortOut,
    PlacementIn,
    PlacementOut,
    ProgramIn,
    ProgramOut,
)

routes = APIRouter(prefix="/v1/programs", tags=["programs"])
Steering = Annotated[VerifiedCaller, people_or("urn:trellis:scope:programs.push")]


@routes.put("/{program_id}", response_model=ProgramOut)
async def put_program(program_id: UUID, body: ProgramIn, session: Session, _: Steering) -> Program:
    return await commands.put_program(session, program_id, body)


@routes.put("/{program_id}/cohorts/{cohort_id}", response_model=CohortOut)
async def put_cohort(program_id: UUID, cohort_id: UUID, body: CohortIn, session: Session, _: Steering) -> Cohort:
    return await commands.put_cohort(session, program_id, cohort_id, body)


@routes.put("/{program_id}/placements/{school_id}", response_model=PlacementOut)
async def put_placement(
    program_id: UUID, school_id: UUID, body: PlacementIn, session: Session, _: Steering
) -> Placement:
    return await commands.place_school(session, program_id, school_id, body)


@routes.delete("/{program_id}/placements/{school_id}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_placement(program_id: UUID, school_id: UUID, session: Session, _: Steering) -> None:
    await commands.withdraw_placement(session, program_id, school_id)
