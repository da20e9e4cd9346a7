"""Members that only the gradebook has: numbers, days of scores, learning objectives and the steps of a scale."""

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Numeric, Text, and_, bindparam, exists, func, select
from sqlalchemy.types import TypeEngine

from services.learner_profile.gradebook.models import ItemObjective, ResultObjectiveColumns
from services.learner_profile.oneroster.errors import InvalidFilterField, InvalidPayload
from services.learner_profile.oneroster.schemas import payloads
from services.learner_profile.oneroster.schemas.addresses import Address
from services.learner_profile.oneroster.schemas.filters import Operator
from services.learner_profile.oneroster.schemas.payloads import pointer
from services.learner_profile.oneroster.schemas.scalars import (
    Column,
    Comparison,
    Day,
    Instant,
    Scalar,
    Values,
    compared,
)

_NUMBER = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,12})?")
_LARGEST = 10**12
_MOST_OBJECTIVES = 500
_OBJECTIVE_SOURCE = re.compile(r"case|unknown|/[a-z0-9]{1,60}")

OBJECTIVES = "objectives"
"""The value under which a record carries its learning objectives, which stand in a table of their own."""


def number(value: Any, place: str) -> Decimal | None:  # noqa: ANN401 - JSON
    """A number, or a text that is one; blank is null."""
    if isinstance(value, str):
        if value.strip() and not _NUMBER.fullmatch(value.strip()):
            raise InvalidPayload(place, "is a number")
        return Decimal(value.strip()) if value.strip() else None
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not _bounded(value):
        raise InvalidPayload(place, "is a number of at most twelve digits")
    return Decimal(str(value))


def _bounded(value: float) -> bool:
    return math.isfinite(value) and abs(value) < _LARGEST


class Number(Scalar):
    """A number of any kind; clients also send it as a text."""

    bind: ClassVar[TypeEngine[Any]] = Numeric()

    def write(self, value: Any, _: Address) -> Any:  # noqa: ANN401 - JSON
        return value

    def parsed(self, value: Any, place: str) -> Decimal | None:  # noqa: ANN401 - JSON
        return number(value, place)

    def comparable(self, path: str) -> ColumnElement[Any] | None:
        return None if path else self.column.expression

    @staticmethod
    def compared_value(text: str) -> Decimal:
        if not _NUMBER.fullmatch(text.strip()):
            raise InvalidFilterField("The field is compared with a number")
        return Decimal(text.strip())


class Moment(Instant):
    """An instant that a record may leave empty."""

    def read(self, value: Any, place: str) -> Values:  # noqa: ANN401 - JSON
        return {self.column.key: payloads.instant(value, place)}


@dataclass(frozen=True)
class ScoreDay(Day):
    """The day of a score; where a client sends an instant, that is kept beside it."""

    instant: Column | None = None

    def read(self, value: Any, place: str) -> Values:  # noqa: ANN401 - JSON
        found = super().read(value, place)
        told = isinstance(value, str) and "T" in value
        moment = payloads.instant(value, place) if told else None
        return found | ({self.instant.key: moment} if self.instant is not None else {})


@dataclass(frozen=True)
class Steps:
    """The mapping of a score scale, kept as it is written."""

    column: Column

    @property
    def expression(self) -> ColumnElement[Any]:
        return self.column.expression

    def write(self, value: list[dict[str, str]], _: Address) -> list[dict[str, str]]:
        return value

    def read(self, value: Any, place: str) -> Values:  # noqa: ANN401 - JSON
        return {self.column.key: [_step(step, at) for at, step in payloads.items(value, place)]}

    def comparable(self, _: str) -> ColumnElement[Any] | None:
        return None

    def compare(self, _: str, __: Operator, ___: str) -> Comparison | None:
        return None


def _step(step: Any, place: str) -> dict[str, str]:  # noqa: ANN401 - JSON
    sides = {}
    for side in ("itemValueLHS", "itemValueRHS"):
        found = payloads.code(payloads.record(step, place).get(side), pointer(place, side))
        if found is None:
            raise InvalidPayload(pointer(place, side), "is required")
        sides[side] = found
    return sides


