"""Rows with a version that rises when their state changes, and only then."""

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kit.models import Model

Row = TypeVar("Row", bound=Model)
_FRESH = {"populate_existing": True}


async def put(
    session: AsyncSession, table: type[Row], row_id: UUID, state: Mapping[str, Any], **fixed: object
) -> tuple[Row, bool]:
    """Make the row's state this one, under the id that the caller chose; answers the row and whether that changed anything.

    `fixed` columns are set when the row is made and never again. The table has `district_id, id, version, recorded_at`.
    """
    columns: Any = table
    given = insert(table).values(
        district_id=func.trellis_district(), id=row_id, recorded_at=func.trellis_now(), **state, **fixed
    )
    raised = {**state, "version": columns.version + 1, "recorded_at": func.trellis_now()}
    differs = tuple_(*(getattr(columns, name) for name in state)).is_distinct_from(
        tuple_(*(given.excluded[name] for name in state))
    )
    upsert = given.on_conflict_do_update(index_elements=["district_id", "id"], set_=raised, where=differs)
    written = (await session.scalars(upsert.returning(table), execution_options=_FRESH)).one_or_none()
    if written is not None:
        return written, True
    return (await session.scalars(select(table).where(columns.id == row_id))).one(), False


async def withdraw(session: AsyncSession, table: type[Row], row_id: UUID) -> Row | None:
    """End the row's active state and keep it as history; None where there is no active one."""
    columns: Any = table
    ended = (
        update(table)
        .where(columns.id == row_id, columns.state == "active")
        .values(state="withdrawn", version=columns.version + 1, recorded_at=func.trellis_now())
    )
    return (await session.scalars(ended.returning(table), execution_options=_FRESH)).one_or_none()
