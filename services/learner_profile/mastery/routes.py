"""Live changes of a learner's evidence and mastery, for the gateway."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse

from kit.database import Reads
from services.learner_profile.access import Reader
from services.learner_profile.mastery.queries import changes

routes = APIRouter(prefix="/graph", tags=["graph"])


@routes.get("/learners/{learner_id}/changes", response_class=StreamingResponse)
async def get_changes(
    learner_id: UUID,
    request: Request,
    database: Reads,
    caller: Reader,
    after: Annotated[str | None, Query(max_length=4000)] = None,
) -> StreamingResponse:
    """Server-sent events `{"cursor", "kind": "EvidenceRecorded" | "MasteryChanged", "evidence" | "mastery"}`."""
    begin = await changes.cursor_at(database, caller, learner_id, after)
    stream = changes.changes(database, request.app.state.tail, caller, learner_id, begin)
    return StreamingResponse(stream, media_type="text/event-stream", headers={"Cache-Control": "no-store"})
