"""Rubrics as the graph shows them; every caller of the district may read what is published."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnClause, SQLColumnExpression, Text, Uuid, any_, cast, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from kit.graph import Noun
from services.learner_profile import access
from services.learner_profile.competency.models import Competency
from services.learner_profile.competency.queries import competency_reference
from services.learner_profile.demonstration.models import Rubric, RubricVersion

_IDS: ColumnClause[str] = literal_column("'competencyIds'")
_NONE: ColumnClause[Any] = literal_column("'[]'::jsonb")
Fields = dict[str, SQLColumnExpression[Any]]


def rubric_fields(rubric: Any) -> Fields:  # noqa: ANN401 - a table
    """The version that is shown."""
    shown = aliased(RubricVersion)

    def of_version(column: SQLColumnExpression[Any]) -> SQLColumnExpression[Any]:
        own = select(column).where(
            shown.district_id == rubric.district_id,
            shown.rubric_id == rubric.id,
            shown.version == rubric.shown_version,
        )
        return own.correlate(rubric).scalar_subquery()

    return {
        "id": rubric.id,
        "version": rubric.shown_version,
        "title": of_version(shown.title),
        "state": of_version(shown.state),
        "criteria": of_version(_criteria(shown)),
    }


def _criteria(version: type[RubricVersion]) -> SQLColumnExpression[Any]:
    """In the rubric's own order, each with the competencies that it is aligned to."""
    one = func.jsonb_array_elements(version.criteria, type_=JSONB).table_valued("value", with_ordinality="ordinality")
    told = one.render_derived("criterion")
    competency = aliased(Competency)
    ids = select(cast(func.jsonb_array_elements_text(told.c.value.op("->")(_IDS)), Uuid)).correlate(told)
    order = (competency.framework_id, competency.position, competency.id)
    reference = cast(competency_reference(competency), JSONB)
    aligned = (
        select(func.coalesce(func.jsonb_agg(aggregate_order_by(reference, *order)), _NONE))
        .where(
            competency.district_id == version.district_id,
            competency.id == any_(func.array(ids.scalar_subquery(), type_=ARRAY(Uuid))),
        )
        .correlate(version, told)
        .scalar_subquery()
    )
    whole = told.c.value.op("||")(func.jsonb_build_object("competencies", aligned))
    listed = select(func.jsonb_agg(aggregate_order_by(whole, told.c.ordinality))).select_from(told)
    return listed.correlate(version).scalar_subquery()


RUBRICS = Noun(
    table=aliased(Rubric, name="rubric_"),
    plain=rubric_fields,
    visible=access.shows_rubric,
    sections={},
)


async def holds_competencies(session: AsyncSession, wanted: Collection[UUID]) -> bool:
    """Whether the district holds all of these competencies."""
    held = select(func.count()).where(
        Competency.district_id == func.trellis_district(), Competency.id.in_(wanted), Competency.state == "active"
    )
    return not wanted or bool((await session.execute(held)).scalar_one() == len(wanted))


async def rubric_document(session: AsyncSession, rubric_id: UUID) -> bytes:
    """The latest version, a draft too, as the running transaction has it."""
    kept = aliased(RubricVersion)
    document = func.jsonb_build_object(
        "id", kept.rubric_id, "version", kept.version, "title", kept.title, "state", kept.state,
        "criteria", _criteria(kept),
    )  # fmt: skip
    latest = (
        select(cast(document, Text))
        .where(kept.district_id == func.trellis_district(), kept.rubric_id == rubric_id)
        .order_by(kept.version.desc())
        .limit(1)
    )
    return str((await session.execute(latest)).scalar_one()).encode()
