"""The learner profile service."""

from pathlib import Path

from fastapi import FastAPI

from kit.app import assemble
from kit.service import with_database
from kit.tail import following
from services.learner_profile.activity import routes as activity
from services.learner_profile.aims import routes as aims
from services.learner_profile.competency import routes as competency
from services.learner_profile.day import routes as day
from services.learner_profile.demonstration import routes as demonstration
from services.learner_profile.evidence import routes as evidence
from services.learner_profile.gradebook import routes as gradebook
from services.learner_profile.graph import routes as graph
from services.learner_profile.identity import routes as identity
from services.learner_profile.insight import routes as insight
from services.learner_profile.intake import routes as intake
from services.learner_profile.mastery import routes as mastery
from services.learner_profile.oneroster import errors as oneroster_errors
from services.learner_profile.oneroster import routes as oneroster
from services.learner_profile.plan import routes as plan
from services.learner_profile.privacy import routes as privacy
from services.learner_profile.privacy.commands import disclosing
from services.learner_profile.profile import routes as profile
from services.learner_profile.roster import routes as roster
from services.learner_profile.settings import Settings

MIGRATIONS = Path(__file__).parent / "migrations"


def create_app(settings: Settings | None = None) -> FastAPI:
    settings = settings or Settings()
    app = assemble(
        settings,
        name="learner_profile",
        routers=[
            identity.routes,
            roster.routes,
            intake.routes,
            graph.routes,
            oneroster.routes,
            competency.routes,
            evidence.routes,
            gradebook.routes,
            activity.routes,
            mastery.routes,
            aims.routes,
            day.routes,
            demonstration.routes,
            insight.routes,
            privacy.routes,
            profile.routes,
            plan.routes,
            plan.graph_routes,
        ],
        parts=[with_database(MIGRATIONS), activity.gathering, disclosing, following, identity.token_door],
        streamed=competency.STREAMED | intake.STREAMED,
    )
    oneroster_errors.install(app)
    return app
