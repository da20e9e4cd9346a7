"""Structs made for one selection set: what is decoded from a service's JSON, and what goes out under the response's keys.

Decoding checks what the specification asks of a completed value - no null where the type forbids it, leaves of the right
kind, members of an enum - in C, and passes over what was not selected. Where the checks fail the plan is given up and the
stock executor answers, so that an error looks as it always does.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Annotated, Any, Literal

import msgspec
from graphql import GraphQLEnumType, GraphQLLeafType

from gateway.execution.places import attribute_of

_INT = Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31 - 1)]
_LEAVES: dict[str, Any] = {
    "ID": str,
    "String": str,
    "DateTime": str,
    "Date": str,
    "Int": _INT,
    "Float": float,
    "Boolean": bool,
}
TYPENAME = "__typename"


class Unplannable(Exception):  # noqa: N818 - nothing is wrong, another way is taken
    """The plan cannot hold this operation; the stock executor can."""


def leaf(graphql_type: GraphQLLeafType) -> Any:  # noqa: ANN401 - a type annotation
    if isinstance(graphql_type, GraphQLEnumType):
        return Literal[tuple(graphql_type.values)]
    if graphql_type.name not in _LEAVES:
        raise Unplannable(graphql_type.name)
    return _LEAVES[graphql_type.name]


LATER: Any = None
"""The annotation of a field that another read puts in: nothing but null may stand there when its parent is decoded."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One field of the answer: the key it is decoded from, the key it goes out under, and its type."""

    source_key: str
    response_key: str
    annotation: Any
    optional: bool = True

    @property
    def column(self) -> tuple[Any, ...]:
        name = attribute_of(self.source_key)
        if self.source_key == TYPENAME:
            return (name, Literal[self.annotation], self.annotation)
        if self.annotation is LATER:
            return (name, None, None)
        return (name, self.annotation | None, None) if self.optional else (name, self.annotation)


@dataclass(frozen=True, slots=True)
class Shape:
    """The two structs of a selection set, which are one where nothing is renamed, repeated or hidden."""

    decoded: type[msgspec.Struct]
    make: Callable[[Any], Any] | None = None
    """From what was decoded to what goes out; None where that is the same object."""


@dataclass(slots=True)
class Slots:
    """Collects the fields of one selection set in the order of the answer."""

    name: str
    answered: list[Slot] = field(default_factory=list)
    hidden: list[Slot] = field(default_factory=list)

    def add(self, slot: Slot) -> None:
        self.answered.append(slot)

    def hold(self, slot: Slot) -> None:
        """Decode a key that may not go out, such as the id by which another read finds its parent."""
        self.hidden.append(slot)

    def shape(self) -> Shape:
        columns = _distinct(self.answered, self.hidden)
        decoded = _struct(self.name, columns, kw_only=True)
        if [slot.response_key for slot in self.answered] == list(columns):
            return Shape(decoded)
        return Shape(decoded, _maker(self.name, self.answered))


def _distinct(answered: list[Slot], hidden: list[Slot]) -> dict[str, tuple[Any, ...]]:
    slots: dict[str, Slot] = {}
    for slot in (*answered, *hidden):
        if slots.setdefault(slot.source_key, slot).annotation != slot.annotation:
            raise Unplannable(f"{slot.source_key} is selected in two ways")
    return {key: slot.column for key, slot in slots.items()}


def _maker(name: str, answered: list[Slot]) -> Callable[[Any], Any]:
    columns = {slot.response_key: (attribute_of(slot.response_key), Any) for slot in answered}
    answer = _struct(f"{name}Answer", columns, kw_only=False)
    sources = [attribute_of(slot.source_key) for slot in answered]
    if not sources:
        return lambda _: answer()
    if len(sources) == 1:
        only = attrgetter(sources[0])
        return lambda one: answer(only(one))
    values = attrgetter(*sources)
    return lambda one: answer(*values(one))


def _struct(name: str, columns: dict[str, tuple[Any, ...]], *, kw_only: bool) -> type[msgspec.Struct]:
    """`gc=False`: answers are trees, and thousands of objects need not be walked for cycles."""
    rename = {attribute_of(key): key for key in columns}
    return msgspec.defstruct(name, columns.values(), rename=rename, kw_only=kw_only, gc=False)
