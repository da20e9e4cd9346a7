"""The gateway's doors; the reverse proxy does not route them."""

from fastapi import APIRouter
from fastapi.responses import Response

from kit.caller import Person
from kit.database import Reads
from kit.doors import HotRoute
from kit.graph import BatchRequest, SectionsRequest
from services.learner_profile.access import Reader
from services.learner_profile.graph import queries

routes = APIRouter(prefix="/graph", tags=["graph"], route_class=HotRoute)


@routes.post("/learners")
async def read_learners(wanted: BatchRequest, database: Reads, caller: Reader) -> Response:
    return await queries.LEARNERS.fetch(database, caller, wanted)


@routes.post("/persons")
async def read_persons(wanted: BatchRequest, database: Reads, caller: Reader) -> Response:
    return await queries.PERSONS.fetch(database, caller, wanted)


@routes.post("/classes")
async def read_classes(wanted: BatchRequest, database: Reads, caller: Reader) -> Response:
    return await queries.CLASSES.fetch(database, caller, wanted)


@routes.post("/schools")
async def read_schools(wanted: BatchRequest, database: Reads, caller: Reader) -> Response:
    return await queries.SCHOOLS.fetch(database, caller, wanted)


@routes.post("/me")
async def read_me(wanted: SectionsRequest, database: Reads, caller: Person) -> Response:
    return await queries.ME.fetch(database, caller, wanted)


@routes.post("/district")
async def read_district(wanted: SectionsRequest, database: Reads, caller: Reader) -> Response:
    return await queries.DISTRICT.fetch(database, caller, wanted)
