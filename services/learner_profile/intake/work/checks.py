"""Checks and normalises the columns of a file, block by block, without looking at single rows.

A column's distinct values go through its rule once; the rest is arithmetic on columns. What comes out is the canonical text
of every kept column as PostgreSQL reads it, under the names of the table's columns.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from services.learner_profile.intake.domain.headers import METADATA, Header
from services.learner_profile.intake.domain.layout import HEAD, Field, Kind, Layout
from services.learner_profile.intake.domain.problems import is_refusal
from services.learner_profile.intake.domain.values import Rule, grades, texts, user_ids
from services.learner_profile.intake.work.frames import ROW
from services.learner_profile.intake.work.report import Report

HASH = "row_hash"
KEY = "key"
MODIFIED = "date_last_modified"
METADATA_COLUMN = "metadata"
_LONGEST = {Kind.ID: 255, Kind.REFERENCE: 255, Kind.TEXT: 4096}
_ARRAYS = (grades, texts, user_ids)
_PLAIN: dict[Rule, tuple[str, str]] = {
    texts: (r'^[^,"\\\s{}]+(,[^,"\\\s{}]+)*$', ","),
    user_ids: (r'^\{[^,"\\\s{}]+\}(,\{[^,"\\\s{}]+\})*$', "},{"),
}
"""Lists that need no closer look: their pattern, and what stands between two elements."""
_SEED = 2
_BLANKS = " \t\r\n\u00a0\u200b\ufeff"


@dataclass(frozen=True, slots=True)
class Reference:
    """Who refers to what: the rows of a block and the hash of the sourcedId that each names."""

    header: str
    refers: str
    rows: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Checked:
    """What a block came to. `live` rows are to be kept, `removals` to be marked; refused rows left their sourcedIds."""

    live: pl.DataFrame
    removals: pl.DataFrame
    refused_ids: list[str]
    refused: int
    references: list[Reference] = field(default_factory=list)
    roles: pl.DataFrame | None = None


@dataclass
class Checks:
    """The checks of one file."""

    layout: Layout
    header: Header
    report: Report
    delta: bool

    def names(self) -> list[str]:
        """A name for every column of the file, in its order; ignored ones start with an underscore."""
        return [
            one.header if isinstance(one, Field) else f"_{place}" if one is None else METADATA + one
            for place, one in enumerate(self.header.fields)
        ]

    def check(self, frame: pl.DataFrame, *, trim: bool) -> Checked:
        """Check a block whose columns bear `names()`; `trim` tells that some value may have blanks around it."""
        frame = self._known(frame)
        if trim:
            frame = self._trimmed(frame)
        sifted = _Sifted(frame, self.layout.file, self.report)
        self._check_head(sifted)
        removal = sifted.take("status") == "tobedeleted"
        removals, frame = _parted(sifted, removal.fill_null(value=False))
        live = _Sifted(frame, self.layout.file, self.report)
        self._check_values(live)
        refused = sifted.refused_ids() + live.refused_ids()
        kept = live.good()
        return Checked(
            self._columns(kept),
            removals.select(ROW, sourced_id="sourcedId", **{MODIFIED: _or_null(removals, "dateLastModified")}),
            [one for one in refused if one is not None],
            len(refused),
            list(self._references(kept)),
            self._roles(kept),
        )

    def _known(self, frame: pl.DataFrame) -> pl.DataFrame:
        dropped = [one.header for one in self.header.fields if isinstance(one, Field) and one.kind is Kind.DROPPED]
        for name in dropped:
            if frame[name].null_count() < frame.height:
                self.report.note_once(self.layout.file, name, "password_dropped")
        return frame.drop([*dropped, *(name for name in frame.columns if name.startswith("_"))])

    def _trimmed(self, frame: pl.DataFrame) -> pl.DataFrame:
        trimmed = frame.with_columns(pl.col(pl.String).str.strip_chars(_BLANKS))
        for name in trimmed.columns:
            changed = frame[name].ne_missing(trimmed[name])
            if name != ROW and changed.any():
                self.report.note(self.layout.file, name, "whitespace_trimmed", frame[ROW].filter(changed).to_list())
        return trimmed.with_columns(pl.col(pl.String).replace("", None))

    def _check_head(self, rows: "_Sifted") -> None:
        rows.refuse("sourcedId", "value_missing", rows.take("sourcedId").is_null())
        rows.bound("sourcedId", _LONGEST[Kind.ID])
        for name in ("status", "dateLastModified"):
            one = self.layout.named(name)
            if one is not None and one.rule is not None:
                rows.rule(name, one.rule)
        if self.delta:
            rows.refuse("status", "delta_status_missing", rows.take("status").is_null())
            rows.refuse("dateLastModified", "delta_date_missing", rows.take("dateLastModified").is_null())

    def _check_values(self, rows: "_Sifted") -> None:
        for one in self.layout.fields[len(HEAD) :]:
            if one.header in rows.frame.columns:
                _check_field(rows, one)
        for begin, end in (("beginDate", "endDate"), ("startDate", "endDate")):
            if begin in rows.frame.columns and end in rows.frame.columns:
                rows.warn(end, "dates_reversed", rows.take(end) < rows.take(begin))

    def _columns(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The kept columns under the table's names, with the row's number, hash and key."""
        kept = [one for one in self.layout.kept() if one.header in rows.columns]
        metadata = sorted(name for name in rows.columns if name.startswith(METADATA))
        columns = [_kept(one) for one in kept]
        if metadata:
            keys = pl.struct(pl.col(name).alias(name.removeprefix(METADATA)) for name in metadata)
            columns.append(keys.struct.json_encode().alias(METADATA_COLUMN))
        frame = rows.select(ROW, _or_null(rows, "dateLastModified").alias(MODIFIED), *columns)
        hashed = frame.select(sorted(set(frame.columns) - {ROW, MODIFIED})).hash_rows(_SEED)
        return frame.with_columns(hashed.reinterpret(signed=True).alias(HASH), key_of(frame["sourced_id"]))

    def _references(self, rows: pl.DataFrame) -> Iterator[Reference]:
        for one in self.layout.fields:
            if one.refers is None or one.header not in rows.columns:
                continue
            named = rows.select(ROW, pl.col(one.header).alias(KEY)).drop_nulls()
            if one.kind is Kind.REFERENCES:
                named = _exploded(named, KEY)
            yield Reference(one.header, one.refers, named.select(ROW, key_of(named[KEY])))

    def _roles(self, rows: pl.DataFrame) -> pl.DataFrame | None:
        """OneRoster 1.1 tells a user's role and orgs in the user's own row: one role for each org, the first is primary."""
        if not {"role", "orgSourcedIds"} <= set(rows.columns):
            return None
        told = rows.select(
            ROW, "sourcedId", "role", "orgSourcedIds", _or_null(rows, "dateLastModified").alias(MODIFIED)
        )
        told = _exploded(told.drop_nulls(["role", "orgSourcedIds"]), "orgSourcedIds")
        told = told.unique(["sourcedId", "role", "orgSourcedIds"], keep="first", maintain_order=True)
        told = told.with_columns(first=pl.col("sourcedId").is_first_distinct())
        frame = told.select(
            ROW,
            sourced_id=pl.format("{}:{}:{}", "sourcedId", "orgSourcedIds", "role"),
            person_sourced_id="sourcedId",
            role_type=pl.when("first").then(pl.lit("primary")).otherwise(pl.lit("secondary")),
            role="role",
            org_sourced_id="orgSourcedIds",
        )
        hashed = frame.drop(ROW).hash_rows(_SEED).reinterpret(signed=True)
        return frame.with_columns(hashed.alias(HASH), key_of(frame["sourced_id"]), told[MODIFIED])


