"""The files that join a score scale to a line item or a result, whose own row keeps the join."""

from dataclasses import dataclass, field
from typing import Any

import polars as pl

from services.learner_profile.intake.domain.layout import Layout
from services.learner_profile.intake.work.reading import Reader
from services.learner_profile.intake.work.sources import Source


@dataclass
class ScaleLinks:
    """One such file. Its links live only in what they join, so none of them is created or removed by itself."""

    layout: Layout
    rows: int = 0
    refused: int = 0
    updated: int = 0
    _scales: dict[str, str | None] = field(default_factory=dict)

    @property
    def file(self) -> str:
        return self.layout.file

    @property
    def counts(self) -> dict[str, Any]:
        return {
            "mode": "links",
            "rows": self.rows,
            "created": 0,
            "updated": self.updated,
            "unchanged": self.rows - self.refused - self.updated,
            "removed": 0,
            "rejected": self.refused,
        }

    def read(self, reader: Reader) -> None:
        for checked in reader.blocks():
            self._take(checked.live)
            self.refused += checked.refused
            self.rows += checked.live.height + checked.removals.height + checked.refused
        self.refused += reader.refused
        self.rows += reader.refused

    def _take(self, links: pl.DataFrame) -> None:
        self._scales |= dict(links.select("item_sourced_id", "score_scale_sourced_id").iter_rows())

    async def apply(self, source: Source) -> dict[str, Any]:
        """Write the links where they differ; answers the counts."""
        done = await source.connection.execute(
            f"""update "{self.layout.table}" t
                   set score_scale_sourced_id = link.scale, version = t.version + 1, changed_at = trellis_now()
                  from unnest($3::text[], $4::text[]) as link (item, scale)
                 where t.district_id = $1 and t.source = $2 and t.sourced_id = link.item
                   and t.score_scale_sourced_id is distinct from link.scale""",
            source.district_id,
            source.name,
            list(self._scales),
            list(self._scales.values()),
        )
        self.updated = int(done.rsplit(" ", 1)[-1])
        return self.counts
