"""The marketplace service."""

from pathlib import Path

from fastapi import FastAPI

from kit.app import assemble, with_database
from services.marketplace.settings import Settings

MIGRATIONS = Path(__file__).parent / "migrations"


def create_app(settings: Settings | None = None) -> FastAPI:
    settings = settings or Settings()
    return assemble(settings, name="marketplace", routers=[], parts=[with_database(MIGRATIONS)])
