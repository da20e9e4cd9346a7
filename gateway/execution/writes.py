"""Mutations: one call of a service's own door, and its refusals as members of the union."""

import re
from collections.abc import Mapping
from typing import Any

import orjson

from gateway.errors import BAD_INPUT, INTERNAL, NOT_FOUND, UNAUTHENTICATED, UPSTREAM_UNAVAILABLE, UpstreamFailure
from gateway.execution.context import Context
from gateway.execution.targets import canonical
from gateway.joins import Write
from gateway.upstreams.services import Door

Json = Any
KEY = "idempotencyKey"
REFUSAL = "Refusal"
STALE = "STALE_VERSION"
_ERRORS = frozenset({UNAUTHENTICATED, UPSTREAM_UNAVAILABLE, INTERNAL})
_KEYS = re.compile(r"[\x21-\x7e]{1,255}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_NAMED = re.compile(r"{(\w+)}")


async def written(context: Context, write: Write, arguments: Mapping[str, Json]) -> dict[str, Json]:
    """The payload, or a `Refusal`. Whether a write happened that was not answered is unknown: the same key tells."""
    ids = {name: _in_a_path(arguments[name]) for name in _NAMED.findall(write.path)}
    if None in ids.values():
        return _refusal(NOT_FOUND, "There is nothing here that you may see")
    key = arguments.get(KEY)
    if key is not None and not _KEYS.fullmatch(key):
        return _refusal(BAD_INPUT, "An idempotency key is 1 to 255 visible ASCII characters")
    door = Door(write.method, write.path.format(**ids), key)
    try:
        answer = await context.services.write(context.relay, write.service, door, orjson.dumps(write.body(arguments)))
    except UpstreamFailure as failure:
        if failure.code in _ERRORS:
            raise
        return _refused(failure)
    return {"__typename": write.payload, write.member: orjson.loads(answer)}


def _in_a_path(argument: Json) -> str | None:
    """An id, or a day; None for what names nothing."""
    return argument if _DAY.fullmatch(str(argument)) else canonical(argument)


def _refused(failure: UpstreamFailure) -> dict[str, Json]:
    document = failure.document
    message = document.get("detail") or document.get("title") or failure.message
    code, current = document.get("code") or failure.code, document.get("current")
    if code == STALE and isinstance(current, int):
        return {"__typename": "StaleVersion", "code": code, "message": message, "current": current}
    return _refusal(code, message, document.get("errors"))


def _refusal(code: str, message: str, places: Json = None) -> dict[str, Json]:
    named = [one for one in places or () if isinstance(one, dict)] if isinstance(places, list) else []
    fields = [{"place": str(one.get("place", "")), "code": str(one.get("code", ""))} for one in named]
    return {"__typename": REFUSAL, "code": code, "message": message, "fields": fields}
