"""Set, answer, check and drop goals. Each locks the goal's row first, so that of two at once the second sees the first."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy import insert as plain_insert
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncSession

from kit.problems import BadInput, NotFound
from services.learner_profile import access
from services.learner_profile.aims import queries
from services.learner_profile.aims.domain import CLOSED, RUNNING, after_check_in, after_responses, progress
from services.learner_profile.aims.errors import (
    GoalClosed,
    GoalNotRunning,
    NameTaken,
    NotAParty,
    NotProposed,
    NotYourGoal,
    StaleVersion,
    UnknownCompetency,
)
from services.learner_profile.aims.models import Goal, GoalCheckIn, GoalResponse, GoalVersion
from services.learner_profile.aims.queries import Standing
from services.learner_profile.aims.schemas import CheckInIn, DropIn, GoalIn, ResponseIn

_TERMS = ("title", "measure", "unit", "baseline", "target", "due_on", "competency_ids")


async def set_goal(session: AsyncSession, goal_id: UUID, given: GoalIn) -> None:
    """Make the goal say this. New terms ask for new agreement; the same again changes nothing.

    Raises `NotFound`, `NotYourGoal`, `UnknownCompetency`, `NameTaken`, `StaleVersion` or `GoalClosed`.
    """
    standing = await queries.stand_to(session, given.learner_id)
    if not standing.is_learner:
        raise NotYourGoal
    if not await queries.competencies_held(session, given.competency_ids):
        raise UnknownCompetency
    is_new = await _made(session, goal_id, given)
    goal = await _locked(session, goal_id)
    if goal.learner_id != given.learner_id:
        raise NameTaken
    changed = await (_keep(session, goal, None) if is_new else _restated(session, goal, given))
    if changed and goal.state == "PROPOSED":
        await _record_response(session, goal, standing, "AGREED", None)


def _terms(given: GoalIn) -> dict[str, Any]:
    return {**given.model_dump(include=set(_TERMS)), "competency_ids": list(given.competency_ids)}


async def _made(session: AsyncSession, goal_id: UUID, given: GoalIn) -> bool:
    """Whether the goal is new; where another has the id, that one stands."""
    made = insert(Goal).values(
        district_id=func.trellis_district(),
        id=goal_id,
        learner_id=given.learner_id,
        **_terms(given),
        state="PROPOSED" if given.propose else "DRAFT",
        recorded_at=func.trellis_now(),
        changed_at=func.trellis_now(),
    )
    return (await session.execute(made.on_conflict_do_nothing().returning(Goal.id))).first() is not None


async def _restated(session: AsyncSession, goal: Goal, given: GoalIn) -> bool:
    terms = _terms(given)
    is_same = all(getattr(goal, name) == value for name, value in terms.items())
    if is_same and not (given.propose and goal.state == "DRAFT"):
        return False
    _refuse_stale(goal, given.version)
    if goal.state in CLOSED:
        raise GoalClosed
    for name, value in terms.items():
        setattr(goal, name, value)
    goal.agreed_at = None
    goal.terms_version = goal.version + 1
    await _advance(session, goal, "PROPOSED" if given.propose else "DRAFT", None)
    return True


async def respond(session: AsyncSession, goal_id: UUID, given: ResponseIn) -> None:
    """Agree or decline as the caller's own party; raises `NotFound`, `NotAParty`, `StaleVersion` or `NotProposed`."""
    goal, standing = await _answerable(session, goal_id)
    if standing.party is None:
        raise NotAParty
    decisions = await _decisions(session, goal)
    if decisions.get(standing.person_id) == (standing.party, given.decision):
        return
    _refuse_stale(goal, given.version)
    if goal.state in CLOSED | {"DRAFT"}:
        raise NotProposed
    await _record_response(session, goal, standing, given.decision, given.note)
    decisions[standing.person_id] = (standing.party, given.decision)
    others = [decision for party, decision in decisions.values() if party != "LEARNER"]
    state = after_responses(goal.state, others)
    if state == "AGREED" and goal.agreed_at is None:
        goal.agreed_at = await _now(session)
    if state != goal.state:
        await _advance(session, goal, state, given.note)


async def check_in(session: AsyncSession, goal_id: UUID, check_in_id: UUID, given: CheckInIn) -> None:
    """Record a value; the same id again changes nothing.

    Raises `NotFound`, `NotAParty`, `NameTaken`, `GoalNotRunning` or `BadInput` for an instant that has not come.
    """
    goal, standing = await _answerable(session, goal_id)
    if standing.party is None:
        raise NotAParty
    held = await session.get(GoalCheckIn, (goal.district_id, check_in_id))
    if held is not None:
        if (held.goal_id, held.value, held.person_id) != (goal_id, given.value, standing.person_id):
            raise NameTaken
        return
    if goal.state not in RUNNING:
        raise GoalNotRunning
    await _record_check_in(session, goal, standing, check_in_id, given)
    await _judge(session, goal)


