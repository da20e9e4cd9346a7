"""A source system as a run meets it: its policy and what is stored of it."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

import polars as pl

from services.learner_profile.intake.domain.layout import Layout
from services.learner_profile.intake.work.staging import Stage

if TYPE_CHECKING:
    import asyncpg


@dataclass(frozen=True)
class Source:
    """One source of one district, over the run's own connection."""

    connection: "asyncpg.Connection[asyncpg.Record]"
    district_id: UUID
    name: str
    roster_source: str
    removes_absent: bool
    removal_share: Decimal

    def stage(self, layout: Layout, columns: tuple[str, ...]) -> Stage:
        return Stage(self.connection, self.district_id, self.name, self.roster_source, layout, columns)

    async def stored_ids(self, layout: Layout, *, only: Sequence[str] | None = None) -> pl.Series:
        """The sourcedIds of the source's active rows, all or those among `only`."""
        if only is not None:
            return pl.Series("id", [row[0] for row in await self._among(layout, only)], dtype=pl.String)
        written = io.BytesIO()
        query = f'select sourced_id from "{layout.table}" where {_MINE}'
        await self.connection.copy_from_query(query, self.district_id, self.name, output=written, format="csv")
        if not written.getbuffer().nbytes:
            return pl.Series("id", [], dtype=pl.String)
        return pl.read_csv(written.getvalue(), has_header=False, schema={"id": pl.String})["id"]

    async def _among(self, layout: Layout, ids: Sequence[str]) -> "list[asyncpg.Record]":
        if not ids:
            return []
        query = f'select sourced_id from "{layout.table}" where {_MINE} and sourced_id = any($3::text[])'
        return await self.connection.fetch(query, self.district_id, self.name, list(ids))


_MINE = "district_id = $1 and source = $2 and status = 'active'"
