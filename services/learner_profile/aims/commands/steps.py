"""Record what somebody decided about a next step."""

from uuid import UUID

from sqlalchemy import func, insert
from sqlalchemy.ext.asyncio import AsyncSession

from kit.idempotency import Attempt
from services.learner_profile.aims import queries
from services.learner_profile.aims.errors import NoSuchStep, NotAParty
from services.learner_profile.aims.models import StepDecision
from services.learner_profile.aims.schemas import StepDecisionIn


async def decide_step(session: AsyncSession, attempt: Attempt, given: StepDecisionIn) -> UUID:
    """The id of the decision; raises `NotFound`, `NotAParty` or `NoSuchStep`."""
    return await attempt.once(session, lambda: _decide(session, given))


async def _decide(session: AsyncSession, given: StepDecisionIn) -> UUID:
    standing = await queries.stand_to(session, given.learner_id)
    if standing.party is None:
        raise NotAParty
    stood_on = await queries.is_step(session, given.learner_id, given.competency_id)
    if stood_on is None:
        raise NoSuchStep
    made = insert(StepDecision).values(
        district_id=func.trellis_district(),
        **given.model_dump(),
        party=standing.party,
        person_id=standing.person_id,
        stood_on=stood_on,
        recorded_at=func.trellis_now(),
    )
    decision_id: UUID = (await session.execute(made.returning(StepDecision.id))).scalar_one()
    return decision_id
