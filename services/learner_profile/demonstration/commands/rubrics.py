"""Writes to rubrics. Each locks the rubric's row first, so that of two at once the second sees the first."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy import insert as plain_insert
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kit.caller import VerifiedCaller
from services.learner_profile import access
from services.learner_profile.demonstration import queries
from services.learner_profile.demonstration.domain import may_follow
from services.learner_profile.demonstration.errors import RubricState, StaleRubric, UnknownCompetency
from services.learner_profile.demonstration.models import Rubric, RubricVersion
from services.learner_profile.demonstration.schemas import RubricIn

_NOTHING_YET = 0


async def put_rubric(session: AsyncSession, caller: VerifiedCaller, rubric_id: UUID, given: RubricIn) -> None:
    """Add a version that says this; the same again changes nothing.

    Raises `RoleRequired`, `UnknownCompetency`, `StaleRubric` or `RubricState`.
    """
    await access.require_role(session, "district_leader", "data_steward")
    wanted = {one for criterion in given.criteria for one in criterion.competency_ids}
    if not await queries.holds_competencies(session, wanted):
        raise UnknownCompetency
    rubric = await _locked(session, rubric_id)
    terms = given.model_dump(mode="json", by_alias=True, exclude={"version"})
    latest = await session.get(RubricVersion, (rubric.district_id, rubric_id, rubric.version))
    if latest is not None and terms == {"title": latest.title, "state": latest.state, "criteria": latest.criteria}:
        return
    if (given.version or _NOTHING_YET) != rubric.version:
        raise StaleRubric(current=rubric.version)
    before: Any = latest.state if latest is not None else None
    if not may_follow(before, given.state, was_published=rubric.shown_version is not None):
        raise RubricState
    await _add(session, rubric, caller, terms)


async def _locked(session: AsyncSession, rubric_id: UUID) -> Rubric:
    """The rubric's row, made where it is new; a refusal afterwards unmakes it with the transaction."""
    now = func.trellis_now()
    made = insert(Rubric).values(
        district_id=func.trellis_district(), id=rubric_id, version=_NOTHING_YET, recorded_at=now, changed_at=now
    )
    await session.execute(made.on_conflict_do_nothing())
    wanted = select(Rubric).where(Rubric.district_id == func.trellis_district(), Rubric.id == rubric_id)
    return (await session.scalars(wanted.with_for_update())).one()


async def _add(session: AsyncSession, rubric: Rubric, caller: VerifiedCaller, terms: dict[str, Any]) -> None:
    rubric.version += 1
    if terms["state"] != "DRAFT":
        rubric.shown_version = rubric.version
    rubric.changed_at = (await session.execute(select(func.trellis_now()))).scalar_one()
    await session.flush()
    kept = plain_insert(RubricVersion).values(
        district_id=rubric.district_id,
        rubric_id=rubric.id,
        version=rubric.version,
        **terms,
        recorded_at=func.trellis_now(),
        recorded_by=caller.client_id if caller.person_id is None else str(caller.person_id),
    )
    await session.execute(kept)
