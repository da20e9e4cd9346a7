"""GraphQL over HTTP: from bytes to an operation, with everything wrong said as a GraphQL error."""

from typing import Any

import orjson
from starlette.requests import Request

from gateway.errors import BAD_INPUT, RefusedRequest, error
from gateway.execution.engine import Asked

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"
EVENTS = "text/event-stream"
_NO_SUCH_TYPE, _NOT_ACCEPTABLE = 415, 406


async def asked_by(request: Request) -> Asked:
    """Raises `RefusedRequest`. A POST must say that it is JSON, which no form of a foreign page can."""
    if request.method == "GET":
        return _asked(dict(request.query_params), variables=_parsed_variables(request))
    kind, _, charset = request.headers.get("content-type", "").lower().partition(";")
    if kind.strip() != JSON or not _is_utf8(charset):
        raise RefusedRequest(error(BAD_INPUT, f"Send the operation as {JSON}"), status=_NO_SUCH_TYPE)
    body = _parsed(await request.body())
    if not isinstance(body, dict):
        raise RefusedRequest(error(BAD_INPUT, "The body is one JSON object; operations do not come in batches"))
    return _asked(body, variables=body.get("variables"))


def wanted_type(request: Request) -> str:
    """The media type of the answer. Raises `RefusedRequest` where none of ours is accepted."""
    accepted = [part.split(";")[0].strip().lower() for part in request.headers.get("accept", "*/*").split(",")]
    for kind in (EVENTS, GRAPHQL, JSON):
        if kind in accepted:
            return kind
    if any(wild in accepted for wild in ("*/*", "application/*", "")):
        return JSON
    raise RefusedRequest(error(BAD_INPUT, f"The answer is {GRAPHQL}, {JSON} or {EVENTS}"), status=_NOT_ACCEPTABLE)


def _asked(body: dict[str, Any], variables: object) -> Asked:
    text, name = body.get("query"), body.get("operationName")
    if not isinstance(text, str) or not text:
        raise RefusedRequest(error(BAD_INPUT, "`query` is the text of an operation"))
    if name is not None and not isinstance(name, str):
        raise RefusedRequest(error(BAD_INPUT, "`operationName` is text"))
    if variables is not None and not isinstance(variables, dict):
        raise RefusedRequest(error(BAD_INPUT, "`variables` is an object"))
    return Asked(text, name or None, variables or {})


def _parsed_variables(request: Request) -> Any:  # noqa: ANN401 - JSON
    given = request.query_params.get("variables")
    return _parsed(given.encode("utf-8", "surrogatepass")) if given else None


def _parsed(body: bytes) -> Any:  # noqa: ANN401 - JSON
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as malformed:
        raise RefusedRequest(error(BAD_INPUT, "The body is not JSON in UTF-8")) from malformed


def _is_utf8(parameters: str) -> bool:
    charset = parameters.partition("charset=")[2].strip(' "')
    return charset in ("", "utf-8", "utf8")
