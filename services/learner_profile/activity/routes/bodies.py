"""Bodies of events, read before anything else is done with them."""

from typing import Any

from fastapi import Request

from services.learner_profile.activity.domain.reading import Unreadable, read
from services.learner_profile.activity.errors import MalformedBody, WrongContentType


async def json_of(request: Request, *kinds: str) -> Any:  # noqa: ANN401 - JSON
    """The body's value; raises `WrongContentType` for one of another kind and `MalformedBody` for one that is no JSON."""
    said = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if said not in ("application/json", *kinds):
        raise WrongContentType
    try:
        return read(await request.body())
    except Unreadable as unreadable:
        raise MalformedBody(str(unreadable)) from unreadable
