"""The gateway's doors; the reverse proxy does not route them."""

from fastapi import APIRouter
from fastapi.responses import Response

from kit.caller import Caller
from kit.database import Reads
from kit.doors import HotRoute
from kit.graph import BatchRequest
from services.cohort.graph import queries

routes = APIRouter(prefix="/graph", tags=["graph"], route_class=HotRoute)


@routes.post("/schools")
async def read_schools(wanted: BatchRequest, database: Reads, caller: Caller) -> Response:
    return await queries.SCHOOLS.fetch(database, caller, wanted)


@routes.post("/programs")
async def read_programs(wanted: BatchRequest, database: Reads, caller: Caller) -> Response:
    return await queries.PROGRAMS.fetch(database, caller, wanted)
