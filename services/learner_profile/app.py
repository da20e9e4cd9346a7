"""The learner profile service."""

from pathlib import Path

from fastapi import FastAPI

from kit.app import assemble, with_database
from services.learner_profile.graph import routes as graph
from services.learner_profile.identity import routes as identity
from services.learner_profile.oneroster import errors as oneroster_errors
from services.learner_profile.oneroster import routes as oneroster
from services.learner_profile.roster import routes as roster
from services.learner_profile.settings import Settings

MIGRATIONS = Path(__file__).parent / "migrations"


def create_app(settings: Settings | None = None) -> FastAPI:
    settings = settings or Settings()
    app = assemble(
        settings,
        name="learner_profile",
        routers=[identity.routes, roster.routes, graph.routes, oneroster.routes],
        parts=[with_database(MIGRATIONS), identity.token_door],
    )
    oneroster_errors.install(app)
    return app
