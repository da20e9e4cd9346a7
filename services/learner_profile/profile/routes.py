"""Doors of the profile: batches of systems, what people say, and definitions of assessments."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, status

from kit.caller import Caller, Person, VerifiedCaller
from kit.database import Session
from kit.problems import Forbidden, InsufficientScope
from services.learner_profile.profile import commands
from services.learner_profile.profile.models import Assessment, ProfileEntry
from services.learner_profile.profile.schemas import (
    AssessmentIn,
    AssessmentOut,
    EntriesIn,
    EntriesReport,
    EntryOut,
    Kind,
    Name,
    OwnEntryIn,
)

PUSH = "urn:trellis:scope:profile.push"

routes = APIRouter(prefix="/v1", tags=["profile"])


async def _pusher(caller: Caller) -> VerifiedCaller:
    if caller.person_id is not None:
        raise Forbidden
    return _scoped(caller)


async def _definer(caller: Caller) -> VerifiedCaller:
    return caller if caller.person_id else _scoped(caller)


def _scoped(caller: VerifiedCaller) -> VerifiedCaller:
    if PUSH not in caller.scopes:
        raise InsufficientScope(scopes=[PUSH])
    return caller


Pusher = Annotated[VerifiedCaller, Depends(_pusher)]
"""A system that tells profiles."""
Definer = Annotated[VerifiedCaller, Depends(_definer)]
"""A person, whose role the command asks for, or such a system."""


@routes.post("/profile/entries")
async def post_entries(given: EntriesIn, session: Session, caller: Pusher) -> EntriesReport:
    return await commands.take_entries(session, caller, given)


@routes.delete("/profile/entries/{kind}/{source_record_id}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_entry(kind: Kind, source_record_id: Annotated[Name, Path()], session: Session, caller: Pusher) -> None:
    await commands.withdraw_entry(session, caller, kind, source_record_id)


@routes.put("/learners/{learner_id}/profile/{record_id}", response_model=EntryOut)
async def put_own_entry(
    learner_id: UUID, record_id: UUID, given: OwnEntryIn, session: Session, caller: Person
) -> ProfileEntry:
    return await commands.say(session, caller, learner_id, record_id, given)


@routes.delete("/learners/{learner_id}/profile/{kind}/{record_id}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_own_entry(learner_id: UUID, kind: Kind, record_id: UUID, session: Session, caller: Person) -> None:
    await commands.take_back(session, caller, learner_id, kind, record_id)


@routes.put("/assessments/{identifier}", response_model=AssessmentOut)
async def put_assessment(
    identifier: Annotated[Name, Path()], given: AssessmentIn, session: Session, _: Definer
) -> Assessment:
    return await commands.define_assessment(session, identifier, given)
