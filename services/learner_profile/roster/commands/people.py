"""People and orgs by the identifiers that a source gave them."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.learner_profile.roster.errors import UnknownOrg, UnknownPerson
from services.learner_profile.roster.models import Org, Person

DEFAULT_SOURCE = "sis"


async def person_id(session: AsyncSession, source: str, sourced_id: str, *, place: str) -> UUID:
    """The active person's id; raises `UnknownPerson`, which names the place in the request and not the person."""
    found = select(Person.id).where(Person.source == source, Person.sourced_id == sourced_id, Person.status == "active")
    known = (await session.execute(found)).scalar_one_or_none()
    if known is None:
        raise UnknownPerson(place=place)
    return known


async def org_id(session: AsyncSession, source: str, sourced_id: str, *, place: str) -> UUID:
    """The active org's id; raises `UnknownOrg`."""
    found = select(Org.id).where(Org.source == source, Org.sourced_id == sourced_id, Org.status == "active")
    known = (await session.execute(found)).scalar_one_or_none()
    if known is None:
        raise UnknownOrg(place=place)
    return known
