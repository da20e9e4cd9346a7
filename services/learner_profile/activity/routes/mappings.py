"""What maps a source's objects and actors, and what still waits for it."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response

from kit.caller import VerifiedCaller, people_or
from kit.database import Session
from services.learner_profile.activity import commands
from services.learner_profile.activity.models import ActivityMapping
from services.learner_profile.activity.queries import waiting as reads
from services.learner_profile.activity.schemas.mappings import MappingIn, MappingOut, MappingPage, WaitingPage

MAP: Final = "urn:trellis:scope:activity.map"
_MAPPER: Any = people_or(MAP)

routes = APIRouter(prefix="/v1/activity", tags=["activity"])
Source = Annotated[str | None, Query(max_length=255, pattern="^[^\\x00]*$")]


@routes.get("/mappings", response_model=MappingPage)
async def get_mappings(
    session: Session,
    caller: VerifiedCaller = _MAPPER,
    source: Source = None,
    first: Annotated[int, Query(ge=1, le=1000)] = 100,
    after: UUID | None = None,
) -> Any:  # noqa: ANN401 - the response model chooses
    """The active mappings by id; a system sees those of its own source."""
    return {"mappings": await reads.mappings(session, caller, source, first=first, after=after)}


@routes.get("/mappings/{mapping_id}", response_model=MappingOut)
async def get_mapping(mapping_id: UUID, session: Session, caller: VerifiedCaller = _MAPPER) -> ActivityMapping:
    return await reads.mapping(session, caller, mapping_id)


@routes.put("/mappings/{mapping_id}", response_model=MappingOut, description=MappingIn.__doc__)
async def put_mapping(
    mapping_id: UUID, given: MappingIn, session: Session, caller: VerifiedCaller = _MAPPER
) -> ActivityMapping:
    return await commands.put_mapping(session, caller, mapping_id, given)


@routes.delete("/mappings/{mapping_id}", status_code=204)
async def delete_mapping(mapping_id: UUID, session: Session, caller: VerifiedCaller = _MAPPER) -> Response:
    await commands.withdraw_mapping(session, caller, mapping_id)
    return Response(status_code=204)


@routes.get("/waiting", response_model=WaitingPage)
async def get_waiting(
    session: Session,
    caller: VerifiedCaller = _MAPPER,
    source: Source = None,
    first: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Any:  # noqa: ANN401 - the response model chooses
    """What observations wait for: the learner, the competency, or the bounds of the score; the most frequent first."""
    return await reads.waiting(session, caller, source, first=first)
