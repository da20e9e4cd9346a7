"""A learner's demonstrations, with what was decided and how they were judged; there for who may see the learner."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import Integer, SQLColumnExpression, Text, and_, cast, func, select
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from kit.graph import EMPTY_LIST, Binds, GraphModel, Section
from services.learner_profile.demonstration.models import (
    Demonstration,
    DemonstrationStep,
    Rubric,
    RubricScore,
    RubricVersion,
)

_MOST = 100


class DemonstrationArguments(GraphModel):
    first: Annotated[int, Field(ge=0, le=_MOST)] = 20


def _demonstrations(person: Any, binds: Binds) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    """The latest first."""
    held = aliased(Demonstration)
    page = (
        select(_document(held).label("node"))
        .where(held.district_id == person.district_id, held.learner_id == person.id)
        .order_by(held.recorded_at.desc(), held.id.desc())
        .limit(binds("first", Integer))
        .correlate(person)
        .subquery()
    )
    return select(func.coalesce(func.json_agg(page.c.node, type_=JSON), EMPTY_LIST)).scalar_subquery()


def _document(held: type[Demonstration]) -> SQLColumnExpression[Any]:
    step = aliased(DemonstrationStep)
    note = (
        select(step.note)
        .where(step.district_id == held.district_id, step.demonstration_id == held.id, step.version == held.version)
        .correlate(held)
        .scalar_subquery()
    )
    return func.json_build_object(
        "id", held.id,
        "title", held.title,
        "plan", held.plan,
        "state", held.state,
        "version", held.version,
        "note", note,
        "rubricId", held.rubric_id,
        "rubricVersion", held.rubric_version,
        "selfAssessment", _score(held, "LEARNER"),
        "score", _score(held, "TEACHER"),
        type_=JSON,
    )  # fmt: skip


def _score(held: type[Demonstration], party: str) -> SQLColumnExpression[Any]:
    made = aliased(RubricScore)
    document = func.json_build_object(
        "levels", made.levels, "total", made.total, "note", made.note, "at", made.recorded_at,
        "personId", made.person_id, type_=JSON,
    )  # fmt: skip
    latest = select(document).where(
        made.district_id == held.district_id, made.demonstration_id == held.id, made.party == party
    )
    return latest.order_by(made.recorded_at.desc(), made.id.desc()).limit(1).correlate(held).scalar_subquery()


async def demonstration_document(session: AsyncSession, demonstration_id: UUID) -> bytes:
    """One in the graph's shape, as the running transaction has it."""
    found = select(cast(_document(Demonstration), Text)).where(
        Demonstration.district_id == func.trellis_district(), Demonstration.id == demonstration_id
    )
    return str((await session.execute(found)).scalar_one()).encode()


async def published_version(session: AsyncSession, rubric_id: UUID) -> int | None:
    """The version of the rubric that new work is judged by; None where there is none, or it was retired."""
    shown = select(RubricVersion.version).join(
        Rubric,
        and_(
            Rubric.district_id == RubricVersion.district_id,
            Rubric.id == RubricVersion.rubric_id,
            Rubric.shown_version == RubricVersion.version,
        ),
    )
    found = shown.where(
        Rubric.district_id == func.trellis_district(), Rubric.id == rubric_id, RubricVersion.state == "PUBLISHED"
    )
    return (await session.execute(found)).scalar_one_or_none()


async def criteria_of(session: AsyncSession, held: Demonstration) -> list[dict[str, Any]]:
    """The criteria of the version that the demonstration is judged by."""
    wanted = select(RubricVersion.criteria).where(
        RubricVersion.district_id == held.district_id,
        RubricVersion.rubric_id == held.rubric_id,
        RubricVersion.version == held.rubric_version,
    )
    criteria: list[dict[str, Any]] = (await session.execute(wanted)).scalar_one()
    return criteria


async def latest_score(
    session: AsyncSession, held: Demonstration, party: str
) -> tuple[list[dict[str, str]], str | None] | None:
    """Levels and note that the party said last."""
    said = (
        select(RubricScore.levels, RubricScore.note)
        .where(
            RubricScore.district_id == held.district_id,
            RubricScore.demonstration_id == held.id,
            RubricScore.party == party,
        )
        .order_by(RubricScore.recorded_at.desc(), RubricScore.id.desc())
        .limit(1)
    )
    found = (await session.execute(said)).one_or_none()
    return None if found is None else (found.levels, found.note)


LEARNER_SECTIONS = {"demonstrations": Section(_demonstrations, DemonstrationArguments)}
