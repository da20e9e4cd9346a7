"""The gateway's doors; the reverse proxy does not route them."""

from fastapi import APIRouter
from fastapi.responses import Response

from kit.caller import Caller
from kit.database import Reads
from kit.doors import HotRoute
from kit.graph import BatchRequest
from services.marketplace.graph import queries
from services.marketplace.graph.schemas import ResourceSearch

routes = APIRouter(prefix="/graph", tags=["graph"], route_class=HotRoute)


@routes.post("/resources")
async def read_resources(wanted: BatchRequest, database: Reads, caller: Caller) -> Response:
    return await queries.RESOURCES.fetch(database, caller, wanted)


@routes.post("/competencies")
async def read_competencies(wanted: BatchRequest, database: Reads, caller: Caller) -> Response:
    return await queries.COMPETENCIES.fetch(database, caller, wanted)


@routes.post("/search-resources")
async def search_resources(wanted: ResourceSearch, database: Reads, caller: Caller) -> Response:
    return await queries.search(database, caller, wanted)
