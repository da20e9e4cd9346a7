"""Propose demonstrations and decide about them. Each locks the row first, so that of two at once the second sees the first."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy import insert as plain_insert
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kit.problems import NotFound
from services.learner_profile.aims.queries import Standing, stand_to
from services.learner_profile.demonstration import queries
from services.learner_profile.demonstration.domain import Act, may_act
from services.learner_profile.demonstration.errors import (
    DemonstrationState,
    NameTaken,
    NotYourDemonstration,
    NotYoursToJudge,
    StaleVersion,
    UnknownRubric,
)
from services.learner_profile.demonstration.models import Demonstration, DemonstrationStep
from services.learner_profile.demonstration.schemas import DemonstrationDecisionIn, DemonstrationIn


async def propose(session: AsyncSession, demonstration_id: UUID, given: DemonstrationIn) -> None:
    """Ask to show something so; a changed proposal is decided anew, and the same again changes nothing.

    Raises `NotFound`, `NotYourDemonstration`, `UnknownRubric`, `NameTaken`, `StaleVersion` or `DemonstrationState`.
    """
    standing = await stand_to(session, given.learner_id)
    if not standing.is_learner:
        raise NotYourDemonstration
    rubric_version = await queries.published_version(session, given.rubric_id)
    if rubric_version is None:
        raise UnknownRubric
    terms = given.model_dump(include={"rubric_id", "title", "plan"})
    made = insert(Demonstration).values(
        district_id=func.trellis_district(),
        id=demonstration_id,
        learner_id=given.learner_id,
        rubric_version=rubric_version,
        **terms,
        state="PROPOSED",
        recorded_at=func.trellis_now(),
    )
    is_new = (await session.execute(made.on_conflict_do_nothing().returning(Demonstration.id))).first() is not None
    held = await locked(session, demonstration_id)
    if held.learner_id != given.learner_id:
        raise NameTaken
    if is_new:
        await _keep(session, held, standing, None)
    elif held.state == "RETURNED" or any(getattr(held, name) != value for name, value in terms.items()):
        refuse_unless(held, "propose", given.version)
        held.rubric_id, held.rubric_version = given.rubric_id, rubric_version
        held.title, held.plan = given.title, given.plan
        await advance(session, held, standing, "PROPOSED", None)


async def decide(session: AsyncSession, demonstration_id: UUID, given: DemonstrationDecisionIn) -> None:
    """Approve or return; what stands already changes nothing.

    Raises `NotFound`, `NotYoursToJudge`, `StaleVersion` or `DemonstrationState`.
    """
    held, standing = await judged(session, demonstration_id)
    if held.state == given.decision:
        return
    refuse_unless(held, "decide", given.version)
    await advance(session, held, standing, given.decision, given.note)


async def judged(session: AsyncSession, demonstration_id: UUID) -> tuple[Demonstration, Standing]:
    """The demonstration, locked, for a teacher of its learner; raises `NotFound` or `NotYoursToJudge`."""
    held = await locked(session, demonstration_id)
    standing = await stand_to(session, held.learner_id)
    if standing.party != "TEACHER":
        raise NotYoursToJudge
    return held, standing


async def locked(session: AsyncSession, demonstration_id: UUID) -> Demonstration:
    """Raises `NotFound`."""
    wanted = select(Demonstration).where(
        Demonstration.district_id == func.trellis_district(), Demonstration.id == demonstration_id
    )
    held = (await session.scalars(wanted.with_for_update())).one_or_none()
    if held is None:
        raise NotFound
    return held


def refuse_unless(held: Demonstration, act: Act, version: int | None) -> None:
    """Raises `StaleVersion` or `DemonstrationState`."""
    if version != held.version:
        raise StaleVersion(current=held.version)
    if not may_act(act, held.state):
        raise DemonstrationState


async def advance(session: AsyncSession, held: Demonstration, by: Standing, state: str, note: str | None) -> None:
    held.state = state
    held.version += 1
    if state in {"DONE", "ASSESSED"} and held.done_at is None:
        held.done_at = (await session.execute(select(func.trellis_now()))).scalar_one()
    await session.flush()
    await _keep(session, held, by, note)


async def _keep(session: AsyncSession, held: Demonstration, by: Standing, note: str | None) -> None:
    kept = plain_insert(DemonstrationStep).values(
        district_id=held.district_id,
        demonstration_id=held.id,
        version=held.version,
        title=held.title,
        plan=held.plan,
        state=held.state,
        note=note,
        person_id=by.person_id,
        recorded_at=func.trellis_now(),
    )
    await session.execute(kept)
