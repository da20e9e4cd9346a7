"""The catalogue's doors."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from kit.caller import VerifiedCaller, people_or
from kit.database import Session
from services.marketplace.catalog import commands
from services.marketplace.catalog.models import Resource
from services.marketplace.catalog.schemas import ResourceIn, ResourceOut

routes = APIRouter(prefix="/v1/resources", tags=["catalog"])
Lister = Annotated[VerifiedCaller, people_or("urn:trellis:scope:catalog.push")]


@routes.put("/{resource_id}", response_model=ResourceOut)
async def put_resource(resource_id: UUID, body: ResourceIn, session: Session, caller: Lister) -> Resource:
    return await commands.list_resource(session, caller, resource_id, body)
