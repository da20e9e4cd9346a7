"""The doors of competency frameworks: import, lists, the graph's batch reads, and publishing as CASE 1.1."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from kit.caller import Caller, VerifiedCaller
from kit.clock import Now
from kit.database import Reads, Session
from kit.graph import BatchRequest
from kit.problems import InsufficientScope
from services.learner_profile.competency import commands
from services.learner_profile.competency.queries import case, frameworks
from services.learner_profile.competency.queries.graph import COMPETENCIES, FRAMEWORKS
from services.learner_profile.competency.schemas import FrameworkOut, FrameworkPage, GivenPackage, ImportReport

PUSH = "urn:trellis:scope:frameworks.push"
STREAMED = frozenset({("POST", "/v1/frameworks"), ("PUT", "/v1/frameworks/")})
"""Doors that bound their own bodies."""

_JSON = "application/json"
_CASE = "/ims/case/v1p1"
_OPENAPI_BODY = {
    "requestBody": {
        "required": True,
        "description": "A CASE 1.0 or 1.1 CFPackage",
        "content": {_JSON: {"schema": {"type": "object", "required": ["CFDocument"]}}},
    }
}

routes = APIRouter()


async def _pusher(caller: Caller) -> VerifiedCaller:
    if caller.person_id is None and PUSH not in caller.scopes:
        raise InsufficientScope(scopes=[PUSH])
    return caller


DryRun = Annotated[bool, Query(description="Report what would happen and change nothing")]


@routes.post(
    "/v1/frameworks", tags=["frameworks"], dependencies=[Depends(_pusher)], openapi_extra=_OPENAPI_BODY, status_code=201
)
async def post_framework(
    package: GivenPackage, session: Session, now: Now, response: Response, *, dry_run: DryRun = False
) -> ImportReport:
    """Import a CASE package, or update in place what an earlier one brought: 201 where the framework is new, else 200."""
    return _answered(await commands.import_package(session, package, now, dry_run=dry_run), response)


@routes.put(
    "/v1/frameworks/{identifier}",
    tags=["frameworks"],
    dependencies=[Depends(_pusher)],
    openapi_extra=_OPENAPI_BODY,
    status_code=201,
)
async def put_framework(
    identifier: UUID, package: GivenPackage, session: Session, now: Now, response: Response, *, dry_run: DryRun = False
) -> ImportReport:
    """The same under the identifier of the package's CFDocument."""
    report = await commands.import_package(session, package, now, identifier=str(identifier), dry_run=dry_run)
    return _answered(report, response)


def _answered(report: ImportReport, response: Response) -> ImportReport:
    response.status_code = 201 if report.created and not report.dry_run else 200
    return report


@routes.get("/v1/frameworks", tags=["frameworks"], responses={200: {"model": FrameworkPage}})
async def get_frameworks(
    database: Reads,
    caller: Caller,
    first: Annotated[int, Query(ge=1, le=500)] = 100,
    after: UUID | None = None,
) -> Response:
    return Response(await frameworks.page(database, caller, first=first, after=after), media_type=_JSON)


@routes.get("/v1/frameworks/{identifier}", tags=["frameworks"], responses={200: {"model": FrameworkOut}})
async def get_framework(identifier: UUID, database: Reads, caller: Caller) -> Response:
    """By the CASE identifier of its document or by our id."""
    return Response(await frameworks.one(database, caller, identifier), media_type=_JSON)


@routes.post("/graph/frameworks", tags=["graph"])
async def read_frameworks(wanted: BatchRequest, database: Reads, caller: Caller) -> Response:
    return await FRAMEWORKS.fetch(database, caller, wanted)


@routes.post("/graph/competencies", tags=["graph"])
async def read_competencies(wanted: BatchRequest, database: Reads, caller: Caller) -> Response:
    return await COMPETENCIES.fetch(database, caller, wanted)


def _case_base(request: Request) -> str:
    return f"{request.app.state.settings.origin}{_CASE}"


CaseBase = Annotated[str, Depends(_case_base)]


@routes.get(f"{_CASE}/CFPackages/{{identifier}}", tags=["CASE"])
async def get_package(identifier: str, database: Reads, caller: Caller, base: CaseBase) -> Response:
    return Response(await case.package(database, caller, base, identifier), media_type=_JSON)


@routes.get(f"{_CASE}/CFDocuments", tags=["CASE"])
async def get_documents(database: Reads, caller: Caller, base: CaseBase) -> Response:
    return Response(await case.documents(database, caller, base), media_type=_JSON)


@routes.get(f"{_CASE}/CFDocuments/{{identifier}}", tags=["CASE"])
async def get_document(identifier: str, database: Reads, caller: Caller, base: CaseBase) -> Response:
    return Response(await case.document(database, caller, base, identifier), media_type=_JSON)


@routes.get(f"{_CASE}/CFItems/{{identifier}}", tags=["CASE"])
async def get_item(identifier: str, database: Reads, caller: Caller, base: CaseBase) -> Response:
    return Response(await case.item(database, caller, base, identifier), media_type=_JSON)


@routes.get(f"{_CASE}/CFAssociations/{{identifier}}", tags=["CASE"])
async def get_association(identifier: str, database: Reads, caller: Caller, base: CaseBase) -> Response:
    return Response(await case.association(database, caller, base, identifier), media_type=_JSON)


@routes.get(f"{_CASE}/CFItemAssociations/{{identifier}}", tags=["CASE"])
async def get_item_associations(identifier: str, database: Reads, caller: Caller, base: CaseBase) -> Response:
    return Response(await case.item_associations(database, caller, base, identifier), media_type=_JSON)
