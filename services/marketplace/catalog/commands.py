"""Units of work on the catalogue."""

from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from kit import versioned
from kit.caller import VerifiedCaller
from services.marketplace import access
from services.marketplace.catalog.errors import ListedBySomebodyElse
from services.marketplace.catalog.models import Alignment, Resource
from services.marketplace.catalog.schemas import AlignmentBody, ResourceIn


async def list_resource(session: AsyncSession, caller: VerifiedCaller, resource_id: UUID, body: ResourceIn) -> Resource:
    """List a resource under the id that the caller chose, or change the listing; alignments become those given.

    Raises `ListedBySomebodyElse` where a system would change what it did not list.
    """
    await access.require_role(session, *access.CURATES)
    await _refuse_others(session, caller, resource_id)
    state = body.model_dump(exclude={"alignments", "url"}) | {"url": str(body.url) if body.url else None}
    listed_by = str(caller.person_id or caller.client_id)
    resource, _ = await versioned.put(session, Resource, resource_id, state, listed_by=listed_by)
    await _align(session, resource, body.alignments)
    return resource


async def _refuse_others(session: AsyncSession, caller: VerifiedCaller, resource_id: UUID) -> None:
    found = select(Resource.listed_by).where(Resource.id == resource_id).with_for_update()
    owner = (await session.execute(found)).scalar_one_or_none()
    if owner is not None and caller.person_id is None and owner != caller.client_id:
        raise ListedBySomebodyElse


async def _align(session: AsyncSession, resource: Resource, alignments: list[AlignmentBody]) -> None:
    await session.execute(delete(Alignment).where(Alignment.resource_id == resource.id))
    if alignments:
        key = {"district_id": resource.district_id, "resource_id": resource.id}
        await session.execute(insert(Alignment), [{**key, **alignment.model_dump()} for alignment in alignments])
