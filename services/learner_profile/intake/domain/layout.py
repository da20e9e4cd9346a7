"""The files of OneRoster's CSV binding: their columns, how each is read, and where it is kept."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, auto

from services.learner_profile.intake.domain import values
from services.learner_profile.intake.domain.values import Rule


class Kind(Enum):
    """What matters about a column besides its rule."""

    ID = auto()
    REFERENCE = auto()
    REFERENCES = auto()
    TEXT = auto()
    LONG_TEXT = auto()
    RULED = auto()
    DROPPED = auto()


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its `header` in the file and the `column` that keeps it, None where it is read and not kept."""

    header: str
    column: str | None
    kind: Kind = Kind.TEXT
    rule: Rule | None = None
    required: bool = False
    refers: str | None = None
    """The file whose sourcedIds the value names."""
    prescribed: bool = True
    """Every version of OneRoster has the column; where it is missing that is worth a warning."""


@dataclass(frozen=True, slots=True)
class Layout:
    """One file: its name without `.csv`, the table that keeps it and its columns in OneRoster's order."""

    file: str
    table: str
    fields: tuple[Field, ...]
    aliases: dict[str, str] = field(default_factory=dict)
    """Headers of older versions and what they are called now."""
    gradebook: bool = False

    def crosses_to(self, other: "Layout") -> bool:
        """Whether references to the other file's nouns resolve in the sender's roster source."""
        return self.gradebook and not other.gradebook

    def kept(self) -> Iterable[Field]:
        return (one for one in self.fields if one.column is not None)

    def named(self, header: str) -> Field | None:
        return next((one for one in self.fields if one.header == header), None)


STATUS = values.word_of(
    ("active", "tobedeleted"), {"inactive": "tobedeleted", "deleted": "tobedeleted"}, extensible=False
)
HEAD = (
    Field("sourcedId", "sourced_id", Kind.ID, required=True),
    Field("status", None, Kind.RULED, STATUS),
    Field("dateLastModified", None, Kind.RULED, values.instant),
)


def text(header: str, column: str, *, required: bool = False, prescribed: bool = True) -> Field:
    return Field(header, column, Kind.TEXT, required=required, prescribed=prescribed)


def ruled(header: str, column: str | None, rule: Rule, *, required: bool = False, prescribed: bool = True) -> Field:
    return Field(header, column, Kind.RULED, rule, required=required, prescribed=prescribed)


def reference(
    header: str, column: str, refers: str | None, *, required: bool = False, prescribed: bool = True
) -> Field:
    return Field(header, column, Kind.REFERENCE, None, required, refers, prescribed)


def references(
    header: str, column: str | None, refers: str | None, *, required: bool = False, prescribed: bool = True
) -> Field:
    return Field(header, column, Kind.REFERENCES, values.texts, required, refers, prescribed)


def layout(file: str, table: str, *fields: Field, gradebook: bool = False, **aliases: str) -> Layout:
    return Layout(file, table, HEAD + fields, aliases, gradebook)
