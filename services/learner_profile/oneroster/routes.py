"""The doors of OneRoster rostering, made from the tables of versions, collections and operations.

Reads are the 41 operations of the standard, in 1.2 and in 1.1. Pushes are the extension that vendors agree on: POST, PUT
and DELETE of the same payloads. Scopes: those of the standard for reads; `roster.createput`, `roster.delete` and the same of
`roster-demographics` for pushes.
"""

from collections.abc import Awaitable, Callable
from urllib.parse import quote

import orjson
from fastapi import APIRouter, Request, Response

from kit.caller import VerifiedCaller, scoped
from kit.database import Reads, Session
from services.learner_profile.oneroster import commands
from services.learner_profile.oneroster.errors import SLASH, InvalidParameter, UnknownObject
from services.learner_profile.oneroster.queries import pages
from services.learner_profile.oneroster.queries.operations import COLLECTIONS, OPERATIONS, Operation, path_parameter
from services.learner_profile.oneroster.schemas import documents, paging, parameters, payloads
from services.learner_profile.oneroster.schemas.addresses import Address
from services.learner_profile.oneroster.schemas.doors import DOORS, Door, reading_scopes, writing_scopes
from services.learner_profile.oneroster.schemas.records import Record, record
from services.learner_profile.oneroster.schemas.resources import Resource
from services.learner_profile.privacy.commands import disclose_resource

_JSON = "application/json"
_TAG = "OneRoster rostering"
_PUSHED: dict[str, dict[str, str]] = {
    "orgs": {},
    "schools": {"type": "school"},
    "academicSessions": {},
    "terms": {"type": "term"},
    "gradingPeriods": {"type": "gradingPeriod"},
    "courses": {},
    "classes": {},
    "users": {},
    "enrollments": {},
    "demographics": {},
}
"""The collections that take pushes, and what of a record each of them settles."""

_PUSHED_BELOW = (
    ("createGradingPeriodForTerm", "terms", "gradingPeriods", "academicSessions", {"type": "gradingPeriod"}, "parent"),
    ("addStudentToClass", "classes", "students", "enrollments", {"role": "student"}, "class"),
    ("addTeacherToClass", "classes", "teachers", "enrollments", {"role": "teacher"}, "class"),
)
"""Pushes below one object: operation, its collection, the last step, the resource, and the members that the address settles."""

Endpoint = Callable[..., Awaitable[Response]]


def _path_id(request: Request, name: str) -> str:
    found: str = request.path_params[name].replace(SLASH, "/")
    if "\0" in found:
        raise UnknownObject
    return found


def _own_id(request: Request) -> str:
    found = _path_id(request, "sourcedId")
    if len(found) > payloads.LONGEST_ID:
        raise InvalidParameter(f"A sourcedId has at most {payloads.LONGEST_ID} characters")
    return found


def _address(request: Request, door: Door) -> Address:
    return door.address(request.app.state.settings.origin)


def _here(request: Request) -> str:
    path = quote(request.scope["path"], safe="/").replace(quote(SLASH), "%2F")
    return f"{request.app.state.settings.origin}{path}"


def _collection(door: Door, operation: Operation) -> Endpoint:
    client = scoped(*_scopes(door, operation))

    async def get_segment(request: Request, reads: Reads, caller: VerifiedCaller = client) -> Response:
        asked = parameters.asked(request.query_params.multi_items())
        ids = {parent: _path_id(request, path_parameter(parent)) for parent in operation.parents}
        shape = pages.shape(door.version, operation.id, asked)
        found = await pages.page(reads, caller, shape, asked, ids, _address(request, door))
        await disclose_resource(reads, caller, operation.resource, pages.namespace(caller), found.people)
        links = paging.links(_here(request), request.query_params.multi_items(), asked.segment, found.total)
        return Response(found.body, media_type=_JSON, headers={"X-Total-Count": str(found.total), "Link": links})

    return get_segment


def _object(door: Door, operation: Operation) -> Endpoint:
    client = scoped(*_scopes(door, operation))

    async def get_object(request: Request, reads: Reads, caller: VerifiedCaller = client) -> Response:
        shape = pages.Shape(door.version, operation.id, parameters.fields(request.query_params.multi_items()))
        found = await pages.one(reads, caller, shape, _path_id(request, "sourcedId"), _address(request, door))
        await disclose_resource(reads, caller, operation.resource, pages.namespace(caller), found.people)
        return Response(found.body, media_type=_JSON)

    return get_object


def _scopes(door: Door, operation: Operation) -> tuple[str, ...]:
    return reading_scopes(door, door.resources[operation.resource], nested=bool(operation.parents))


def _post(resource: Resource, settled: dict[str, str]) -> Endpoint:
    client = scoped(*writing_scopes(resource, "createput"))

    async def post_objects(request: Request, session: Session, caller: VerifiedCaller = client) -> Response:
        said = payloads.records(payloads.read(await request.body()), resource.one, resource.many)
        records = [record(resource, item, place, settled) for place, item in said]
        done = await commands.push(session, caller, resource, records, request.headers.get("idempotency-key"))
        return _allocation(records, done)

    return post_objects


