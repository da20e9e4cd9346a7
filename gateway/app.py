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
_IDLE_SECONDS = 3.0
"""Shorter than a service keeps an idle connection, so that a call seldom meets one that is being closed."""


def create_app(
    settings: Settings | None = None,
    *,
    transports: Mapping[str, httpx.AsyncBaseTransport] | None = None,
    engine: Engine | None = None,
) -> FastAPI:
    """`transports` reach the services in some other way than the network; gateways in one process may share an `engine`."""
    settings = settings or Settings()
    services = _services(settings, transports or {})

    @asynccontextmanager
    async def upstreams(_: FastAPI) -> AsyncIterator[None]:
        yield
        for service in services.by_name.values():
            await service.transport.aclose()

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


def _services(settings: Settings, transports: Mapping[str, httpx.AsyncBaseTransport]) -> Services:
    addresses = {
        LEARNER_PROFILE: settings.learner_profile_url,
        COHORT: settings.cohort_url,
        MARKETPLACE: settings.marketplace_url,
    }
    return Services(
        {
            name: Service(name, httpx.URL(address), transports.get(name) or _transport(settings))
            for name, address in addresses.items()
        }
    )


def _transport(settings: Settings) -> AiohttpTransport:
    most = settings.connections_to_a_service
    limits = httpx.Limits(max_connections=most, max_keepalive_connections=most, keepalive_expiry=_IDLE_SECONDS)
    return AiohttpTransport(limits=limits, trust_env=False)