class _Sifted:
    """A block on its way through the checks: its columns, and which rows are refused."""

    def __init__(self, frame: pl.DataFrame, file: str, report: Report) -> None:
        self.frame = frame
        self._file = file
        self._report = report
        self._refused = pl.repeat(value=False, n=frame.height, dtype=pl.Boolean, eager=True)

    def take(self, name: str) -> pl.Series:
        """A column; one that the file does not have is all null."""
        if name in self.frame.columns:
            return self.frame[name]
        return pl.Series(name, [None] * self.frame.height, dtype=pl.String)

    def refuse(self, column: str, code: str, which: pl.Series) -> None:
        if which.any():
            self._report.note(self._file, column, code, self.frame[ROW].filter(which).to_list())
            self._refused = self._refused | which.fill_null(value=False)

    def warn(self, column: str, code: str, which: pl.Series) -> None:
        if which.any():
            self._report.note(self._file, column, code, self.frame[ROW].filter(which).to_list())

    def bound(self, column: str, longest: int) -> None:
        values = self.take(column)
        if (values.str.len_bytes() > longest).any():
            self.refuse(column, "value_too_long", values.str.len_chars() > longest)

    def rule(self, column: str, rule: Rule) -> None:
        """Read a column by its rule, each distinct value once."""
        values = self.take(column)
        if values.null_count() == values.len():
            return
        plain = values.str.contains(_PLAIN[rule][0]).fill_null(value=False) if rule in _PLAIN else None
        others = values if plain is None else values.filter(~plain)
        readings = {value: rule(value) for value in others.unique().drop_nulls().to_list()}
        changed = {value: read for value, (read, _) in readings.items() if read != value}
        for code in sorted({code for _, code in readings.values() if code}):
            which = values.is_in([value for value, (_, said) in readings.items() if said == code])
            (self.refuse if is_refusal(code) else self.warn)(column, code, which)
        if changed:
            new = pl.Series(list(changed.values()), dtype=pl.String)
            self.frame = self.frame.with_columns(values.replace(pl.Series(list(changed), dtype=pl.String), new))
        if plain is not None:
            self._write_arrays(column, values, plain, _PLAIN[rule][1])

    def _write_arrays(self, column: str, values: pl.Series, plain: pl.Series, between: str) -> None:
        """Write lists without anything to escape as PostgreSQL's arrays."""
        inner = values.str.replace_all(between, between.replace(",", '","'), literal=True)
        array = pl.concat_str(pl.lit('{"'), inner, pl.lit('"}'))
        self.frame = self.frame.with_columns(pl.when(plain).then(array).otherwise(pl.col(column)).alias(column))

    def good(self) -> pl.DataFrame:
        return self.frame.filter(~self._refused) if self._refused.any() else self.frame

    def refused_ids(self) -> list[str | None]:
        return self.frame["sourcedId"].filter(self._refused).to_list() if self._refused.any() else []