async def drop_goal(session: AsyncSession, goal_id: UUID, given: DropIn) -> None:
    """Give the goal up; raises `NotFound`, `NotYourGoal`, `StaleVersion` or `GoalClosed`."""
    goal, standing = await _answerable(session, goal_id)
    if not standing.is_learner:
        raise NotYourGoal
    if goal.state == "DROPPED":
        return
    _refuse_stale(goal, given.version)
    if goal.state in CLOSED:
        raise GoalClosed
    await _advance(session, goal, "DROPPED", given.note)


async def _answerable(session: AsyncSession, goal_id: UUID) -> tuple[Goal, Standing]:
    """The goal, locked, to who may see it; a draft is there for its learner alone."""
    goal = await _locked(session, goal_id)
    standing = await queries.stand_to(session, goal.learner_id)
    if goal.state == "DRAFT" and not standing.is_learner:
        raise NotFound
    return goal, standing


async def _locked(session: AsyncSession, goal_id: UUID) -> Goal:
    wanted = select(Goal).where(Goal.district_id == func.trellis_district(), Goal.id == goal_id).with_for_update()
    goal = (await session.scalars(wanted)).one_or_none()
    if goal is None:
        raise NotFound
    return goal


def _refuse_stale(goal: Goal, version: int | None) -> None:
    if version != goal.version:
        raise StaleVersion(current=goal.version)


async def _advance(session: AsyncSession, goal: Goal, state: str, note: str | None) -> None:
    goal.state = state
    goal.version += 1
    goal.changed_at = await _now(session)
    await session.flush()
    await _keep(session, goal, note)


async def _keep(session: AsyncSession, goal: Goal, note: str | None) -> bool:
    """Keep what the goal is now as one of its versions; always something new."""
    names = ("version", "terms_version", *_TERMS, "state")
    kept = plain_insert(GoalVersion).values(
        district_id=goal.district_id,
        goal_id=goal.id,
        **{name: getattr(goal, name) for name in names},
        note=note,
        recorded_at=func.trellis_now(),
        recorded_by=func.trellis_person(),
    )
    await session.execute(kept)
    return True


async def _decisions(session: AsyncSession, goal: Goal) -> dict[UUID, tuple[str, str]]:
    """Party and latest decision of each person who has answered the terms as they stand."""
    said = (
        select(GoalResponse.person_id, GoalResponse.party, GoalResponse.decision)
        .ext(distinct_on(GoalResponse.person_id))
        .where(
            GoalResponse.district_id == goal.district_id,
            GoalResponse.goal_id == goal.id,
            GoalResponse.terms_version == goal.terms_version,
        )
        .order_by(GoalResponse.person_id, GoalResponse.recorded_at.desc(), GoalResponse.id.desc())
    )
    return {person: (party, decision) for person, party, decision in await session.execute(said)}


async def _record_response(
    session: AsyncSession, goal: Goal, standing: Standing, decision: str, note: str | None
) -> None:
    said = plain_insert(GoalResponse).values(
        district_id=goal.district_id,
        goal_id=goal.id,
        terms_version=goal.terms_version,
        person_id=standing.person_id,
        party=standing.party,
        decision=decision,
        note=note,
        recorded_at=func.trellis_now(),
    )
    await session.execute(said)


async def _record_check_in(
    session: AsyncSession, goal: Goal, standing: Standing, check_in_id: UUID, given: CheckInIn
) -> None:
    now = await _now(session)
    if given.at is not None and given.at > now:
        raise BadInput("at is not in the future", errors=[{"place": "/body/at", "code": "in_the_future"}])
    seen = insert(GoalCheckIn).values(
        district_id=goal.district_id,
        id=check_in_id,
        goal_id=goal.id,
        value=given.value,
        note=given.note,
        party=standing.party,
        person_id=standing.person_id,
        occurred_at=given.at or now,
        recorded_at=now,
    )
    if (await session.execute(seen.on_conflict_do_nothing().returning(GoalCheckIn.id))).first() is None:
        raise NameTaken


async def _judge(session: AsyncSession, goal: Goal) -> None:
    """Bring the state to what the latest check-in says, whichever came last."""
    latest = (
        select(GoalCheckIn.value)
        .where(GoalCheckIn.district_id == goal.district_id, GoalCheckIn.goal_id == goal.id)
        .order_by(GoalCheckIn.occurred_at.desc(), GoalCheckIn.id.desc())
        .limit(1)
    )
    value = (await session.execute(latest)).scalar_one()
    zone = select(access.today(), func.district_day(goal.agreed_at))
    today, agreed_on = (await session.execute(zone)).one()
    state = after_check_in(progress(goal.baseline, goal.target, value), agreed_on, goal.due_on, today)
    if state != goal.state:
        await _advance(session, goal, state, None)


async def _now(session: AsyncSession) -> Any:  # noqa: ANN401 - an aware datetime
    return (await session.execute(select(func.trellis_now()))).scalar_one()
