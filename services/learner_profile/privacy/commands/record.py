"""The whole record is shown to nobody before that is logged."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kit.caller import VerifiedCaller
from services.learner_profile.privacy.commands.log import Shown, log_shown
from services.learner_profile.privacy.queries.record import require_inspectable


async def disclose_record(session: AsyncSession, caller: VerifiedCaller, learner_id: UUID, now: datetime) -> None:
    """Log that a person is about to be shown everything of this learner; raises `NotFound` for who may not see it."""
    await require_inspectable(session, learner_id)
    assert caller.person_id is not None  # noqa: S101 - the door lets people in; this tells the type checker
    await log_shown(session, [Shown(learner_id, caller.person_id, ["record"], now)])
