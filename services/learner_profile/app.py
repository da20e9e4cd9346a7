"""The learner profile service."""

from pathlib import Path

from fastapi import FastAPI

from kit.app import assemble, with_database
from services.learner_profile.roster import routes as roster
from services.learner_profile.settings import Settings

MIGRATIONS = Path(__file__).parent / "migrations"


def create_app(settings: Settings | None = None) -> FastAPI:
    settings = settings or Settings()
    return assemble(
        settings,
        name="learner_profile",
        routers=[roster.routes],
        parts=[with_database(MIGRATIONS)],
    )
