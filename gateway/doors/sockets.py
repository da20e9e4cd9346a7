"""The graph over websockets: graphql-transport-ws, with the token in `connection_init`."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import orjson
import strawberry
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket
from strawberry.asgi import ASGIWebSocketAdapter, GraphQL
from strawberry.exceptions import ConnectionRejectionError
from strawberry.http.exceptions import NonJsonMessageReceived
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types.unset import UnsetType

from gateway.doors.http import verified
from gateway.errors import RefusedRequest
from gateway.execution.context import Context
from gateway.upstreams.relay import relay
from gateway.upstreams.services import Services
from kit.caller import Verifier

_MOST_OPERATIONS = 20
_PATIENCE = timedelta(seconds=10)


class _Adapter(ASGIWebSocketAdapter):
    """Passes on JSON objects only: a message of any other kind closes the connection, as the protocol has it."""

    async def iter_json(self, *, ignore_parsing_errors: bool = False) -> AsyncGenerator[object, None]:
        async for message in super().iter_json(ignore_parsing_errors=ignore_parsing_errors):
            if not _is_message(message):
                raise NonJsonMessageReceived
            yield message


class SocketDoor(GraphQL[Context, None]):
    """Strawberry's own door, whose HTTP side is not used. A page of a foreign origin is refused before it is heard."""

    websocket_adapter_class = _Adapter

    def __init__(
        self,
        schema: strawberry.Schema,
        services: Services,
        verifier: Verifier,
        *,
        seconds: float,
        origins: tuple[str, ...],
        most_bytes: int,
    ) -> None:
        super().__init__(
            schema,
            graphql_ide=None,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
            allowed_origins=origins,
            max_subscriptions_per_connection=_MOST_OPERATIONS,
            connection_init_wait_timeout=_PATIENCE,
        )
        self.services = services
        self.verifier = verifier
        self.seconds = seconds
        self.most_bytes = most_bytes

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:  # noqa: ARG002 - the library's signature
        return Context(self.services, relay("", None, self.seconds), None, {})

    async def on_ws_connect(self, context: Context) -> UnsetType:
        scheme, _, token = _authorization(context.connection_params or {}).partition(" ")
        if scheme.lower() != "bearer":
            raise ConnectionRejectionError
        try:
            context.caller = await verified(self.verifier, token.strip())
        except RefusedRequest as refused:
            raise ConnectionRejectionError from refused
        context.relay = relay("", f"Bearer {context.caller.token}", self.seconds)
        return UnsetType()

    def decode_json(self, data: str | bytes) -> object:
        if len(data) > self.most_bytes:
            raise NonJsonMessageReceived
        return orjson.loads(data)


def _authorization(params: dict[str, Any]) -> str:
    given = params.get("Authorization") or params.get("authorization") or ""
    return given if isinstance(given, str) else ""


def _is_message(message: object) -> bool:
    """The members that the protocol's handler takes for granted have the types that it expects."""
    if not isinstance(message, dict) or not isinstance(message.get("id", ""), str):
        return False
    if message.get("type") != "subscribe":
        return True
    asked = message.get("payload")
    return (
        isinstance(asked, dict)
        and isinstance(asked.get("query"), str)
        and isinstance(asked.get("variables"), dict | None)
        and isinstance(asked.get("operationName"), str | None)
    )
