"""Who may see and change what in this service.

Listings that are not retired are open to everybody of the district. A listing is changed by the district's own roles and by
systems whose scope the door has checked; a system changes only its own.
"""

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from kit.problems import Forbidden
from services.marketplace.heard.models import StaffAssignment

CURATES = ("district_leader", "program_director")


def holds_role(*roles: str) -> ColumnElement[bool]:
    """The caller holds one of these roles now, by what the roster last told."""
    today = select(func.trellis_today()).scalar_subquery()
    return exists().where(
        StaffAssignment.district_id == func.trellis_district(),
        StaffAssignment.person_id == func.trellis_person(),
        StaffAssignment.role.in_(roles),
        StaffAssignment.state == "active",
        or_(StaffAssignment.from_on.is_(None), StaffAssignment.from_on <= today),
        or_(StaffAssignment.to_on.is_(None), StaffAssignment.to_on > today),
    )


async def require_role(session: AsyncSession, *roles: str) -> None:
    """Refuse a person who holds none of these roles; a system passes, its scope was checked at the door."""
    allowed = or_(func.trellis_client().is_not(None), holds_role(*roles))
    if not (await session.execute(select(allowed))).scalar_one():
        raise Forbidden