def _check_field(rows: _Sifted, one: Field) -> None:
    if one.required:
        rows.refuse(one.header, "value_missing", rows.take(one.header).is_null())
    if one.kind in _LONGEST:
        rows.bound(one.header, _LONGEST[one.kind])
    if one.rule is not None:
        rows.rule(one.header, one.rule)


def _parted(rows: _Sifted, removal: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows that remove and the others, without the refused ones."""
    good = rows.good()
    if not removal.any():
        return good.clear(), good
    is_removal = pl.col("status") == "tobedeleted"
    return good.filter(is_removal), good.filter(is_removal.not_() | pl.col("status").is_null())


def _kept(one: Field) -> pl.Expr:
    column = pl.col(one.header)
    if one.kind is Kind.REFERENCES or one.rule in _ARRAYS:
        column = column.fill_null("{}")
    return column.alias(str(one.column))


def _exploded(rows: pl.DataFrame, column: str) -> pl.DataFrame:
    """One row for each element of an array's text; sourcedIds with quotes or backslashes keep their escapes."""
    elements = pl.col(column).str.strip_prefix('{"').str.strip_suffix('"}').str.split('","')
    return rows.with_columns(elements).explode(column).filter(pl.col(column) != "{}")


def _or_null(rows: pl.DataFrame, name: str) -> pl.Expr:
    return pl.col(name) if name in rows.columns else pl.lit(None, dtype=pl.String)


def key_of(ids: pl.Series) -> pl.Series:
    """A hash of sourcedIds by which rows of one run find one another."""
    return ids.hash(_SEED).alias(KEY)
