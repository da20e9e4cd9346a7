"""The doors of the standards that report activity, and our own for what maps it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI

from services.learner_profile.activity.commands.store import received_by
from services.learner_profile.activity.routes import ags, caliper, mappings, xapi

routes = APIRouter()
for _door in (caliper, xapi, ags, mappings):
    routes.include_router(_door.routes)


@asynccontextmanager
async def gathering(app: FastAPI) -> AsyncIterator[None]:
    """Gathers small posts for the life of the process; what was taken is committed before it ends."""
    app.state.received = received_by(app.state.database)
    yield
    await app.state.received.drain()
