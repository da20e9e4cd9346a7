"""The gateway's doors; the reverse proxy does not route them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from kit.caller import Person
from kit.database import Reads
from kit.doors import HotRoute
from kit.graph import BatchRequest, SectionsRequest
from services.learner_profile.access import Reader
from services.learner_profile.graph import queries
from services.learner_profile.privacy.commands import Disclosures

routes = APIRouter(prefix="/graph", tags=["graph"], route_class=HotRoute)


async def _disclosures(request: Request) -> Disclosures:
    disclosures: Disclosures = request.app.state.disclosures
    return disclosures


Log = Annotated[Disclosures, Depends(_disclosures)]


@routes.post("/learners")
async def read_learners(wanted: BatchRequest, database: Reads, caller: Reader, disclosures: Log) -> Response:
    return await disclosures.log(caller, wanted, await queries.LEARNERS.fetch(database, caller, wanted))


@routes.post("/persons")
async def read_persons(wanted: BatchRequest, database: Reads, caller: Reader, disclosures: Log) -> Response:
    return await disclosures.log_names(caller, wanted, await queries.PERSONS.fetch(database, caller, wanted))


@routes.post("/classes")
async def read_classes(wanted: BatchRequest, database: Reads, caller: Reader, disclosures: Log) -> Response:
    return await disclosures.log_names(caller, wanted, await queries.CLASSES.fetch(database, caller, wanted))


@routes.post("/schools")
async def read_schools(wanted: BatchRequest, database: Reads, caller: Reader, disclosures: Log) -> Response:
    return await disclosures.log_names(caller, wanted, await queries.SCHOOLS.fetch(database, caller, wanted))


@routes.post("/me")
async def read_me(wanted: SectionsRequest, database: Reads, caller: Person) -> Response:
    return await queries.ME.fetch(database, caller, wanted)


@routes.post("/district")
async def read_district(wanted: SectionsRequest, database: Reads, caller: Reader) -> Response:
    return await queries.DISTRICT.fetch(database, caller, wanted)
