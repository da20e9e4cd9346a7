"""The marketplace service."""

from pathlib import Path

from fastapi import FastAPI

from kit import inbox
from kit.app import assemble
from kit.service import with_database
from services.marketplace import events
from services.marketplace.catalog import routes as catalog
from services.marketplace.graph import routes as graph
from services.marketplace.settings import Settings

MIGRATIONS = Path(__file__).parent / "migrations"


def create_app(settings: Settings | None = None) -> FastAPI:
    return assemble(
        settings or Settings(),
        name="marketplace",
        routers=[catalog.routes, graph.routes, inbox.routes(events.HEARD)],
        parts=[with_database(MIGRATIONS)],
        streamed=frozenset({inbox.DOOR}),
    )
