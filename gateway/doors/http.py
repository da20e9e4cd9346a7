"""The graph's door: queries and mutations by POST, queries by GET, subscriptions as server-sent events."""

from dataclasses import dataclass
from http import HTTPStatus

import orjson
from graphql import OperationType
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send
from strawberry.http.ides import get_graphql_ide_html

from gateway.doors import events
from gateway.doors.requests import EVENTS, GRAPHQL, JSON, asked_by, wanted_type
from gateway.errors import BAD_INPUT, UNAUTHENTICATED, UPSTREAM_UNAVAILABLE, RefusedOperation, RefusedRequest, error
from gateway.execution.context import Context
from gateway.execution.documents import Admitted
from gateway.execution.engine import Engine
from gateway.upstreams.relay import Relay, relay
from gateway.upstreams.services import Services
from kit.caller import VerifiedCaller, Verifier
from kit.problems import Unauthenticated, Unavailable

_METHODS = "GET, POST"


@dataclass(frozen=True, slots=True)
class HttpDoor:
    """An ASGI endpoint; plain, for every layer costs on the hottest path that there is."""

    engine: Engine
    services: Services
    verifier: Verifier
    path: str
    seconds: float
    with_graphiql: bool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Logs and metrics know a request by its route.
        scope["route"] = self
        request = Request(scope, receive)
        if request.method not in ("GET", "POST"):
            response = Response(status_code=405, headers={"Allow": _METHODS})
        elif self.with_graphiql and _wants_page(request):
            response = HTMLResponse(get_graphql_ide_html(graphql_ide="graphiql"))
        else:
            response = await self._respond(request)
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        kind = JSON
        try:
            kind = wanted_type(request)
            caller = await self._caller(request)
            asked = await asked_by(request)
            admitted = self.engine.admit(asked)
            _allow(request, kind, admitted, caller)
        except RefusedRequest as refused:
            return _refusal(refused, kind)
        context = Context(self.services, self._relay(request), caller)
        if kind == EVENTS:
            return events.respond(self.engine, asked, admitted, context)
        return Response(await self.engine.answer(asked, admitted, context), media_type=kind)

    async def _caller(self, request: Request) -> VerifiedCaller | None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if not scheme:
            return None
        if scheme.lower() != "bearer":
            raise RefusedRequest(error(UNAUTHENTICATED, Unauthenticated.title), status=Unauthenticated.status)
        return await verified(self.verifier, token.strip())

    def _relay(self, request: Request) -> Relay:
        request_id = request.scope.get("trellis.request_id", "")
        return relay(request_id, request.headers.get("authorization"), self.seconds)


async def verified(verifier: Verifier, token: str) -> VerifiedCaller:
    """Refuses early what every service would refuse; what a caller may see is decided there alone."""
    try:
        return await verifier.verify(token)
    except Unauthenticated as refused:
        raise RefusedRequest(error(UNAUTHENTICATED, refused.title), status=refused.status) from refused
    except Unavailable as outage:
        raise RefusedRequest(error(UPSTREAM_UNAVAILABLE, str(outage)), status=outage.status) from outage


def _allow(request: Request, kind: str, admitted: Admitted, caller: VerifiedCaller | None) -> None:
    operation = admitted.operation.operation
    if request.method == "GET" and operation is OperationType.MUTATION:
        raise RefusedRequest(error(BAD_INPUT, "Mutations come by POST"), status=405)
    if operation is OperationType.SUBSCRIPTION and kind != EVENTS:
        raise RefusedRequest(error(BAD_INPUT, f"Subscriptions answer as {EVENTS}, or over a websocket"), status=406)
    if caller is None and not admitted.compiled.public:
        raise RefusedRequest(error(UNAUTHENTICATED, Unauthenticated.title), status=Unauthenticated.status)


def _refusal(refused: RefusedRequest, kind: str) -> Response:
    """As GraphQL over HTTP has it, a client of plain JSON gets 200 where the request was well formed and its operation is not."""
    understood = isinstance(refused, RefusedOperation) and kind == JSON
    headers = Unauthenticated.headers if refused.status == Unauthenticated.status else {}
    return Response(
        orjson.dumps({"errors": refused.errors}),
        HTTPStatus.OK if understood else refused.status,
        headers,
        media_type=GRAPHQL if kind == EVENTS else kind,
    )


def _wants_page(request: Request) -> bool:
    return request.method == "GET" and "text/html" in request.headers.get("accept", "")
