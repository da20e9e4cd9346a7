"""A block of records as columns of text, blank cells as nulls."""

import csv
import io
from collections.abc import Callable

import polars as pl
from polars.exceptions import PolarsError

from services.learner_profile.intake.work.records import Block

ROW = "row"
_BLANKS = (b" ", b"\t", b"\xa0")
_EDGES = (b" ,", b", ", b" \n", b"\n ", b" \r", b"\t", b'" ', b' "', b"\xc2\xa0")


def frame_of(block: Block, names: list[str], sifted: Callable[[Block], Block]) -> tuple[pl.DataFrame, list[int]]:
    """The block's columns under `names` and their row numbers in `row`; the numbers of records that no reader understands.

    A block that was passed on untouched and cannot be read as a whole is `sifted` first.
    """
    frame = _read(block, names)
    if frame is None and isinstance(block.rows, range):
        block = sifted(block)
        frame = _read(block, names)
    return (frame, []) if frame is not None else _one_by_one(block, names)


def _read(block: Block, names: list[str]) -> pl.DataFrame | None:
    if not block.content:
        return None
    try:
        frame = pl.read_csv(
            block.content,
            has_header=False,
            schema=dict.fromkeys(names, pl.String),
            extra_columns="raise",
        )
    except PolarsError:
        return None
    return frame.with_columns(_numbers(block.rows)) if frame.height == len(block.rows) else None


def _numbers(rows: range | list[int]) -> pl.Series:
    if isinstance(rows, range):
        return pl.int_range(rows.start, rows.stop, dtype=pl.Int32, eager=True).alias(ROW)
    return pl.Series(ROW, rows, dtype=pl.Int32)


def _one_by_one(block: Block, names: list[str]) -> tuple[pl.DataFrame, list[int]]:
    """Read record by record, so that one malformed record costs only itself."""
    text = block.content.decode()
    kept: list[list[str | None]] = []
    rows: list[int] = []
    malformed: list[int] = []
    lines = io.StringIO(text, newline="")
    for row in block.rows:
        fields = _fields(lines)
        if len(fields) == len(names):
            kept.append([cell or None for cell in fields])
            rows.append(row)
        else:
            malformed.append(row)
    frame = pl.DataFrame(kept, schema=dict.fromkeys(names, pl.String), orient="row")
    return frame.with_columns(_numbers(rows)), malformed


def _fields(lines: io.StringIO) -> list[str]:
    try:
        return next(csv.reader(lines, strict=True), [])
    except csv.Error:
        return []


def has_edges(content: bytes) -> bool:
    """Whether some field may begin or end with a blank; most blocks hold no blank at all."""
    return any(blank in content for blank in _BLANKS) and any(edge in content for edge in _EDGES)
