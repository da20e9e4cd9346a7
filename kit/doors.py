"""The route of hot reads: declared and published like every other, answered with less ado.

For each request FastAPI makes ready for forms, files, streams and generators, which costs more than one of these reads. A hot
read has a JSON model for a body, dependencies of the request alone, and a `Response` for an answer.
"""

from collections.abc import Callable, Coroutine
from inspect import isawaitable
from typing import Any

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import TypeAdapter, ValidationError


class HotRoute(APIRoute):
    """`APIRouter(route_class=HotRoute)`; its endpoints take one model and what comes by `Depends`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        (wanted,) = self.dependant.body_params
        read = TypeAdapter[Any](wanted.field_info.annotation or Any).validate_json

        async def answer(request: Request) -> Response:
            values = await _solved(self.dependant, request)
            try:
                values[wanted.name] = read(await request.body())
            except ValidationError as invalid:
                raise RequestValidationError(
                    [{**error, "loc": ("body", *error["loc"])} for error in invalid.errors(include_context=False)]
                ) from invalid
            response: Response = await self.endpoint(**values)
            return response

        return answer


class PlainRoute(APIRoute):
    """The same for endpoints that read the request's body by themselves: what they take comes by `Depends` or is the request."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        async def answer(request: Request) -> Response:
            response: Response = await self.endpoint(**await _solved(self.dependant, request))
            return response

        return answer


async def _solved(dependant: Dependant, request: Request) -> dict[str, Any]:
    """What a callable is called with; the callables that it depends on come first, and none of them blocks."""
    values: dict[str, Any] = {}
    for one in dependant.dependencies:
        found = one.call(**await _solved(one, request))  # type: ignore[misc]  # a dependency has a call
        values[str(one.name)] = await found if isawaitable(found) else found
    for name in (dependant.request_param_name, dependant.http_connection_param_name):
        if name:
            values[name] = request
    return values
