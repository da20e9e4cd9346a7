"""Districts, the systems that push into them, and the first role in them."""

import re
from dataclasses import dataclass
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kit.caller import VerifiedCaller
from kit.database import Database
from kit.ids import uuid7
from services.learner_profile.identity import queries
from services.learner_profile.identity.commands import audit
from services.learner_profile.operator.errors import OperatorError, or_refused
from services.learner_profile.roster import commands as roster
from services.learner_profile.roster.models import District, SourceSystem
from services.learner_profile.roster.schemas import StaffAssignmentIn, StaffRole

_ASSIGNMENTS = UUID("0d1cf2a2-6c0b-5f0e-9d0a-9c7c6ad0f6a1")
"""The namespace of the assignments made here: the same command twice makes one."""

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


@dataclass(frozen=True, slots=True)
class DistrictMade:
    district_id: UUID
    slug: str
    created: bool


def operator(district_id: UUID) -> VerifiedCaller:
    """The operator at work inside one district."""
    return VerifiedCaller(district_id, client_id="operator")


async def create_district(
    database: Database, slug: str, name: str, time_zone: str, *, if_missing: bool = False
) -> DistrictMade:
    """Raises `OperatorError` for an unknown time zone, or a slug that is taken unless `if_missing`."""
    check("slug", slug, _SLUG)
    _check_zone(time_zone)
    caller = operator(uuid7())
    row = {"district_id": caller.district_id, "slug": slug, "name": name, "time_zone": time_zone}
    made = insert(District).values(row).on_conflict_do_nothing().returning(District.district_id)
    async with database.transaction(caller) as session:
        created = (await session.execute(made)).scalar() is not None
        if created:
            audit.record(session, caller, "district.created", slug)
    if not created and not if_missing:
        raise OperatorError(f"A district {slug} exists")
    return DistrictMade(caller.district_id if created else await district_of(database, slug), slug, created)


async def district_of(database: Database, slug: str) -> UUID:
    found = await queries.find_district(database, slug)
    if found is None:
        raise OperatorError(f"There is no district {slug}")
    return found


async def keep_sources(session: AsyncSession, district_id: UUID, names: dict[str, str]) -> None:
    """The systems that own these sources, by source, where they are not known yet."""
    rows = [{"district_id": district_id, "source": source, "name": name} for source, name in names.items()]
    await session.execute(insert(SourceSystem).values(rows).on_conflict_do_nothing())


async def assign_role(database: Database, slug: str, person: str, org: str, role: StaffRole, source: str) -> UUID:
    """The first role in a district, before anybody there could give one; `person` and `org` are sourcedIds of the source."""
    caller = operator(await district_of(database, slug))
    assignment_id = uuid5(_ASSIGNMENTS, "\x1f".join((str(caller.district_id), source, person, org, role)))
    body = StaffAssignmentIn(person_sourced_id=person, org_sourced_id=org, role=role, source=source)
    async with database.transaction(caller) as session:
        await or_refused(roster.assign_staff(session, caller, assignment_id, body))
        audit.record(session, caller, "role.assigned", person, role=role, org=org)
    return assignment_id


def check(what: str, given: str, pattern: re.Pattern[str]) -> None:
    """Raises `OperatorError` for a name that would not stand in an address or a header as it is."""
    if pattern.fullmatch(given) is None:
        raise OperatorError(f"A {what} is {pattern.pattern}")


def _check_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise OperatorError(f"There is no time zone {name}") from unknown
