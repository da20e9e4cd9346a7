"""Refusals of the OneRoster doors, and how every error leaves them: as an `imsx_StatusInfo`."""

import re
from collections.abc import Awaitable, Callable
from typing import Any, cast
from urllib.parse import unquote

import orjson
from fastapi import FastAPI, Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kit.problems import MEDIA_TYPE, Problem

PREFIX = "/ims/oneroster/"
SLASH = "\x1f"
"""Stands in a routed path for a slash that is part of a sourcedId."""

_MINOR_BY_CODE = {"INVALID_FILTER_FIELD": "invalid_filter_field", "INVALID_SELECTION_FIELD": "invalid_selection_field"}
_MINOR_BY_STATUS = {
    401: "unauthorisedrequest",
    403: "forbidden",
    404: "unknownobject",
    405: "forbidden",
    429: "server_busy",
    503: "server_busy",
}
_SERVER_ERROR = 500
_NOT_ALLOWED = 405
_ESCAPED_SLASH = re.compile("%2f", re.IGNORECASE)


class InvalidFilterField(Problem):
    status, title = 400, "The filter names a field that cannot be filtered on, or is not a filter"


class InvalidSelectionField(Problem):
    status, title = 400, "The selection names a field that is not there"


class InvalidParameter(Problem):
    status, title = 400, "A query parameter is not what this operation takes"


class UnknownObject(Problem):
    status, title = 404, "There is no such object"


class MalformedJson(Problem):
    status, title = 400, "The body is not JSON"


class InvalidPayload(Problem):
    """Well-formed JSON that is not the payload; `place` is a JSON pointer."""

    status, title = 422, "The payload is not what this operation takes"

    def __init__(self, place: str, message: str) -> None:
        super().__init__(f"{place or '/'}: {message}", errors=[{"place": place, "message": message}])


class MissingEnvelope(InvalidPayload):
    title = "The payload lacks its envelope"


def status_info(document: dict[str, Any]) -> bytes:
    """An RFC 9457 problem document as an imsx_StatusInfo (OneRoster 1.2 REST binding)."""
    status = int(document.get("status", _SERVER_ERROR))
    minor = _MINOR_BY_CODE.get(document.get("code", "")) or _MINOR_BY_STATUS.get(status)
    minor = minor or ("internal_server_error" if status >= _SERVER_ERROR else "invaliddata")
    field = {"imsx_codeMinorFieldName": "TargetEndSystem", "imsx_codeMinorFieldValue": minor}
    return orjson.dumps(
        {
            "imsx_codeMajor": "unsupported" if status == _NOT_ALLOWED else "failure",
            "imsx_severity": "error",
            "imsx_description": _description(document),
            "imsx_CodeMinor": {"imsx_codeMinorField": [field]},
        }
    )


def _description(document: dict[str, Any]) -> str:
    said = [str(document.get("title", "")), str(document.get("detail", ""))]
    if not document.get("detail"):
        said += [f"{error.get('place')}: {error.get('message')}" for error in document.get("errors", [])[:10]]
    return ". ".join(part for part in said if part)


class Dialect:
    """Lets the doors under `/ims/oneroster/` speak as their standard does, whoever answers.

    Problem documents become imsx_StatusInfo, a trailing slash is as good as none, and `%2F` stays part of its sourcedId.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(PREFIX):
            scope["path"] = _routed(scope)
            send = _Translated(send)
        await self.app(scope, receive, send)


def _routed(scope: Scope) -> str:
    raw = bytes(scope.get("raw_path") or b"")
    path: str = scope["path"]
    if b"%2f" in raw.lower():
        path = unquote(_ESCAPED_SLASH.sub(SLASH, raw.decode("ascii", "replace")))
    return path.rstrip("/")


class _Translated:
    """Passes messages on, but holds a problem document back until it is whole and can be translated."""

    def __init__(self, send: Send) -> None:
        self.send = send
        self.start: Message | None = None
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_problem(message):
            self.start = message
        elif self.start is None:
            await self.send(message)
        else:
            await self._hold(self.start, message)

    async def _hold(self, start: Message, message: Message) -> None:
        self.body += message.get("body", b"")
        if message.get("more_body"):
            return
        body = status_info(orjson.loads(self.body))
        headers = MutableHeaders(raw=list(start["headers"]))
        headers["content-type"] = "application/json"
        headers["content-length"] = str(len(body))
        await self.send({**start, "headers": headers.raw})
        await self.send({"type": "http.response.body", "body": body})


def _is_problem(start: Message) -> bool:
    return Headers(raw=start["headers"]).get("content-type", "").startswith(MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Give an assembled application the dialect; a failure is answered outside all middleware, so it is translated by itself."""
    app.add_middleware(Dialect)
    answer = cast("Callable[[Request, Exception], Awaitable[Response]]", app.exception_handlers[Exception])

    async def failed(request: Request, error: Exception) -> Response:
        response = await answer(request, error)
        if not request.url.path.startswith(PREFIX):
            return response
        return Response(
            status_info(orjson.loads(bytes(response.body))), response.status_code, media_type="application/json"
        )

    app.add_exception_handler(Exception, failed)
