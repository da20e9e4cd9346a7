"""From a service's problem document (RFC 9457) to the graph's codes."""

from typing import Any

import orjson

from gateway.errors import (
    BAD_INPUT,
    CONFLICT,
    FORBIDDEN,
    LIMIT_EXCEEDED,
    NOT_FOUND,
    UNAUTHENTICATED,
    UPSTREAM_UNAVAILABLE,
    UpstreamFailure,
)

_CODES = {
    400: BAD_INPUT,
    401: UNAUTHENTICATED,
    403: FORBIDDEN,
    404: NOT_FOUND,
    409: CONFLICT,
    413: LIMIT_EXCEEDED,
    422: BAD_INPUT,
    429: LIMIT_EXCEEDED,
}
_MESSAGES = {
    BAD_INPUT: "The service refused an argument",
    UNAUTHENTICATED: "A valid bearer token is needed",
    FORBIDDEN: "The caller may not do this",
    CONFLICT: "The request meets a state that forbids it",
    NOT_FOUND: "There is nothing here that you may see",
    LIMIT_EXCEEDED: "The request is larger or more frequent than the service takes",
}


def failure_of(service: str, status: int, body: bytes) -> UpstreamFailure:
    code = _CODES.get(status, UPSTREAM_UNAVAILABLE)
    return UpstreamFailure(service, code, _MESSAGES.get(code, "The service failed"), _document(body))


def _document(body: bytes) -> dict[str, Any]:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return document if isinstance(document, dict) else {}
