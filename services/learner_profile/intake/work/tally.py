"""What is known about one file while it is read: which rows were sent, which are as stored, which repeat another."""

from dataclasses import dataclass, field

import polars as pl

from services.learner_profile.intake.work.checks import HASH, KEY, Checked, Reference
from services.learner_profile.intake.work.frames import ROW
from services.learner_profile.intake.work.report import Report

_SENT = "sent"
_REMOVAL_HASH = 0


@dataclass
class Tally:
    """Counts of one file's rows. `stored` are the sorted hashes of the source's active rows."""

    file: str
    stored: pl.Series
    refused: int = 0
    refused_ids: list[str] = field(default_factory=list)
    removals: int = 0
    repeated: int = 0
    references: list[Reference] = field(default_factory=list)
    _seen: list[pl.DataFrame] = field(default_factory=list)
    _matched: list[pl.Series] = field(default_factory=list)

    @property
    def is_fresh(self) -> bool:
        return self.stored.is_empty()

    def count(self, checked: Checked, removal_keys: pl.Series) -> pl.DataFrame:
        """Take in a block that was checked; answers its rows that differ from what is stored."""
        self.refused += checked.refused
        self.refused_ids += checked.refused_ids
        self.references += checked.references
        self.removals += checked.removals.height
        if checked.removals.height:
            gone = checked.removals.select(
                ROW, removal_keys, pl.lit(_REMOVAL_HASH).alias(HASH), pl.lit(value=True).alias(_SENT)
            )
            self._seen.append(gone)
        return self.compare(checked.live)

    def compare(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows that differ from what is stored."""
        differs = ~self._is_stored(rows[HASH])
        self._seen.append(rows.select(ROW, KEY, HASH).with_columns(differs.alias(_SENT)))
        return rows.filter(differs) if not differs.all() else rows

    def _is_stored(self, hashes: pl.Series) -> pl.Series:
        if self.stored.is_empty():
            return pl.repeat(value=False, n=hashes.len(), dtype=pl.Boolean, eager=True)
        places = self.stored.search_sorted(hashes).clip(upper_bound=self.stored.len() - 1)
        found = self.stored.gather(places) == hashes
        self._matched.append(places.filter(found))
        return found

    def resolve_repeats(self, report: Report) -> list[int]:
        """Rows whose sourcedId an earlier row of the file has; the same again is a warning, anything else is refused."""
        seen = self._rows()
        again = seen.filter(pl.col(KEY).is_duplicated()).sort(ROW)
        if again.is_empty():
            return []
        told = again.with_columns(
            first=pl.col(ROW).first().over(KEY),
            same=pl.col(HASH) == pl.col(HASH).first().over(KEY),
        ).filter(pl.col(ROW) > pl.col("first"))
        same, other = told.filter("same")[ROW].to_list(), told.filter(~pl.col("same"))[ROW].to_list()
        for code, rows in (("duplicate_identical", same), ("duplicate_conflict", other)):
            if rows:
                report.note(self.file, "sourcedId", code, rows)
        self.repeated += len(same)
        self.refused += len(other)
        self.drop(told[ROW].to_list())
        return told[ROW].to_list()

    def drop(self, rows: list[int]) -> None:
        """Forget rows that are not applied after all."""
        self._seen = [self._rows().filter(~pl.col(ROW).is_in(rows))]

    def _rows(self) -> pl.DataFrame:
        empty = pl.DataFrame(schema={ROW: pl.Int32, KEY: pl.UInt64, HASH: pl.Int64, _SENT: pl.Boolean})
        self._seen = [pl.concat([empty, *self._seen], how="vertical_relaxed")]
        return self._seen[0]

    @property
    def kept(self) -> int:
        """Rows that are applied or as stored already, without removals."""
        return self._rows().filter(pl.col(HASH) != _REMOVAL_HASH).height

    @property
    def keys(self) -> pl.Series:
        """The keys of the rows that the roster holds after this file."""
        return self._rows().filter(pl.col(HASH) != _REMOVAL_HASH)[KEY]

    @property
    def removed_keys(self) -> pl.Series:
        return self._rows().filter(pl.col(HASH) == _REMOVAL_HASH)[KEY]

    def unseen(self) -> pl.DataFrame:
        """Hashes of stored rows that no row of the file has."""
        matched = pl.concat(self._matched) if self._matched else pl.Series([], dtype=pl.UInt32)
        known = pl.Series("at", pl.int_range(self.stored.len(), dtype=pl.UInt32, eager=True))
        return self.stored.filter(~known.is_in(matched.cast(pl.UInt32).implode())).to_frame(HASH)
