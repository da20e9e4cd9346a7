"""How the header of a file is read: which field each column is, and what was odd about it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from services.learner_profile.intake.domain.layout import Field, Layout

METADATA = "metadata."
_SHORTEST_MISSPELLABLE = 4
_MOST_COLUMNS = 500
_LONGEST_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Header:
    """What a header means. `fields` has one entry a column: a field, the key of a `metadata.` column, or None (ignored)."""

    fields: tuple[Field | str | None, ...]
    trailing: int = 0
    """Unnamed columns at the right end."""
    findings: tuple[tuple[str, str], ...] = field(default=())
    """(column, code)."""
    refusals: tuple[tuple[str, str], ...] = field(default=())
    """(column, code) of what makes the file unusable."""

    @property
    def present(self) -> frozenset[str]:
        return frozenset(one.header for one in self.fields if isinstance(one, Field))


def read_header(names: Sequence[str], layout: Layout, *, delta: bool) -> Header:
    """Match the names of a header to a layout; tolerant where only one reading is possible."""
    cells = [name.strip().strip("\ufeff\u00a0 ") for name in names]
    trailing = next((count for count, cell in enumerate(reversed(cells)) if cell), len(cells))
    cells = cells[: len(cells) - trailing]
    if not cells or len(cells) > _MOST_COLUMNS:
        return Header((), refusals=(("", "column_excess" if cells else "header_missing"),))
    found = [_exactly(cell, layout) for cell in cells]
    taken = {one.header for one, _ in found if isinstance(one, Field)}
    found = [
        pair if pair[0] is not None else _nearly(cell, layout, taken) for pair, cell in zip(found, cells, strict=True)
    ]
    findings = [(cell[:_LONGEST_SHOWN], code) for (_, code), cell in zip(found, cells, strict=True) if code]
    findings += [
        (cell[:_LONGEST_SHOWN], "header_normalised")
        for name, cell in zip(names, cells, strict=False)
        if name.strip("\ufeff") != cell
    ]
    fields = tuple(one for one, _ in found)
    header = Header(fields, trailing)
    refusals = tuple(_refusals(header, layout, delta=delta))
    if "sourcedId" not in header.present:
        # This is no header but somebody's row, and a report repeats no values.
        return Header(fields, trailing, refusals=refusals)
    return Header(fields, trailing, (*findings, *_oddities(header, layout)), refusals)


def _exactly(cell: str, layout: Layout) -> tuple[Field | str | None, str | None]:
    name = layout.aliases.get(cell, cell)
    if name.casefold().startswith(METADATA) and len(name) > len(METADATA):
        return name[len(METADATA) :], None if name.startswith(METADATA) else "header_normalised"
    alike = layout.named(name) or next((one for one in layout.fields if _loose(one.header) == _loose(name)), None)
    if alike is None:
        return None, "column_unknown"
    return alike, None if alike.header == name else "header_normalised"


def _loose(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _nearly(cell: str, layout: Layout, taken: set[str]) -> tuple[Field | None, str]:
    """A field that one edit away is meant, if only one is and no other column already is it."""
    if len(cell) < _SHORTEST_MISSPELLABLE:
        return None, "column_unknown"
    near = [one for one in layout.fields if one.header not in taken and is_one_edit(_loose(cell), _loose(one.header))]
    return (near[0], "header_misspelt") if len(near) == 1 else (None, "column_unknown")


def is_one_edit(one: str, other: str) -> bool:
    """Whether one insertion, deletion, replacement or exchange of neighbours makes one word the other."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    left, right = one[start:], other[start:]
    if not left and not right:
        return False
    exchanged = left[:2] == right[1::-1] and left[2:] == right[2:] and len(left) > 1 and len(right) > 1
    return left[1:] == right[1:] or left[1:] == right or left == right[1:] or exchanged


def _oddities(header: Header, layout: Layout) -> Iterator[tuple[str, str]]:
    order = {one.header: place for place, one in enumerate(layout.fields)}
    places = [order[one.header] for one in header.fields if isinstance(one, Field)]
    if any(later < earlier for earlier, later in pairwise(places)):
        yield "", "header_order"
    for one in layout.fields:
        if one.prescribed and not one.required and one.header not in header.present:
            yield one.header, "column_absent"


def _refusals(header: Header, layout: Layout, *, delta: bool) -> Iterator[tuple[str, str]]:
    named = [one.header if isinstance(one, Field) else f"{METADATA}{one}" for one in header.fields if one is not None]
    for name in sorted({name for name in named if named.count(name) > 1}):
        yield name, "column_duplicate"
    for one in layout.fields:
        needed = one.required or (delta and one.header in ("status", "dateLastModified"))
        if needed and one.header not in header.present:
            yield one.header, "column_missing"
