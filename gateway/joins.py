"""What a field is fed by, declared once beside the field.

A field without a declaration is *plain*: its value stands in its parent's JSON under the field's own name. A declared
field needs an answer of its own. Both ways to execute an operation are made from these declarations: the plan
(`execution/compiler.py`) and the resolvers of the stock executor (`execution/resolvers.py`). What another answer
supplies is nullable, so that an outage blanks a field and not the page.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import strawberry
from graphql import GraphQLField, GraphQLObjectType

JOIN = "join"
CARRIED = "carried"
_HOME = "__home__"


@dataclass(frozen=True, slots=True)
class Source:
    """A batch read of a service: `POST /graph/<noun>`; one that is not `keyed` is about the caller and takes no ids."""

    service: str
    noun: str
    keyed: bool = True

    @property
    def path(self) -> str:
        return f"/graph/{self.noun}"


@dataclass(frozen=True, slots=True)
class Section:
    """A value that a batch read adds to the object it is asked about."""

    source: Source
    name: str


@dataclass(frozen=True, slots=True)
class Held:
    """A value that the parent's JSON holds under the field's own name, to begin a blend with."""

    key: str


@dataclass(frozen=True, slots=True)
class Lookup:
    """A root field: the object whose id is the argument `id`."""

    source: Source


@dataclass(frozen=True, slots=True)
class Reference:
    """The object whose id stands in the parent under `key`."""

    source: Source
    key: str


@dataclass(frozen=True, slots=True)
class Sole:
    """A root field: the one object that a read without ids answers."""

    source: Source


@dataclass(frozen=True, slots=True)
class Search:
    """A root field: a read whose body is the field's arguments."""

    service: str
    path: str


@dataclass(frozen=True, slots=True)
class Blend:
    """A value made of two reads: a section of the parent, or a value that it holds, then a section of what that names."""

    first: Section | Held
    then: Section
    ids: Callable[[Any], list[str]] = field(hash=False)
    """Whom to ask `then` about, from the first section's value."""
    blend: Callable[[Any, Mapping[str, Any], Mapping[str, Any]], Any] = field(hash=False)
    """The field's JSON from the first section's value, the second's by id, and the field's arguments."""
    first_arguments: Callable[[Mapping[str, Any]], dict[str, Any]] = field(hash=False)
    """Of the section that begins; a value that is held takes none."""
    then_arguments: Callable[[Mapping[str, Any]], dict[str, Any]] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Write:
    """A mutation: one call of a service's own door with the caller's token and idempotency key.

    What the service answers becomes `member` of the payload type; what it refuses becomes a `Refusal`, and a
    version that has passed a `StaleVersion`, which the union of a field that takes a version has.
    """

    service: str
    method: str
    path: str
    """With the names of arguments that are ids or days in braces."""
    payload: str
    member: str
    body: Callable[[Mapping[str, Any]], Mapping[str, Any]] = field(hash=False)


Join = Section | Blend | Lookup | Reference | Sole | Search | Write


def joined(join: Join, *, name: str | None = None) -> Callable[[Callable[..., Any]], Any]:
    """Declares a field by its signature: the arguments and the type count, the body is only its description."""

    def declare(signature: Callable[..., Any]) -> Any:  # noqa: ANN401 - Strawberry's field stands for the value's type
        return strawberry.field(resolver=signature, name=name, description=signature.__doc__, metadata={JOIN: join})

    return declare


def section(source: Source, section_name: str, *, name: str | None = None) -> Callable[[Callable[..., Any]], Any]:
    """Declares a field that `source` adds to the object; see `joined`."""
    return joined(Section(source, section_name), name=name)


def carried(*keys: str) -> Any:  # noqa: ANN401 - Strawberry's field stands for the value's type
    """Declares a plain field whose object comes with these fields only.

    Its type's other fields are read from their home and must therefore be nullable.
    """
    return strawberry.field(metadata={CARRIED: frozenset(keys)})


def join_of(definition: GraphQLField) -> Join | None:
    join: Join | None = _metadata(definition).get(JOIN)
    return join


def carried_by(definition: GraphQLField) -> frozenset[str] | None:
    """The fields that the object of this field comes with; None where it comes whole."""
    keys: frozenset[str] | None = _metadata(definition).get(CARRIED)
    return keys


def home_of(graphql_type: GraphQLObjectType) -> Source | None:
    """The batch read that answers all plain fields of a type, from the type's `__home__`."""
    definition = graphql_type.extensions.get("strawberry-definition")
    home: Source | None = getattr(definition.origin, _HOME, None) if definition else None
    return home


def _metadata(definition: GraphQLField) -> Mapping[str, Any]:
    declared = definition.extensions.get("strawberry-definition")
    metadata: Mapping[str, Any] = getattr(declared, "metadata", None) or {}
    return metadata
