"""The token endpoint, what it publishes about itself, and the doors for a district's own clients."""

from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

import httpx
import orjson
import structlog
from fastapi import APIRouter, Depends, FastAPI, Request, Response, status
from fastapi.routing import APIRoute

from kit.caller import Person
from kit.database import Session
from kit.idempotency import Repeatable
from kit.problems import Problem
from services.learner_profile.identity.commands import clients, grants
from services.learner_profile.identity.commands.clients import NewSecret
from services.learner_profile.identity.commands.grants import TokenDoor
from services.learner_profile.identity.commands.provider_keys import ProviderKeys
from services.learner_profile.identity.domain.keys import read_keys
from services.learner_profile.identity.domain.refusals import TokenRefusal
from services.learner_profile.identity.domain.requests import TokenRequest, read_request
from services.learner_profile.identity.models import AuditEntry, Client
from services.learner_profile.identity.schemas import (
    AuditEntryOut,
    ClientId,
    ClientOut,
    MetadataOut,
    NewSecretOut,
    RefusalOut,
    TokenOut,
)
from services.learner_profile.settings import Settings

_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_KEYS_MAY_BE_KEPT = {"Cache-Control": "public, max-age=60"}
_log = structlog.get_logger("identity")
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


@asynccontextmanager
async def token_door(app: FastAPI) -> AsyncIterator[None]:
    """Opens the token door of a process: its signing keys, and a client for the keys of the districts' providers."""
    settings: Settings = app.state.settings
    keys = read_keys(settings.signing_keys.get_secret_value())
    async with httpx.AsyncClient(follow_redirects=False) as http:
        providers = ProviderKeys(http, plain_http=settings.environment != "production")
        app.state.token_door = TokenDoor(settings.origin, app.state.database, keys, providers)
        app.state.verifier.fetch = _own_keys(keys.published)
        yield


def _own_keys(published: bytes) -> Callable[[], Coroutine[Any, Any, bytes]]:
    """The others fetch the keys from this service; it need not ask itself over the network."""

    async def fetch() -> bytes:
        return published

    return fetch


class _OAuthRoute(APIRoute):
    """Answers a refusal as OAuth's clients read it, and lets nobody store what it answers."""

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                response = await handle(request)
            except TokenRefusal as refused:
                _log.info("token_refused", error=refused.error, reason=refused.reason)
                response = _refusal(refused.document(), refused.status, refused.headers)
            except Problem as problem:
                described = {"error": "temporarily_unavailable", "error_description": problem.title}
                response = _refusal(described, problem.status, problem.headers)
            response.headers.update(_NO_STORE)
            return response

        return answer


def _refusal(document: dict[str, str], status_code: int, headers: dict[str, str]) -> Response:
    return Response(orjson.dumps(document), status_code, headers, media_type="application/json")


_token_routes = APIRouter(route_class=_OAuthRoute, tags=["identity"])
_routes = APIRouter(tags=["identity"])


def _door(request: Request) -> TokenDoor:
    door: TokenDoor = request.app.state.token_door
    return door


async def _token_request(request: Request) -> TokenRequest:
    authorization = request.headers.getlist("authorization")
    return read_request(request.headers.get("content-type", ""), await request.body(), authorization)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _wall_clock() -> datetime:
    """Tokens live by the machine's own clock, which development cannot move: every service has to agree on it."""
    return datetime.now(UTC)


Door = Annotated[TokenDoor, Depends(_door)]
_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "required": ["grant_type"],
                    "properties": {
                        "grant_type": {"type": "string", "enum": [grants.CLIENT_CREDENTIALS, grants.TOKEN_EXCHANGE]},
                        "scope": {"type": "string"},
                        "client_id": {"type": "string"},
                        "client_secret": {"type": "string"},
                        "subject_token": {"type": "string"},
                        "subject_token_type": {"type": "string"},
                        "requested_token_type": {"type": "string"},
                        "audience": {"type": "string"},
                        "resource": {"type": "string"},
                    },
                }
            }
        },
    }
}
_REFUSALS: dict[int | str, dict[str, Any]] = {code: {"model": RefusalOut} for code in (400, 401, 429, 503)}


@_token_routes.post(
    "/oauth2/token",
    response_model_exclude_none=True,
    responses=_REFUSALS,
    openapi_extra=_FORM,
)
async def post_token(
    door: Door,
    token_request: Annotated[TokenRequest, Depends(_token_request)],
    address: Annotated[str, Depends(_address)],
    now: Annotated[datetime, Depends(_wall_clock)],
) -> TokenOut:
    granted = await grants.grant(door, token_request, address, now)
    return TokenOut(**asdict(granted), token_type="Bearer")  # noqa: S106 - the type's name


@_routes.get("/.well-known/jwks.json", response_class=Response, responses={200: {"content": {"application/json": {}}}})
async def get_jwks(door: Door) -> Response:
    return Response(door.keys.published, headers=_KEYS_MAY_BE_KEPT, media_type="application/json")


@_routes.get("/.well-known/oauth-authorization-server")
async def get_metadata(door: Door) -> MetadataOut:
    return MetadataOut(
        issuer=door.origin,
        token_endpoint=f"{door.origin}/oauth2/token",
        jwks_uri=f"{door.origin}/.well-known/jwks.json",
        response_types_supported=[],
        grant_types_supported=[grants.CLIENT_CREDENTIALS, grants.TOKEN_EXCHANGE],
        token_endpoint_auth_methods_supported=["client_secret_basic", "client_secret_post", "none"],
    )


@_routes.get("/v1/clients", response_model=list[ClientOut])
async def get_clients(session: Session, _: Person) -> Sequence[Client]:
    return await clients.list_clients(session)


@_routes.get("/v1/clients/{client_id}/audit", response_model=list[AuditEntryOut])
async def get_client_audit(client_id: ClientId, session: Session, _: Person) -> Sequence[AuditEntry]:
    return await clients.list_audit(session, client_id)


@_routes.post("/v1/clients/{client_id}/secrets", response_model=NewSecretOut, status_code=status.HTTP_201_CREATED)
async def post_secret(
    client_id: ClientId, session: Session, caller: Person, attempt: Repeatable, response: Response
) -> NewSecret:
    response.headers.update(_NO_STORE)
    return await clients.replace_secret(session, caller, attempt, client_id)


@_routes.delete("/v1/clients/{client_id}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_client(client_id: ClientId, session: Session, caller: Person) -> None:
    await clients.revoke_client(session, caller, client_id)


routes = APIRouter()
routes.include_router(_token_routes)
routes.include_router(_routes)
