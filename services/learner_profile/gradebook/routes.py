"""The doors of the OneRoster gradebook, made from the tables of versions and operations.

1.2 has the 35 operations of the standard. 1.1 has line items, results and categories. What still waits for something is
listed at a door of our own.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any, Final
from urllib.parse import quote

import orjson
from fastapi import APIRouter, Query, Request, Response

from kit.caller import VerifiedCaller, scoped
from kit.database import Reads, Session
from services.learner_profile.gradebook import commands
from services.learner_profile.gradebook.queries import pages
from services.learner_profile.gradebook.queries.operations import OPERATIONS, PARENTS, Operation, path_below
from services.learner_profile.gradebook.queries.waiting import waiting
from services.learner_profile.gradebook.schemas.doors import (
    DOORS,
    Door,
    GradebookAddress,
    reading_scopes,
    writing_scopes,
)
from services.learner_profile.gradebook.schemas.records import entry_record
from services.learner_profile.gradebook.schemas.resources import Entry
from services.learner_profile.oneroster.errors import SLASH, UnknownObject
from services.learner_profile.oneroster.queries.pages import Shape, shape
from services.learner_profile.oneroster.schemas import documents, paging, parameters, payloads
from services.learner_profile.privacy.commands import disclose_resource

_JSON: Final = "application/json"
_TAG: Final = "OneRoster gradebook"
_POSTED: Final = (
    ("postLineItemsForClass", ("classes",), "lineItems", {"classes": "class"}),
    ("postLineItemsForSchool", ("schools",), "lineItems", {"schools": "school"}),
    ("postResultsForLineItem", ("lineItems",), "results", {"lineItems": "lineItem"}),
    ("postResultsForAcademicSessionForClass", ("classes", "academicSessions"), "results", {"classes": "class"}),
)
"""What is created below a parent, and the member that the parent settles."""

Endpoint = Callable[..., Awaitable[Response]]


def _path_id(request: Request, name: str) -> str:
    found: str = request.path_params[name].replace(SLASH, "/")
    if "\0" in found or len(found) > payloads.LONGEST_ID:
        raise UnknownObject
    return found


def _parents(request: Request, names: tuple[str, ...]) -> dict[str, str]:
    return {name: _path_id(request, PARENTS[name].parameter) for name in names}


def _address(request: Request, door: Door) -> GradebookAddress:
    return door.address(request.app.state.settings.origin)


def _here(request: Request) -> str:
    path = quote(request.scope["path"], safe="/").replace(quote(SLASH), "%2F")
    return f"{request.app.state.settings.origin}{path}"


def _collection(door: Door, operation: Operation) -> Endpoint:
    client = scoped(*_scopes(door, operation))

    async def get_segment(request: Request, reads: Reads, caller: VerifiedCaller = client) -> Response:
        query = request.query_params.multi_items()
        asked = parameters.asked(query)
        ids, wanted = _parents(request, operation.parents), shape(door.version, operation.id, asked)
        found = await pages.page(reads, caller, wanted, asked, ids, _address(request, door))
        await disclose_resource(
            reads, caller, operation.resource, pages.namespaces(caller)["roster_source"], found.people
        )
        links = paging.links(_here(request), query, asked.segment, found.total)
        return Response(found.body, media_type=_JSON, headers={"X-Total-Count": str(found.total), "Link": links})

    return get_segment


def _object(door: Door, operation: Operation) -> Endpoint:
    client = scoped(*_scopes(door, operation))

    async def get_object(request: Request, reads: Reads, caller: VerifiedCaller = client) -> Response:
        wanted = Shape(door.version, operation.id, parameters.fields(request.query_params.multi_items()))
        found = await pages.one(reads, caller, wanted, _path_id(request, "sourcedId"), _address(request, door))
        await disclose_resource(
            reads, caller, operation.resource, pages.namespaces(caller)["roster_source"], found.people
        )
        return Response(found.body, media_type=_JSON)

    return get_object


def _scopes(door: Door, operation: Operation) -> tuple[str, ...]:
    return reading_scopes(door, door.resources[operation.resource], nested=bool(operation.parents))


def _post(entry: Entry, parents: tuple[str, ...], settles: Mapping[str, str]) -> Endpoint:
    client = scoped(*writing_scopes(entry, "createpost"))

    async def post_objects(request: Request, session: Session, caller: VerifiedCaller = client) -> Response:
        ids = _parents(request, parents)
        fixed = {member: {"sourcedId": ids[parent]} for parent, member in settles.items()}
        said = payloads.records(payloads.read(await request.body()), entry.one, entry.many)
        records = [entry_record(entry, item, place, fixed) for place, item in said]
        key = request.headers.get("idempotency-key")
        done = await commands.post(session, caller, entry, records, parents=ids, key=key)
        pairs = [
            {"suppliedSourcedId": record.sourced_id or allocated, "allocatedSourcedId": allocated}
            for record, allocated in zip(records, done.sourced_ids, strict=True)
        ]
        return Response(orjson.dumps({"sourcedIdPairs": pairs}), 201, media_type=_JSON)

    return post_objects


def _put(door: Door, entry: Entry, operation: Operation) -> Endpoint:
    client = scoped(*writing_scopes(entry, "createput"))
    wanted = Shape(door.version, operation.id)

    async def put_object(request: Request, session: Session, caller: VerifiedCaller = client) -> Response:
        sourced_id = _path_id(request, "sourcedId")
        said = payloads.only(payloads.read(await request.body()), entry.one)
        record = entry_record(entry, said, f"/{entry.one}", {"sourcedId": sourced_id})
        await commands.push(session, caller, entry, [record])
        body = await pages.stored(session, caller, wanted, sourced_id, _address(request, door))
        return Response(body, 201, media_type=_JSON)

    return put_object


def _delete(entry: Entry) -> Endpoint:
    client = scoped(*writing_scopes(entry, "delete"))

    async def delete_object(request: Request, session: Session, caller: VerifiedCaller = client) -> Response:
        await commands.remove(session, caller, entry, _path_id(request, "sourcedId"))
        return Response(status_code=204)

    return delete_object


def _read_routes(router: APIRouter, door: Door, operation: Operation) -> None:
    entry, scopes = door.resources[operation.resource], _scopes(door, operation)
    names = [PARENTS[parent].parameter for parent in operation.parents] + ["sourcedId"] * operation.single
    router.add_api_route(
        door.gradebook + operation.path,
        _object(door, operation) if operation.single else _collection(door, operation),
        operation_id=_published(door, operation.id),
        tags=[_TAG],
        openapi_extra=documents.reading(entry, names, scopes, single=operation.single),
    )


def _write_routes(router: APIRouter, door: Door, operation: Operation) -> None:
    entry, path = door.resources[operation.resource], door.gradebook + operation.path
    router.add_api_route(
        path,
        _put(door, entry, operation),
        methods=["PUT"],
        status_code=201,
        operation_id=_published(door, operation.id.replace("get", "put", 1)),
        tags=[_TAG],
        openapi_extra=documents.writing(entry, ["sourcedId"], writing_scopes(entry, "createput"), single=True),
    )
    router.add_api_route(
        path,
        _delete(entry),
        methods=["DELETE"],
        status_code=204,
        operation_id=_published(door, operation.id.replace("get", "delete", 1)),
        tags=[_TAG],
        openapi_extra=documents.removing(["sourcedId"], writing_scopes(entry, "delete")),
    )


def _post_routes(router: APIRouter, door: Door) -> None:
    for operation, parents, collection, settles in _POSTED:
        entry = door.resources[collection]
        names = [PARENTS[parent].parameter for parent in parents]
        router.add_api_route(
            door.gradebook + path_below(parents, collection),
            _post(entry, parents, settles),
            methods=["POST"],
            status_code=201,
            operation_id=_published(door, operation),
            tags=[_TAG],
            openapi_extra=documents.writing(entry, names, writing_scopes(entry, "createpost"), single=False),
        )


def _published(door: Door, operation: str) -> str:
    """The standard's own operation id in 1.2; ids are unique in a document, so 1.1 says which it is."""
    return operation if door.version == "v1p2" else f"{operation}_{door.version}"


def _doors() -> APIRouter:
    router = APIRouter()
    for door in DOORS.values():
        served = [operation for operation in OPERATIONS.values() if operation.resource in door.resources]
        for operation in served:
            _read_routes(router, door, operation)
            if operation.single:
                _write_routes(router, door, operation)
    _post_routes(router, DOORS["v1p2"])
    return router


routes = _doors()

_READER: Any = scoped(*(door.scope("gradebook.readonly") for door in DOORS.values()))


@routes.get("/v1/gradebook/waiting", tags=["gradebook"])
async def get_waiting(
    database: Reads,
    caller: VerifiedCaller = _READER,
    first: Annotated[int, Query(ge=1, le=1000)] = 100,
    after: Annotated[str | None, Query(max_length=1000, pattern="^[^\\x00]*$")] = None,
) -> Response:
    """The client's scores that are no evidence yet, and what each waits for: result, item, learner, competency or range."""
    return Response(await waiting(database, caller, first=first, after=after), media_type=_JSON)
