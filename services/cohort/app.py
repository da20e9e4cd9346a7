"""The cohort service."""

from pathlib import Path

from fastapi import FastAPI

from kit import inbox
from kit.app import assemble
from kit.service import with_database
from services.cohort import events
from services.cohort.graph import routes as graph
from services.cohort.program import routes as program
from services.cohort.settings import Settings

MIGRATIONS = Path(__file__).parent / "migrations"


def create_app(settings: Settings | None = None) -> FastAPI:
    return assemble(
        settings or Settings(),
        name="cohort",
        routers=[program.routes, graph.routes, inbox.routes(events.HEARD)],
        parts=[with_database(MIGRATIONS)],
        streamed=frozenset({inbox.DOOR}),
    )
