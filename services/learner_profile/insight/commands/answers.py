"""What people answer: to an alert, on whether a learner goes on, by when a class should be there, and when to be alerted."""

from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.caller import VerifiedCaller
from kit.idempotency import Attempt
from kit.problems import Forbidden, NotFound
from services.learner_profile.access import decides_for, require_role, visible_learner, works_with
from services.learner_profile.insight import queries
from services.learner_profile.insight.commands.pace import refresh_pace
from services.learner_profile.insight.errors import NotEligible, NoteNeeded, NotYoursToDecide, UnknownCompetency
from services.learner_profile.insight.models import AdvanceDecision, Alert
from services.learner_profile.insight.schemas import AdvanceIn, AlertAnswerIn, PaceTargetIn, RuleIn


async def answer_alert(session: AsyncSession, caller: VerifiedCaller, alert_id: UUID, given: AlertAnswerIn) -> UUID:
    """Note that an alert was seen, acted on or dismissed; raises `NotFound` for one that is over or not the caller's."""
    alert = (await session.scalars(select(Alert).where(Alert.id == alert_id).with_for_update())).one_or_none()
    if alert is None or alert.state == "expired":
        raise NotFound
    if not await queries.stands(session, alert.learner_id, works_with):
        raise NotFound
    alert.state, alert.note = given.state.lower(), given.note
    alert.answered_by = caller.person_id
    alert.answered_at = (await session.execute(select(func.trellis_now()))).scalar_one()
    await session.flush()
    return alert.id


async def decide_advance(
    session: AsyncSession, caller: VerifiedCaller, attempt: Attempt, learner_id: UUID, given: AdvanceIn
) -> UUID:
    """Record the decision; raises `NotFound`, `NotYoursToDecide`, `UnknownCompetency`, `NotEligible` or `NoteNeeded`."""
    return await attempt.once(session, lambda: _decide(session, caller, learner_id, given))


async def _decide(session: AsyncSession, caller: VerifiedCaller, learner_id: UUID, given: AdvanceIn) -> UUID:
    if not await queries.stands(session, learner_id, visible_learner):
        raise NotFound
    if caller.person_id is None or not await queries.stands(session, learner_id, decides_for):
        raise NotYoursToDecide
    state = await queries.state_of(session, learner_id, given.competency_id)
    if state is None:
        raise UnknownCompetency
    if given.decision == "ADVANCED" and state != "MASTERED":
        raise NotEligible
    if given.decision == "OVERRIDDEN" and not given.note:
        raise NoteNeeded
    decision = AdvanceDecision(
        district_id=caller.district_id,
        learner_id=learner_id,
        competency_id=given.competency_id,
        decision=given.decision.lower(),
        note=given.note,
        decided_by=caller.person_id,
        decided_at=(await session.execute(select(func.trellis_now()))).scalar_one(),
    )
    session.add(decision)
    await session.flush()
    return decision.id


async def set_pace_target(
    session: AsyncSession, caller: VerifiedCaller, class_id: UUID, competency_id: UUID, given: PaceTargetIn
) -> None:
    """Set the day by which the class is to be there, and its learners' pace by it; raises `NotFound`, `Forbidden`."""
    if not await queries.sees_class(session, class_id):
        raise NotFound
    if not await queries.leads_class(session, class_id):
        raise Forbidden
    if not await queries.is_competency(session, competency_id):
        raise UnknownCompetency
    target = {"class": class_id, "competency": competency_id, "due": given.due_on, "by": str(caller.person_id)}
    await session.execute(_TARGET, target)
    await refresh_pace(session, [(learner, competency_id) for learner in await queries.members(session, class_id)])


async def set_rule(session: AsyncSession, kind: str, given: RuleIn) -> None:
    """Change when the district's staff are alerted, from the next day's figures on."""
    await require_role(session, "district_leader", "data_steward")
    await session.execute(_RULE, {"kind": kind, "enabled": given.is_enabled, "days": given.after_days})


_TARGET = text("""
insert into pace_target (district_id, class_id, competency_id, due_on, set_by, recorded_at)
values (trellis_district(), :class, :competency, :due, :by, trellis_now())
on conflict (district_id, class_id, competency_id) do update
  set due_on = excluded.due_on, set_by = excluded.set_by, recorded_at = excluded.recorded_at""")

_RULE = text("""
insert into alert_rule (district_id, kind, is_enabled, after_days, recorded_at)
values (trellis_district(), :kind, :enabled, :days, trellis_now())
on conflict (district_id, kind) do update
  set is_enabled = excluded.is_enabled, after_days = excluded.after_days, recorded_at = excluded.recorded_at""")
