"""The gateway: one graph over all services."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI
from httpx_aiohttp import AiohttpTransport
from starlette.routing import Route, WebSocketRoute

from gateway.doors.http import HttpDoor
from gateway.doors.sockets import SocketDoor
from gateway.execution.engine import Engine
from gateway.schema import build_engine
from gateway.settings import Settings
from gateway.types.sources import COHORT, LEARNER_PROFILE, MARKETPLACE
from gateway.upstreams.services import Service, Services
from kit.app import assemble

PATH = "/graphql"


def create_app(
    settings: Settings | None = None,
    *,
    clients: Mapping[str, httpx.AsyncClient] | None = None,
    engine: Engine | None = None,
) -> FastAPI:
    """`clients` stand in for those that the settings' addresses would make; processes that start many gateways share an `engine`."""
    settings = settings or Settings()
    services = Services({name: Service(name, client) for name, client in (clients or _clients(settings)).items()})

    @asynccontextmanager
    async def upstreams(_: FastAPI) -> AsyncIterator[None]:
        yield
        for service in services.by_name.values():
            await service.client.aclose()

    app = assemble(settings, name="gateway", routers=[], parts=[upstreams])
    engine, verifier = engine or build_engine(), app.state.verifier
    app.state.engine, app.state.services = engine, services
    door = HttpDoor(
        engine,
        services,
        verifier,
        path=PATH,
        seconds=settings.request_seconds,
        with_graphiql=settings.environment == "development",
    )
    sockets = SocketDoor(
        engine.schema,
        services,
        verifier,
        seconds=settings.request_seconds,
        origins=(settings.origin, *settings.allowed_origins),
        most_bytes=settings.max_body_bytes,
    )
    app.router.routes += [Route(PATH, door), WebSocketRoute(PATH, sockets)]
    return app


def _clients(settings: Settings) -> dict[str, httpx.AsyncClient]:
    addresses = {
        LEARNER_PROFILE: settings.learner_profile_url,
        COHORT: settings.cohort_url,
        MARKETPLACE: settings.marketplace_url,
    }
    return {name: _client(settings, address) for name, address in addresses.items()}


def _client(settings: Settings, address: str) -> httpx.AsyncClient:
    most = settings.connections_to_a_service
    limits = httpx.Limits(max_connections=most, max_keepalive_connections=most)
    transport = AiohttpTransport(limits=limits, trust_env=False)
    return httpx.AsyncClient(base_url=address, transport=transport, timeout=settings.request_seconds)
