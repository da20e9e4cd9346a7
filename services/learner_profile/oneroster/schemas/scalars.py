"""Members that hold one value: how each is selected, written, read, compared and ordered by."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, TypeVar

from sqlalchemy import Boolean, ColumnElement, Date, DateTime, Text, bindparam, cast, func, literal
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import TypeEngine

from services.learner_profile.intake.domain import values
from services.learner_profile.oneroster.errors import InvalidFilterField, InvalidPayload
from services.learner_profile.oneroster.schemas import payloads
from services.learner_profile.oneroster.schemas.addresses import Address
from services.learner_profile.oneroster.schemas.filters import Operator

_Value = TypeVar("_Value", date, datetime)
Column = InstrumentedAttribute[Any]
Values = dict[str, Any]
"""Values of columns, by the attribute of the model."""

_UNSPEAKABLE = re.compile(r"[^a-zA-Z0-9._-]")
_COMPARED: dict[str, Callable[[Any, Any], Any]] = {
    "=": lambda column, value: column == value,
    "!=": lambda column, value: column.is_distinct_from(value),
    ">": lambda column, value: column > value,
    ">=": lambda column, value: column >= value,
    "<": lambda column, value: column < value,
    "<=": lambda column, value: column <= value,
}


@dataclass(frozen=True)
class Comparison:
    """A condition on the bind parameter `name`, and how the text of a filter becomes its value."""

    condition: ColumnElement[bool]
    value: Callable[[str], Any] = str


def compared(
    expression: ColumnElement[Any], operator: Operator, name: str, kind: TypeEngine[Any], value: Callable[[str], Any]
) -> Comparison:
    """`~` looks for the text anywhere, whatever its case; `!=` holds for what is absent."""
    if operator == "~":
        shown = func.lower(cast(expression, Text))
        return Comparison(func.strpos(shown, func.lower(bindparam(name, type_=Text()))) > 0)
    return Comparison(_COMPARED[operator](expression, bindparam(name, type_=kind)), value)


@dataclass(frozen=True)
class Scalar:
    """A text in one column. `required` is asked for when the object is new; `blank` stands in the column for nothing."""

    column: Column
    required: bool = False
    blank: str | None = None
    shown_blank: str | None = None
    """What is written where there is nothing, for members that the standard does not let us leave out."""
    bind: ClassVar[TypeEngine[Any]] = Text()

    @property
    def expression(self) -> ColumnElement[Any]:
        return self.column.expression

    def write(self, value: Any, _: Address) -> Any:  # noqa: ANN401 - JSON
        return value or self.shown_blank

    def read(self, value: Any, place: str) -> Values:  # noqa: ANN401 - JSON
        found = self.parsed(value, place)
        if found is None and self.required:
            raise InvalidPayload(place, "is required")
        return {self.column.key: self.blank if found is None else found}

    def parsed(self, value: Any, place: str) -> Any:  # noqa: ANN401 - JSON
        return payloads.text(value, place)

    def comparable(self, path: str) -> ColumnElement[Any] | None:
        """The expression that filters and sort orders mean by this member, or by what is at `path` below it."""
        return None if path else self.column.collate("C")

    def compare(self, path: str, operator: Operator, name: str) -> Comparison | None:
        found = self.comparable(path)
        return None if found is None else compared(found, operator, name, self.bind, self.compared_value)

    @staticmethod
    def compared_value(text: str) -> Any:  # noqa: ANN401 - the column's own type
        return text


class Code(Scalar):
    """A text that many clients send as a number."""

    def parsed(self, value: Any, place: str) -> str | None:  # noqa: ANN401 - JSON
        return payloads.code(value, place)


class SchoolYear(Code):
    """The calendar year in which a school year ends; read as the roster's files are."""

    def parsed(self, value: Any, place: str) -> str | None:  # noqa: ANN401 - JSON
        found = super().parsed(value, place)
        year = found and values.year(found)[0]
        if found and not year:
            raise InvalidPayload(place, "is the year in which the school year ends, YYYY")
        return year or None


@dataclass(frozen=True)
class Word(Scalar):
    """A word of a vocabulary; one that the column holds from elsewhere is written as an extension."""

    vocabulary: tuple[str, ...] = ()
    closed: bool = False

    def write(self, value: str | None, _: Address) -> str | None:
        return spoken(value, self.vocabulary) if value else self.shown_blank

    def parsed(self, value: Any, place: str) -> str | None:  # noqa: ANN401 - JSON
        return payloads.word(value, place, self.vocabulary, closed=self.closed)


@dataclass(frozen=True)
class Identity(Scalar):
    """The object's own sourcedId; commands read it."""

    def read(self, _: Any, __: str) -> Values:  # noqa: ANN401 - JSON
        return {}


@dataclass(frozen=True)
class Flag(Scalar):
    """`"true"` or `"false"`: the binding writes booleans as texts."""

    default: bool | None = None
    bind: ClassVar[TypeEngine[Any]] = Boolean()

    def write(self, value: Any, _: Address) -> str | None:  # noqa: ANN401 - JSON
        return None if value is None else str(value).lower()

    def parsed(self, value: Any, place: str) -> bool | None:  # noqa: ANN401 - JSON
        found = payloads.flag(value, place)
        return self.default if found is None else found

    def comparable(self, path: str) -> ColumnElement[Any] | None:
        return None if path else self.column.expression

    def compare(self, path: str, operator: Operator, name: str) -> Comparison | None:
        if operator not in {"=", "!=", "~"}:
            raise InvalidFilterField("true and false have no order")
        return super().compare(path, operator, name)

    @staticmethod
    def compared_value(text: str) -> bool:
        if text.lower() not in {"true", "false"}:
            raise InvalidFilterField("The field is compared with 'true' or 'false'")
        return text.lower() == "true"


class Day(Scalar):
    """A day, `YYYY-MM-DD`."""

    bind: ClassVar[TypeEngine[Any]] = Date()

    def parsed(self, value: Any, place: str) -> date | None:  # noqa: ANN401 - JSON
        return payloads.day(value, place)

    def comparable(self, path: str) -> ColumnElement[Any] | None:
        return None if path else self.column.expression

    @staticmethod
    def compared_value(text: str) -> date:
        return _compared_value(payloads.day, text)


class Instant(Scalar):
    """An instant in UTC with milliseconds; compared by the millisecond, as it is written."""

    bind: ClassVar[TypeEngine[Any]] = DateTime(timezone=True)

    @property
    def expression(self) -> ColumnElement[Any]:
        return func.to_char(func.timezone("UTC", self.column), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')

    def read(self, value: Any, place: str) -> Values:  # noqa: ANN401 - JSON
        found = payloads.instant(value, place)
        return {} if found is None else {self.column.key: found}

    def comparable(self, path: str) -> ColumnElement[Any] | None:
        return None if path else func.date_trunc(literal("milliseconds"), self.column)

    @staticmethod
    def compared_value(text: str) -> datetime:
        return _compared_value(payloads.instant, text)


def spoken(word: str, vocabulary: tuple[str, ...]) -> str:
    """The word as a door with this vocabulary may say it."""
    return word if word in vocabulary or word.startswith("ext:") else "ext:" + _UNSPEAKABLE.sub("_", word)


def _compared_value(read: Callable[[str, str], _Value | None], text: str) -> _Value:
    try:
        found = read(text, "")
    except InvalidPayload as refused:
        raise InvalidFilterField(f"The value{(refused.detail or '').removeprefix('/:')}") from refused
    if found is None:
        raise InvalidFilterField("The field is not compared with nothing")
    return found
