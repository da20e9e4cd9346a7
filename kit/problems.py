"""Refusals: named classes inside, `application/problem+json` (RFC 9457) at the edge."""

import re
from http import HTTPStatus
from typing import Any, ClassVar

import orjson
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"
_log = structlog.get_logger("problems")


class Problem(Exception):  # noqa: N818 - a refusal is not an error of ours
    """A refusal with a stable name; a subclass declares its status and title once.

    `detail` is for people and never holds personal data; `extensions` become members of the document.
    """

    status: ClassVar[int] = 400
    title: ClassVar[str] = "The request was refused"
    headers: ClassVar[dict[str, str]] = {}

    def __init__(self, detail: str | None = None, **extensions: Any) -> None:  # noqa: ANN401 - members are JSON
        super().__init__(detail or self.title)
        self.detail = detail
        self.extensions = extensions

    @classmethod
    def code(cls) -> str:
        """The stable code, `COHORT_FULL` for `CohortFull`; the graph carries the same."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.__name__).upper()

    def document(self) -> dict[str, Any]:
        slug = self.code().lower().replace("_", "-")
        body = {"type": f"urn:trellis:problem:{slug}", "title": self.title, "status": self.status, "code": self.code()}
        if self.detail:
            body["detail"] = self.detail
        return {**self.extensions, **body}


class NotFound(Problem):
    status, title = 404, "There is nothing here that you may see"


class Unauthenticated(Problem):
    status, title = 401, "A valid bearer token is needed"
    headers: ClassVar[dict[str, str]] = {"WWW-Authenticate": 'Bearer realm="trellis"'}


class Forbidden(Problem):
    status, title = 403, "The caller may not do this"


class InsufficientScope(Forbidden):
    title = "The token lacks the scope for this"
    headers: ClassVar[dict[str, str]] = {"WWW-Authenticate": 'Bearer error="insufficient_scope"'}


class BadInput(Problem):
    status, title = 422, "The input is not what this operation takes"


class TooLarge(Problem):
    status, title = 413, "The body is larger than this door takes"


class Conflict(Problem):
    status, title = 409, "The request meets a state that forbids it"


class Unavailable(Problem):
    status, title = 503, "The service cannot answer just now"
    headers: ClassVar[dict[str, str]] = {"Retry-After": "2"}


class Internal(Problem):
    status, title = 500, "The service failed"


def respond(problem: Problem) -> Response:
    body = orjson.dumps(problem.document(), default=str)
    return Response(body, problem.status, problem.headers, media_type=MEDIA_TYPE)


async def _refused(_: Request, problem: Exception) -> Response:
    return respond(problem) if isinstance(problem, Problem) else respond(Internal())


async def _invalid(_: Request, error: Exception) -> Response:
    errors = error.errors() if isinstance(error, RequestValidationError) else []
    places = [{"place": _pointer(entry["loc"]), "code": entry["type"], "message": entry["msg"]} for entry in errors]
    return respond(BadInput(errors=places[:100]))


def _pointer(location: tuple[int | str, ...]) -> str:
    return "/" + "/".join(str(part).replace("~", "~0").replace("/", "~1") for part in location)


async def _http(_: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, StarletteHTTPException) else 500
    phrase = HTTPStatus(status).phrase
    slug = phrase.lower().replace(" ", "-")
    body = {
        "type": f"urn:trellis:problem:{slug}",
        "title": phrase,
        "status": status,
        "code": slug.replace("-", "_").upper(),
    }
    headers = dict(getattr(error, "headers", None) or {})
    return Response(orjson.dumps(body), status, headers, media_type=MEDIA_TYPE)


async def _failed(request: Request, error: Exception) -> Response:
    _log.error("unhandled", route=route_of(request), error=type(error).__name__, exc_info=error)
    return respond(Internal())


def route_of(request: Request) -> str:
    """The route's template, which names no person, for logs and metrics."""
    return str(getattr(request.scope.get("route"), "path", "unrouted"))


def install(app: FastAPI) -> None:
    app.add_exception_handler(Problem, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(StarletteHTTPException, _http)
    app.add_exception_handler(Exception, _failed)
