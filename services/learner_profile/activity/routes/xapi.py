"""Statements of the Experience API 1.0.3: its statement resource, and none of the others; this is no LRS.

A client sees the statements of its own source.
"""

from datetime import datetime
from typing import Any, Final

import orjson
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from kit.caller import VerifiedCaller, scoped
from kit.database import Reads
from kit.ids import uuid7
from services.learner_profile.activity.commands.store import Received, key_of
from services.learner_profile.activity.domain import xapi
from services.learner_profile.activity.errors import MalformedBody, NoSource, UnknownVersion
from services.learner_profile.activity.queries import statements
from services.learner_profile.activity.routes.bodies import json_of

WRITE: Final = "urn:trellis:scope:xapi.write"
READ: Final = "urn:trellis:scope:xapi.read"
MOST_STATEMENTS: Final = 1000
_WRITER: Any = scoped(WRITE)
_READER: Any = scoped(READ)
_JSON: Final = "application/json"
_STATEMENT: Final = {"type": "object", "required": ["actor", "verb", "object"]}
_VERSION_HEADER: Final = {
    "name": "X-Experience-API-Version", "in": "header", "required": True, "schema": {"type": "string"},
}  # fmt: skip


def _parameter(name: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": name == "put", "schema": {"type": "string"}}


def _body(*schemas: Any) -> dict[str, Any]:  # noqa: ANN401 - OpenAPI
    schema = schemas[0] if len(schemas) == 1 else {"oneOf": list(schemas)}
    return {"requestBody": {"required": True, "content": {_JSON: {"schema": schema}}}}


async def _speaks(request: Request) -> None:
    if not xapi.is_spoken(request.headers.get("x-experience-api-version")):
        raise UnknownVersion


routes = APIRouter(prefix="/xapi", tags=["xAPI"])
_Spoken = Depends(_speaks)


@routes.post(
    "/statements",
    openapi_extra={"parameters": [_VERSION_HEADER], **_body(_STATEMENT, {"type": "array", "items": _STATEMENT})},
)
async def post_statements(request: Request, caller: VerifiedCaller = _WRITER, _: None = _Spoken) -> Response:
    """Take one statement or several, all or none; answers their ids in order."""
    given = await json_of(request)
    listed = given if isinstance(given, list) else [given]
    ids = [_id_of(one) for one in listed]
    await _take(request, caller, list(zip(ids, listed, strict=True)))
    return _answer(orjson.dumps(ids))


@routes.put(
    "/statements",
    status_code=204,
    openapi_extra={
        "parameters": [_VERSION_HEADER, {**_parameter("statementId"), "required": True}], **_body(_STATEMENT),
    },
)  # fmt: skip
async def put_statement(request: Request, caller: VerifiedCaller = _WRITER, _: None = _Spoken) -> Response:
    """Take one statement under its id."""
    named = xapi.uuid_of(request.query_params.get("statementId"))
    given = await json_of(request)
    if named is None or not isinstance(given, dict) or xapi.uuid_of(given.get("id", named)) != named:
        raise MalformedBody("statementId is the statement's UUID")
    await _take(request, caller, [(named, {**given, "id": named})])
    return _answer(b"", 204)


@routes.get(
    "/statements",
    openapi_extra={"parameters": [_VERSION_HEADER, *(_parameter(name) for name in sorted(statements.PARAMETERS))]},
)
async def get_statements(
    request: Request, database: Reads, caller: VerifiedCaller = _READER, _: None = _Spoken
) -> Response:
    """One statement by its id, or those that a filter selects, latest first, with `more` where they go on."""
    now: datetime = request.app.state.clock.now()
    asked = statements.asked(request.query_params.multi_items())
    body = await statements.found(database, caller, asked)
    return _answer(body, consistent_through=now)


@routes.get("/about")
async def get_about() -> dict[str, Any]:
    return {"version": [xapi.VERSION]}


def _id_of(statement: object) -> str:
    given = statement.get("id") if isinstance(statement, dict) else None
    return xapi.uuid_of(given) or str(uuid7())


async def _take(request: Request, caller: VerifiedCaller, given: list[tuple[str, Any]]) -> None:
    if not caller.source:
        raise NoSource
    if not given or len(given) > MOST_STATEMENTS or len({id_ for id_, _ in given}) < len(given):
        raise MalformedBody(f"From one to {MOST_STATEMENTS} statements, each with an id of its own")
    faults = [
        {"place": f"/{place}", "message": fault}
        for place, (_, one) in enumerate(given)
        for fault in xapi.faults_of(one)
    ]
    if faults:
        raise MalformedBody(errors=faults[:100])
    now, received = request.app.state.clock.now(), _received(request)
    await received.add(key_of(caller), [xapi.told(one, id_, now) for id_, one in given])


def _received(request: Request) -> Received:
    received: Received = request.app.state.received
    return received


def _answer(body: bytes, status: int = 200, consistent_through: datetime | None = None) -> Response:
    headers = {"X-Experience-API-Version": xapi.VERSION}
    if consistent_through is not None:
        headers["X-Experience-API-Consistent-Through"] = consistent_through.isoformat()
    return Response(body, status, headers, media_type=_JSON if body else None)
