"""Units of work on programs."""

from uuid import UUID, uuid5

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kit import versioned
from kit.outbox import emit
from kit.problems import NotFound
from services.cohort import access, events
from services.cohort.program.errors import CapacityInUse, CohortFull, UnknownCohort, UnknownProgram, UnknownSchool
from services.cohort.program.models import Cohort, Placement, Program
from services.cohort.program.schemas import CohortIn, PlacementIn, ProgramIn
from services.cohort.school.models import School


async def put_program(session: AsyncSession, program_id: UUID, body: ProgramIn) -> Program:
    """Make the program this one, under the id that the caller chose."""
    await access.require_role(session, *access.STEERS_PROGRAMS)
    program, _ = await versioned.put(session, Program, program_id, body.model_dump())
    return program


async def put_cohort(session: AsyncSession, program_id: UUID, cohort_id: UUID, body: CohortIn) -> Cohort:
    """Make the cohort this one; its capacity cannot fall below the schools it holds. Tells where they stand anew."""
    await access.require_role(session, *access.STEERS_PROGRAMS)
    await _locked_program(session, program_id)
    known = await session.get(Cohort, (await _district(session), cohort_id), with_for_update=True)
    if known is not None and known.program_id != program_id:
        raise UnknownCohort
    if await _used(session, cohort_id) > body.capacity:
        raise CapacityInUse
    state = {"program_id": program_id, **body.model_dump()}
    cohort, changed = await versioned.put(session, Cohort, cohort_id, state)
    if changed:
        await _tell_again(session, cohort)
    return cohort


async def place_school(session: AsyncSession, program_id: UUID, school_id: UUID, body: PlacementIn) -> Placement:
    """Place a school in a cohort, moving it if it stood elsewhere; raises `CohortFull` when no seat is left.

    The cohort's row is locked first, so of two who want the last seat one gets it.
    """
    await access.require_role(session, *access.STEERS_PROGRAMS)
    await _locked_program(session, program_id)
    cohort = await session.get(Cohort, (await _district(session), body.cohort_id), with_for_update=True)
    if cohort is None or cohort.program_id != program_id:
        raise UnknownCohort
    await _refuse_unknown_school(session, school_id)
    if await _used(session, cohort.id, but=school_id) >= cohort.capacity:
        raise CohortFull(capacity=cohort.capacity)
    state = {"program_id": program_id, "school_id": school_id, **body.model_dump(), "state": "active"}
    placement, changed = await versioned.put(session, Placement, uuid5(program_id, str(school_id)), state)
    if changed:
        await emit(session, events.placement_changed(placement, cohort))
    return placement


async def withdraw_placement(session: AsyncSession, program_id: UUID, school_id: UUID) -> None:
    """Take a school's place back; raises `NotFound` where it has none."""
    await access.require_role(session, *access.STEERS_PROGRAMS)
    ended = await versioned.withdraw(session, Placement, uuid5(program_id, str(school_id)))
    if ended is None:
        raise NotFound
    cohort = await session.get_one(Cohort, (ended.district_id, ended.cohort_id))
    await emit(session, events.placement_changed(ended, cohort))


async def _locked_program(session: AsyncSession, program_id: UUID) -> None:
    found = select(Program.id).where(Program.id == program_id).with_for_update(key_share=True)
    if (await session.execute(found)).first() is None:
        raise UnknownProgram


async def _district(session: AsyncSession) -> UUID:
    district: UUID = (await session.execute(select(func.trellis_district()))).scalar_one()
    return district


async def _used(session: AsyncSession, cohort_id: UUID, *, but: UUID | None = None) -> int:
    counted = select(func.count()).where(Placement.cohort_id == cohort_id, Placement.state == "active")
    if but is not None:
        counted = counted.where(Placement.school_id != but)
    return (await session.execute(counted)).scalar_one()


async def _refuse_unknown_school(session: AsyncSession, school_id: UUID) -> None:
    found = select(School.id).where(School.id == school_id, School.state == "active")
    if (await session.execute(found)).first() is None:
        raise UnknownSchool


async def _tell_again(session: AsyncSession, cohort: Cohort) -> None:
    held = await session.scalars(
        select(Placement).where(Placement.cohort_id == cohort.id, Placement.state == "active").with_for_update()
    )
    for placement in held.all():
        placement.version += 1
        await emit(session, events.placement_changed(placement, cohort))
    await session.flush()