@dataclass(frozen=True)
class Objectives:
    """`learningObjectiveSet`: for an item a list of ids to a source, for a result also a score for each.

    1.1 does not know it: there it is taken where it is sent, left alone where it is not, and never shown.
    """

    table: type[ItemObjective] | type[ResultObjectiveColumns]
    owner: Any
    shown: bool = True

    @property
    def scored(self) -> bool:
        return issubclass(self.table, ResultObjectiveColumns)

    @property
    def reference(self) -> Any:  # noqa: ANN401 - a column of either table
        return self.table.result_sourced_id if self.scored else self.table.item_sourced_id  # type: ignore[union-attr]

    def _mine(self) -> ColumnElement[bool]:
        return and_(
            self.table.district_id == self.owner.district_id,
            self.table.source == self.owner.source,
            self.reference == self.owner.sourced_id,
            self.table.status == "active",
        )

    @property
    def expression(self) -> ColumnElement[Any]:
        scores = (self.table.score, self.table.text_score) if self.scored else ()  # type: ignore[union-attr]
        row = func.json_build_array(self.table.objective_source, self.table.objective_id, *scores)
        order = (self.table.objective_source, self.table.sourced_id)
        rows = select(row).where(self._mine()).order_by(*order).correlate(self.owner)
        return func.array(rows.scalar_subquery())

    def write(self, value: list[list[Any]], _: Address) -> list[dict[str, Any]] | None:
        sets: dict[str, list[Any]] = {}
        for source, *objective in value if self.shown else ():
            sets.setdefault(source, []).append(_scored(*objective) if self.scored else objective[0])
        inside = "learningObjectiveResults" if self.scored else "learningObjectiveIds"
        return [{"source": source, inside: objectives} for source, objectives in sets.items()] or None

    def read(self, value: Any, place: str) -> Values:  # noqa: ANN401 - JSON
        if value is None and not self.shown:
            return {}
        return {OBJECTIVES: self._given(value, place)}

    def _given(self, value: Any, place: str) -> list[dict[str, Any]]:  # noqa: ANN401 - JSON
        given: dict[tuple[str, str], dict[str, Any]] = {}
        sets = value if isinstance(value, list) or value is None else [value]
        for at, entry in payloads.items(sets, place):
            found = payloads.record(entry, at)
            source = _source(found.get("source"), pointer(at, "source"))
            inside = "learningObjectiveResults" if self.scored else "learningObjectiveIds"
            for where, objective in payloads.items(found.get(inside), pointer(at, inside)):
                one = _objective_score(objective, where) if self.scored else _objective(objective, where)
                given[source, one["objective_id"]] = {"objective_source": source, **one}
        if len(given) > _MOST_OBJECTIVES:
            raise InvalidPayload(place, f"holds at most {_MOST_OBJECTIVES} learning objectives")
        return list(given.values())

    def comparable(self, _: str) -> ColumnElement[Any] | None:
        return None

    def compare(self, path: str, operator: Operator, name: str) -> Comparison | None:
        columns = {
            "source": self.table.objective_source,
            "learningObjectiveIds": self.table.objective_id,
            "learningObjectiveResults.learningObjectiveId": self.table.objective_id,
        }
        if path not in columns:
            return None
        found = compared(columns[path].expression, operator, name, Text(), str)
        return Comparison(exists().where(self._mine(), found.condition), found.value)


def _source(value: Any, place: str) -> str:  # noqa: ANN401 - JSON
    found = (payloads.text(value, place) or "unknown").lower()
    if not _OBJECTIVE_SOURCE.fullmatch(found):
        raise InvalidPayload(place, "is case, unknown, or a slash and a word")
    return found


def _objective(value: Any, place: str) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {"objective_id": payloads.identifier(value, place)}


def _objective_score(value: Any, place: str) -> dict[str, Any]:  # noqa: ANN401 - JSON
    found = payloads.record(value, place)
    return {
        "objective_id": payloads.identifier(found.get("learningObjectiveId"), pointer(place, "learningObjectiveId")),
        "score": number(found.get("score"), pointer(place, "score")),
        "text_score": payloads.code(found.get("textScore"), pointer(place, "textScore")),
    }


def _scored(objective: str, score: float | None, text_score: str | None) -> dict[str, Any]:
    members = {"learningObjectiveId": objective, "score": score, "textScore": text_score}
    return {name: value for name, value in members.items() if value is not None}


def named(collection: str) -> Any:  # noqa: ANN401 - a bind parameter fits any comparison
    """The bind parameter that holds the sourcedId of a parent out of this collection."""
    return bindparam(f"{collection}_id", type_=Text())
