"""What people say of a learner to whom they stand, each under an id of the client's own choosing."""

from collections.abc import Set as AbstractSet
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kit.caller import VerifiedCaller
from kit.problems import NotFound
from services.learner_profile.profile import queries
from services.learner_profile.profile.commands.ledger import Told, enter, record
from services.learner_profile.profile.domain import Party, may_move, may_tell, rater_of
from services.learner_profile.profile.errors import IllegalMove, NotYoursToSay
from services.learner_profile.profile.models import ProfileEntry
from services.learner_profile.profile.schemas import OwnEntryIn

SHARED: Final = frozenset({"MILESTONE", "EXPERIENCE"})
"""Kinds that the learner and the counselor tell together: whoever speaks corrects what the other said."""
_TOGETHER: Final = "people"


async def say(
    session: AsyncSession, caller: VerifiedCaller, learner_id: UUID, record_id: UUID, given: OwnEntryIn
) -> ProfileEntry:
    """Record what the caller says under this name; raises `NotFound`, `NotYoursToSay` and `IllegalMove`."""
    parties = await queries.parties_of(session, learner_id)
    if not parties:
        raise NotFound
    kind = given.content.kind
    content = given.content.model_dump(mode="json", by_alias=True, exclude={"kind"})
    if not may_tell(parties, kind, content):
        raise NotYoursToSay
    if kind == "SKILL_RATING":
        content["rater"] = rater_of(parties)
    told = Told(learner_id, kind, _source(caller, kind), _name(learner_id, record_id), given.occurred_at, content)
    if kind in SHARED:
        await _refuse_illegal_moves(session, parties, told)
    await record(session, [told])
    return await queries.standing_entry(session, told.source, told.kind, told.source_record_id)


async def take_back(
    session: AsyncSession, caller: VerifiedCaller, learner_id: UUID, kind: str, record_id: UUID
) -> None:
    """Withdraw what the caller said alone; raises `NotFound` where there is nothing of the caller's that stands."""
    source, name = f"person:{caller.person_id}", _name(learner_id, record_id)
    if await queries.learner_told_of(session, source, kind, name) is None:
        raise NotFound
    await record(session, [Told(learner_id, kind, source, name, None, None)])


async def _refuse_illegal_moves(session: AsyncSession, parties: AbstractSet[Party], told: Told) -> None:
    await enter(session, told.source)
    held = await queries.content_of(session, told.source, told.kind, told.source_record_id)
    if not may_move(parties, (held or {}).get("state"), (told.content or {}).get("state")):
        raise IllegalMove


def _source(caller: VerifiedCaller, kind: str) -> str:
    return _TOGETHER if kind in SHARED else f"person:{caller.person_id}"


def _name(learner_id: UUID, record_id: UUID) -> str:
    """The same name for another learner is another entry."""
    return f"{learner_id}/{record_id}"
