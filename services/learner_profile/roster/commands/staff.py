"""What staff are in an org, where the roster has no role for it."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kit import versioned
from kit.caller import VerifiedCaller
from kit.outbox import emit
from kit.problems import NotFound
from services.learner_profile import access, events
from services.learner_profile.roster.commands import people
from services.learner_profile.roster.errors import OwnedByRoster
from services.learner_profile.roster.models import StaffAssignment
from services.learner_profile.roster.schemas import StaffAssignmentIn


async def assign_staff(
    session: AsyncSession, caller: VerifiedCaller, assignment_id: UUID, body: StaffAssignmentIn
) -> StaffAssignment:
    """Record an assignment under the id that the caller chose; the same again changes nothing and tells nobody."""
    await access.require_role(session, "data_steward")
    await _refuse_rostered(session, assignment_id)
    source = body.source or caller.roster_source or people.DEFAULT_SOURCE
    values = {
        "person_id": await people.person_id(session, source, body.person_sourced_id, place="/personSourcedId"),
        "org_id": await people.org_id(session, source, body.org_sourced_id, place="/orgSourcedId"),
        "role": body.role,
        "fte": body.fte,
        "from_on": body.from_on,
        "to_on": body.to_on,
        "state": "active",
    }
    assignment, changed = await versioned.put(session, StaffAssignment, assignment_id, values, origin="door")
    if changed:
        await emit(session, events.staff_assigned(assignment))
    return assignment


async def _refuse_rostered(session: AsyncSession, assignment_id: UUID) -> None:
    found = select(StaffAssignment.origin).where(StaffAssignment.id == assignment_id).with_for_update()
    if (await session.execute(found)).scalar_one_or_none() == "roster":
        raise OwnedByRoster


async def end_assignment(session: AsyncSession, assignment_id: UUID) -> None:
    """End an assignment at once; the row stays as history. Raises `NotFound` where there is none to end, and `OwnedByRoster`."""
    await access.require_role(session, "data_steward")
    await _refuse_rostered(session, assignment_id)
    ended = await versioned.withdraw(session, StaffAssignment, assignment_id)
    if ended is None:
        raise NotFound
    await emit(session, events.staff_assigned(ended))