def _post_below(resource: Resource, parent: str, settled: dict[str, str], member: str) -> Endpoint:
    client = scoped(*writing_scopes(resource, "createput"))

    async def post_object(request: Request, session: Session, caller: VerifiedCaller = client) -> Response:
        above = _path_id(request, path_parameter(parent))
        said = payloads.only(payloads.read(await request.body()), resource.one)
        records = [record(resource, said, f"/{resource.one}", {**settled, member: {"sourcedId": above}})]
        key = request.headers.get("idempotency-key")
        return _allocation(records, await commands.push_below(session, caller, resource, records, (parent, above), key))

    return post_object


def _allocation(records: list[Record], done: commands.Outcome) -> Response:
    pairs = [
        {"suppliedSourcedId": supplied.sourced_id or allocated, "allocatedSourcedId": allocated}
        for supplied, allocated in zip(records, done.sourced_ids, strict=True)
    ]
    one = len(records) == 1 and "/" not in records[0].place[1:]
    body = orjson.dumps({"sourcedIdPairs": pairs[0] if one else pairs})
    return Response(body, 201 if done.created else 200, media_type=_JSON)


def _put(door: Door, collection: str, settled: dict[str, str]) -> Endpoint:
    resource = door.resources[COLLECTIONS[collection].resource]
    client = scoped(*writing_scopes(resource, "createput"))
    shape = pages.Shape(door.version, f"get{COLLECTIONS[collection].one}")

    async def put_object(request: Request, session: Session, caller: VerifiedCaller = client) -> Response:
        sourced_id = _own_id(request)
        said = payloads.only(payloads.read(await request.body()), resource.one)
        put = record(resource, said, f"/{resource.one}", settled, sourced_id)
        done = await commands.push(session, caller, resource, [put])
        body = await pages.stored(session, caller, shape, sourced_id, _address(request, door))
        return Response(body, 201 if done.created else 200, media_type=_JSON)

    return put_object


def _delete(door: Door, collection: str) -> Endpoint:
    resource = door.resources[COLLECTIONS[collection].resource]
    client = scoped(*writing_scopes(resource, "delete"))

    async def delete_object(request: Request, session: Session, caller: VerifiedCaller = client) -> Response:
        await commands.remove(session, caller, resource, collection, _path_id(request, "sourcedId"))
        return Response(status_code=204)

    return delete_object


def _read_routes(router: APIRouter, door: Door) -> None:
    for operation in OPERATIONS.values():
        resource, scopes = door.resources[operation.resource], _scopes(door, operation)
        names = [path_parameter(parent) for parent in operation.parents] + ["sourcedId"] * operation.single
        router.add_api_route(
            door.rostering + operation.path,
            _object(door, operation) if operation.single else _collection(door, operation),
            operation_id=_published(door, operation.id),
            tags=[_TAG],
            openapi_extra=documents.reading(resource, names, scopes, single=operation.single),
        )


def _push_routes(router: APIRouter, door: Door) -> None:
    for collection, settled in _PUSHED.items():
        found = COLLECTIONS[collection]
        resource = door.resources[found.resource]
        path, createput = f"{door.rostering}/{collection}", writing_scopes(resource, "createput")
        router.add_api_route(
            path,
            _post(resource, settled),
            methods=["POST"],
            operation_id=_published(door, f"create{found.one}"),
            tags=[_TAG],
            openapi_extra=documents.writing(resource, [], createput, single=False),
        )
        router.add_api_route(
            f"{path}/{{sourcedId}}",
            _put(door, collection, settled),
            methods=["PUT"],
            operation_id=_published(door, f"put{found.one}"),
            tags=[_TAG],
            openapi_extra=documents.writing(resource, ["sourcedId"], createput, single=True),
        )
        router.add_api_route(
            f"{path}/{{sourcedId}}",
            _delete(door, collection),
            methods=["DELETE"],
            status_code=204,
            operation_id=_published(door, f"delete{found.one}"),
            tags=[_TAG],
            openapi_extra=documents.removing(["sourcedId"], writing_scopes(resource, "delete")),
        )


def _below_routes(router: APIRouter, door: Door) -> None:
    for operation, parent, called, resource_name, settled, member in _PUSHED_BELOW:
        resource, name = door.resources[resource_name], path_parameter(parent)
        router.add_api_route(
            f"{door.rostering}/{parent}/{{{name}}}/{called}",
            _post_below(resource, parent, settled, member),
            methods=["POST"],
            operation_id=_published(door, operation),
            tags=[_TAG],
            openapi_extra=documents.writing(resource, [name], writing_scopes(resource, "createput"), single=False),
        )


def _published(door: Door, operation: str) -> str:
    """The standard's own operation id in 1.2; ids are unique in a document, so 1.1 says which it is."""
    return operation if door.version == "v1p2" else f"{operation}_{door.version}"


def _doors() -> APIRouter:
    router = APIRouter()
    for door in DOORS.values():
        _read_routes(router, door)
        _push_routes(router, door)
        _below_routes(router, door)
    return router


routes = _doors()
