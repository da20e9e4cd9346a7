"""The ledger's door."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from kit.caller import Caller, VerifiedCaller
from kit.database import Session
from kit.idempotency import Repeatable
from kit.problems import InsufficientScope
from services.learner_profile.evidence import commands, queries
from services.learner_profile.evidence.schemas import EvidenceIn

RECORD = "urn:trellis:scope:evidence.record"

routes = APIRouter(tags=["evidence"])


async def _recorder(caller: Caller) -> VerifiedCaller:
    if caller.person_id is None and RECORD not in caller.scopes:
        raise InsufficientScope(scopes=[RECORD])
    return caller


Recorder = Annotated[VerifiedCaller, Depends(_recorder)]
"""A person, or a system with the scope to record evidence."""


@routes.post("/v1/evidence", status_code=201, description=EvidenceIn.__doc__)
async def post_evidence(given: EvidenceIn, session: Session, caller: Recorder, attempt: Repeatable) -> Response:
    recorded = await commands.record_evidence(session, caller, attempt, given)
    return Response(await queries.one(session, recorded), 201, media_type="application/json")
