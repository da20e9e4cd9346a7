"""Guardians' rights, as the district's registrar tells them."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kit import versioned
from kit.caller import VerifiedCaller
from kit.outbox import emit
from kit.problems import NotFound
from services.learner_profile import access, events
from services.learner_profile.roster.commands import people
from services.learner_profile.roster.models import Guardianship
from services.learner_profile.roster.schemas import GuardianshipIn


async def record_guardianship(
    session: AsyncSession, caller: VerifiedCaller, guardianship_id: UUID, body: GuardianshipIn
) -> Guardianship:
    """Record a guardianship under the id that the caller chose; the same again changes nothing and tells nobody."""
    await access.require_role(session, "data_steward")
    source = body.source or caller.roster_source or people.DEFAULT_SOURCE
    values = {
        "guardian_id": await people.person_id(session, source, body.guardian_sourced_id, place="/guardianSourcedId"),
        "learner_id": await people.person_id(session, source, body.learner_sourced_id, place="/learnerSourcedId"),
        "kind": body.kind,
        "from_on": body.from_on,
        "to_on": body.to_on,
        "state": "active",
    }
    guardianship, changed = await versioned.put(session, Guardianship, guardianship_id, values)
    if changed:
        await emit(session, events.relationship_changed(guardianship))
    return guardianship


async def withdraw_guardianship(session: AsyncSession, guardianship_id: UUID) -> None:
    """End a guardianship at once; the row stays as history. Raises `NotFound` where there is none to end."""
    await access.require_role(session, "data_steward")
    ended = await versioned.withdraw(session, Guardianship, guardianship_id)
    if ended is None:
        raise NotFound
    await emit(session, events.relationship_changed(ended))
