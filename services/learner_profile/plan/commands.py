"""Propose, answer and close plans. Each locks the plan's row, so that of two at once the second sees the first.

How the caller stands to the learner is looked up before a repeated request is answered from memory: who has lost a right in the
meantime does not get the plan back by sending an old request again.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy import insert as plain_insert
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kit.idempotency import Attempt
from kit.problems import NotFound
from services.learner_profile.aims.queries import Standing, competencies_held, stand_to
from services.learner_profile.plan import queries
from services.learner_profile.plan.domain import state_after
from services.learner_profile.plan.errors import PartiesOnly, PlanClosed, StaleVersion, UnknownCompetency, UnknownGoal
from services.learner_profile.plan.models import Plan, PlanResponse, PlanVersion
from services.learner_profile.plan.schemas import PlanAnswerIn, PlanEndIn, PlanIn

_CLOSED = "CLOSED"
_LISTS = ("goal_ids", "competency_ids", "supports", "activities")


async def propose(session: AsyncSession, attempt: Attempt, given: PlanIn) -> UUID:
    """The id of the plan with its new version, to which nobody has agreed yet; what it says already makes none.

    Raises `NotFound`, `PartiesOnly`, `UnknownGoal`, `UnknownCompetency`, `StaleVersion` or `PlanClosed`.
    """
    standing = await _party(session, given.learner_id)
    return await attempt.once(session, lambda: _proposed(session, standing, given))


async def _proposed(session: AsyncSession, standing: Standing, given: PlanIn) -> UUID:
    await _refuse_unknown(session, given)
    is_new = given.version is None and await _began(session, given.learner_id)
    plan = await _locked(session, Plan.learner_id == given.learner_id, Plan.state != _CLOSED)
    if plan is None:
        raise PlanClosed
    if not is_new:
        if await _says(session, plan, given):
            return plan.id
        _refuse_stale(plan, given.version)
        plan.version += 1
        await _judge(session, plan, is_agreed=False)
    await _keep(session, plan, standing, given)
    return plan.id


async def _says(session: AsyncSession, plan: Plan, given: PlanIn) -> bool:
    """The version that stands says the same."""
    stands = await session.get_one(PlanVersion, (plan.district_id, plan.id, plan.version))
    return all(getattr(stands, name) == value for name, value in _content(given).items())


def _content(given: PlanIn) -> dict[str, Any]:
    lists = {name: list(getattr(given, name)) for name in _LISTS}
    return {"title": given.title, "review_on": given.review_on, **lists}


async def _keep(session: AsyncSession, plan: Plan, standing: Standing, given: PlanIn) -> None:
    kept = plain_insert(PlanVersion).values(
        district_id=plan.district_id,
        plan_id=plan.id,
        version=plan.version,
        **_content(given),
        proposed_as=standing.party,
        proposed_by=standing.person_id,
        proposed_at=func.trellis_now(),
    )
    await session.execute(kept)


async def respond(session: AsyncSession, attempt: Attempt, plan_id: UUID, given: PlanAnswerIn) -> UUID:
    """Agree or decline for oneself; raises `NotFound`, `PartiesOnly`, `StaleVersion` or `PlanClosed`."""
    standing = await _party_to_plan(session, plan_id)
    return await attempt.once(session, lambda: _answered(session, standing, plan_id, given))


async def _answered(session: AsyncSession, standing: Standing, plan_id: UUID, given: PlanAnswerIn) -> UUID:
    plan = await _open(session, plan_id, given.version)
    said = plain_insert(PlanResponse).values(
        district_id=plan.district_id,
        plan_id=plan.id,
        version=plan.version,
        person_id=standing.person_id,
        party=standing.party,
        decision=given.decision,
        recorded_at=func.trellis_now(),
    )
    await session.execute(said)
    missing = await queries.missing_approvals(session, plan.id)
    await _judge(session, plan, is_agreed=not missing)
    return plan.id


async def close(session: AsyncSession, plan_id: UUID, given: PlanEndIn) -> None:
    """End the plan, which stays as it was; again changes nothing. Raises `NotFound`, `PartiesOnly` or `StaleVersion`."""
    await _party_to_plan(session, plan_id)
    plan = await _locked(session, Plan.id == plan_id)
    if plan is None:
        raise NotFound
    _refuse_stale(plan, given.version)
    if plan.state != _CLOSED:
        plan.state, plan.changed_at = _CLOSED, await _now(session)
        await session.flush()


async def _party(session: AsyncSession, learner_id: UUID) -> Standing:
    standing = await stand_to(session, learner_id)
    if standing.party is None:
        raise PartiesOnly
    return standing


async def _party_to_plan(session: AsyncSession, plan_id: UUID) -> Standing:
    wanted = select(Plan.learner_id).where(Plan.district_id == func.trellis_district(), Plan.id == plan_id)
    learner_id = (await session.execute(wanted)).scalar_one_or_none()
    if learner_id is None:
        raise NotFound
    return await _party(session, learner_id)


async def _refuse_unknown(session: AsyncSession, given: PlanIn) -> None:
    if not await queries.goals_shown(session, given.learner_id, given.goal_ids):
        raise UnknownGoal
    if not await competencies_held(session, given.competency_ids):
        raise UnknownCompetency


async def _began(session: AsyncSession, learner_id: UUID) -> bool:
    """Whether this makes the learner's plan; where one is open, that one stands."""
    made = insert(Plan).values(
        district_id=func.trellis_district(),
        learner_id=learner_id,
        state="PROPOSED",
        recorded_at=func.trellis_now(),
        changed_at=func.trellis_now(),
    )
    return (await session.execute(made.on_conflict_do_nothing().returning(Plan.id))).first() is not None


async def _open(session: AsyncSession, plan_id: UUID, version: int) -> Plan:
    plan = await _locked(session, Plan.id == plan_id)
    if plan is None or plan.state == _CLOSED:
        raise PlanClosed
    _refuse_stale(plan, version)
    return plan


async def _locked(session: AsyncSession, *which: Any) -> Plan | None:  # noqa: ANN401 - conditions in SQL
    wanted = select(Plan).where(Plan.district_id == func.trellis_district(), *which).with_for_update()
    return (await session.scalars(wanted)).one_or_none()


def _refuse_stale(plan: Plan, version: int | None) -> None:
    if version != plan.version:
        raise StaleVersion(current=plan.version)


async def _judge(session: AsyncSession, plan: Plan, *, is_agreed: bool) -> None:
    if is_agreed:
        plan.agreed_version = plan.version
    was_agreed = plan.agreed_version is not None
    plan.state = state_after(is_agreed, was_agreed)
    plan.changed_at = await _now(session)
    await session.flush()


async def _now(session: AsyncSession) -> Any:  # noqa: ANN401 - an aware datetime
    return (await session.execute(select(func.trellis_now()))).scalar_one()
