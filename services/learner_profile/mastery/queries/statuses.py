"""Statuses that educators conferred, in the graph's shape."""

from typing import Any
from uuid import UUID

from sqlalchemy import SQLColumnExpression, and_, func, select
from sqlalchemy.dialects.postgresql import JSON, aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from kit.graph import EMPTY_LIST, Binds, Rows, Section
from services.learner_profile.competency.models import Competency
from services.learner_profile.competency.queries import competency_reference
from services.learner_profile.mastery.models import MasteryStatus, MasteryStatusWithdrawal
from services.learner_profile.mastery.schemas import StatusOut


async def status(session: AsyncSession, status_id: UUID) -> StatusOut:
    """One status as its own door shows it; it has to be there."""
    told, rows = _told()
    asked = rows.with_only_columns(_document(told), maintain_column_froms=True)
    found = await session.execute(asked.where(told[0].district_id == func.trellis_district(), told[0].id == status_id))
    return StatusOut.model_validate(found.scalar_one())


def _statuses(learner: Any, _: Binds) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    """The latest first, those that were withdrawn among them."""
    told, rows = _told()
    held = told[0]
    listed = aggregate_order_by(_document(told), held.conferred_at.desc(), held.id.desc())
    asked = rows.with_only_columns(func.coalesce(func.json_agg(listed), EMPTY_LIST), maintain_column_froms=True)
    mine = asked.where(held.district_id == learner.district_id, held.learner_id == learner.id)
    return mine.correlate(learner).scalar_subquery()


def _told() -> tuple[tuple[Any, Any, Any], Rows]:
    """A status, its competency and its withdrawal as tables, and the SELECT that joins them."""
    held, competency, ended = aliased(MasteryStatus), aliased(Competency), aliased(MasteryStatusWithdrawal)
    own = and_(competency.district_id == held.district_id, competency.id == held.competency_id)
    end = and_(ended.district_id == held.district_id, ended.status_id == held.id)
    return (held, competency, ended), select(held.id).join_from(held, competency, own).join(ended, end, isouter=True)


def _document(told: tuple[Any, Any, Any]) -> SQLColumnExpression[Any]:
    held, competency, ended = told
    return func.json_build_object(
        "id", held.id,
        "learnerId", held.learner_id,
        "competencyId", held.competency_id,
        "competency", competency_reference(competency),
        "basis", held.basis,
        "conferredById", held.conferred_by,
        "conferredAt", held.conferred_at,
        "withdrawnAt", ended.withdrawn_at,
        "withdrawalReason", ended.reason,
        type_=JSON,
    )  # fmt: skip


STATUS_SECTIONS = {"statuses": Section(_statuses)}
