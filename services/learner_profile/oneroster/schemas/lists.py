"""Members that hold lists, references or what other rows say about the object."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Text, bindparam, exists, func, not_, select

from services.learner_profile.intake.domain import values
from services.learner_profile.oneroster.errors import InvalidPayload
from services.learner_profile.oneroster.schemas import payloads
from services.learner_profile.oneroster.schemas.addresses import Address
from services.learner_profile.oneroster.schemas.filters import Operator
from services.learner_profile.oneroster.schemas.scalars import Column, Comparison, Scalar, Values, compared


@dataclass(frozen=True)
class Texts:
    """A list of texts in one array column; `always` writes the empty list too.

    Compared with `=`, the list holds every one of the values that commas separate; other comparisons ask for one item.
    """

    column: Column
    always: bool = False

    @property
    def expression(self) -> ColumnElement[Any]:
        return self.column.expression

    def write(self, value: list[str], _: Address) -> list[Any] | None:
        return value if value or self.always else None

    def read(self, value: Any, place: str) -> Values:  # noqa: ANN401 - JSON
        return {self.column.key: [self.item(item, at) for at, item in payloads.items(value, place)]}

    def item(self, value: Any, place: str) -> str:  # noqa: ANN401 - JSON
        found = payloads.code(value, place)
        if found is None:
            raise InvalidPayload(place, "is a text")
        return found

    def comparable(self, _: str) -> ColumnElement[Any] | None:
        return None

    def compare(self, path: str, operator: Operator, name: str) -> Comparison | None:
        return None if path else _compared_list(self.column, operator, name)


class Grades(Texts):
    """Grade levels as CEDS names them; read as the roster's files are."""

    def item(self, value: Any, place: str) -> str:  # noqa: ANN401 - JSON
        found = super().item(value, place)
        canonical = None if "," in found else values.grades(found)[0]
        if canonical is None:
            raise InvalidPayload(place, "is a grade level: KG, 01 … 13 or another of CEDS")
        return canonical.strip('{"}')


def _compared_list(column: Column, operator: Operator, name: str) -> Comparison:
    if operator in {"=", "!="}:
        holds = column.contains(bindparam(name, type_=ARRAY(Text)))
        return Comparison(holds if operator == "=" else not_(holds), _separated)
    item = func.unnest(column).column_valued()
    found = compared(item, operator, name, Text(), str)
    return Comparison(exists(select(item).where(found.condition)), found.value)


def _separated(text: str) -> list[str]:
    return [part.strip() for part in text.split(",")]


@dataclass(frozen=True)
class Reference(Scalar):
    """A GUIDRef to one object."""

    kind: str = "org"

    def write(self, value: str | None, address: Address) -> dict[str, str] | None:
        return address.reference(self.kind, value) if value else None

    def parsed(self, value: Any, place: str) -> str | None:  # noqa: ANN401 - JSON
        return None if value is None else payloads.reference(value, place)

    def comparable(self, path: str) -> ColumnElement[Any] | None:
        return self.column.expression if path == "sourcedId" else None


@dataclass(frozen=True)
class References(Texts):
    """GUIDRefs to several objects."""

    kind: str = "org"

    def write(self, value: list[str], address: Address) -> list[Any] | None:
        return [address.reference(self.kind, item) for item in value] if value or self.always else None

    def item(self, value: Any, place: str) -> str:  # noqa: ANN401 - JSON
        return payloads.reference(value, place)

    def compare(self, path: str, operator: Operator, name: str) -> Comparison | None:
        return _compared_list(self.column, operator, name) if path == "sourcedId" else None


@dataclass(frozen=True)
class Metadata:
    """The open object of extensions; filters and orders reach its members as `metadata.<name>`."""

    column: Column

    @property
    def expression(self) -> ColumnElement[Any]:
        return self.column.expression

    def write(self, value: dict[str, Any], _: Address) -> dict[str, Any] | None:
        return value or None

    def read(self, value: Any, place: str) -> Values:  # noqa: ANN401 - JSON
        return {self.column.key: {} if value is None else payloads.record(value, place)}

    def comparable(self, path: str) -> ColumnElement[Any] | None:
        return self.column[path].astext.collate("C") if path else None

    def compare(self, path: str, operator: Operator, name: str) -> Comparison | None:
        found = self.comparable(path)
        return None if found is None else compared(found, operator, name, Text(), str)


@dataclass(frozen=True)
class UserIds(Texts):
    """Identifiers of a user in other systems; the column holds `{type:identifier}` as OneRoster's CSV writes it."""

    def write(self, value: list[str], _: Address) -> list[Any] | None:
        pairs = (item.strip("{}").partition(":") for item in value)
        return [{"type": kind, "identifier": found} for kind, _, found in pairs if found] or None

    def item(self, value: Any, place: str) -> str:  # noqa: ANN401 - JSON
        pair = payloads.record(value, place)
        kind = payloads.text(pair.get("type"), payloads.pointer(place, "type"))
        found = payloads.code(pair.get("identifier"), payloads.pointer(place, "identifier"))
        if not kind or not found or ":" in kind:
            raise InvalidPayload(place, "has a type (without a colon) and an identifier")
        return f"{{{kind}:{found}}}"

    def compare(self, path: str, operator: Operator, name: str) -> Comparison | None:
        parts = {"type": r"^\{?([^:]*):.*$", "identifier": r"^[^:]*:(.*?)\}?$"}
        if path not in parts:
            return None
        item = func.unnest(self.column).column_valued()
        found = compared(func.regexp_replace(item, parts[path], r"\1"), operator, name, Text(), str)
        return Comparison(exists(select(item).where(found.condition)), found.value)
