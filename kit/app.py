"""How a process is put together; a service's own `app.py` only names its parts."""

import gc
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI

from kit import clock, health, limits, problems, telemetry
from kit.caller import Verifier
from kit.settings import Settings

Part = Callable[[FastAPI], Any]
"""Opens something for the life of the process: `async with part(app)`."""


def assemble(
    settings: Settings,
    *,
    name: str,
    routers: Sequence[APIRouter],
    parts: Sequence[Part] = (),
    streamed: frozenset[tuple[str, str]] = frozenset(),
) -> FastAPI:
    """An application with what every process has: bounded bodies, problems, request ids, metrics, probes, a clock.

    `streamed` names the (method, path) doors that bound their own bodies.
    """
    app = FastAPI(title=f"Trellis {name}", version="1", lifespan=_lifespan(parts), docs_url="/docs", redoc_url=None)
    app.state.settings = settings
    app.state.clock = clock.Clock()
    app.state.verifier = Verifier(settings)
    app.state.readiness = {}
    problems.install(app)
    for router in routers:
        app.include_router(router)
    if settings.environment != "production":
        app.include_router(clock.dev_routes)
    app.add_route("/livez", health.livez, include_in_schema=False)
    app.add_route("/readyz", health.readyz, include_in_schema=False)
    app.add_route("/metrics", telemetry.metrics, include_in_schema=False)
    app.add_middleware(limits.BodyLimit, most=settings.max_body_bytes, exempt=streamed)
    app.add_middleware(telemetry.Telemetry, service=name)
    telemetry.configure(settings, name)
    return app


def _lifespan(parts: Sequence[Part]) -> Callable[[FastAPI], Any]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for part in parts:
                await stack.enter_async_context(part(app))
            _spare_what_stays()
            yield

    return lifespan


def _spare_what_stays() -> None:
    """Keep the garbage collector from walking through all that was imported and set up, for it lives as long as we do."""
    gc.collect()
    gc.freeze()
