"""From an operation to a plan: which reads, on which level, decoded into which structs, completing what.

The compiler walks the selection once. A plain field becomes a slot of its parent's struct. A field that the read at hand
can add to its own objects becomes a section of that read. Every other field needs a read one level further down, which
asks about all objects of the place at once; equal reads of one level become one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import GenericAlias
from typing import Any

import msgspec
from graphql import FieldNode, GraphQLObjectType, get_named_type, is_leaf_type

from gateway.execution.arguments import Arguments, adapted
from gateway.execution.blends import Blended, BlendRead
from gateway.execution.fields import Wanted, other_source, wanted
from gateway.execution.places import Place, attribute_of
from gateway.execution.plan import Plan
from gateway.execution.reads import SECTIONS_A_CALL, SOLE, Read, Request, Reshape
from gateway.execution.run import Run
from gateway.execution.selection import Selection
from gateway.execution.shapes import LATER, TYPENAME, Shape, Slot, Slots, Unplannable, leaf
from gateway.execution.targets import Completed, IdOf, Whole, canonical
from gateway.joins import Blend, Lookup, Reference, Search, Section, Sole, Source

_ID = Slot("id", "id", str, optional=False)
_ROOT = Place(None)


def compile_plan(selection: Selection) -> Plan:
    """Raises `Unplannable` where the operation is left to the stock executor."""
    root = selection.schema.query_type
    if root is None:
        raise Unplannable("no query type")
    compiler = _Compiler(selection)
    shape = compiler.root(root)
    if any(len(read.requests) > SECTIONS_A_CALL for read in compiler.level_of):
        raise Unplannable("more sections than a call takes")
    return Plan(shape, tuple(map(tuple, compiler.levels)))


@dataclass
class _Compiler:
    selection: Selection
    levels: list[list[Read]] = field(default_factory=list)
    level_of: dict[Read, int] = field(default_factory=dict)
    known: dict[tuple[Any, ...], Read] = field(default_factory=dict)
    shapes: dict[Read, Shape] = field(default_factory=dict)

    def root(self, graphql_type: GraphQLObjectType) -> Shape:
        slots = Slots("Data")
        for key, nodes in self.selection.of_root(graphql_type).items():
            self._select(slots, graphql_type, key, nodes, _Here(_ROOT))
        return slots.shape()

    def _object(self, graphql_type: GraphQLObjectType, nodes: list[FieldNode], here: _Here) -> Shape:
        """The structs of the objects at a place."""
        slots = Slots(graphql_type.name)
        if here.identified:
            slots.hold(_ID)
        for key, selected in self.selection.of_object(graphql_type, nodes).items():
            self._select(slots, graphql_type, key, selected, here)
        for source, fields in here.elsewhere.items():
            slots.hold(_ID)
            self._complete(here.place, source, graphql_type, fields)
        return slots.shape()

    def _select(
        self, slots: Slots, graphql_type: GraphQLObjectType, key: str, nodes: list[FieldNode], here: _Here
    ) -> None:
        if nodes[0].name.value == TYPENAME:
            slots.add(Slot(TYPENAME, key, graphql_type.name))
            return
        found = wanted(graphql_type, key, nodes)
        other = other_source(graphql_type, found, here.source, here.carried)
        if other is None:
            self._at_hand(slots, found, here.place)
        else:
            slots.add(Slot(key, key, LATER))
            here.elsewhere.setdefault(other, []).append(found)

    # Fields of the objects at hand

    def _at_hand(self, slots: Slots, found: Wanted, place: Place) -> None:
        """A field that the objects at a place come with, that their own read adds, or whose id they hold."""
        match found.join:
            case None:
                self._value(slots, found, place)
            case Section(_, name):
                _read_of(place).requests.append(Request(found.key, name, found.arguments))
                self._value(slots, found, place)
            case Blend():
                slots.add(Slot(found.key, found.key, Any))
                self._blend(found.join, found, place)
            case _:
                slots.add(Slot(found.key, found.key, LATER))
                self._apart(slots, found, place)

    def _value(self, slots: Slots, found: Wanted, place: Place) -> None:
        named, step = get_named_type(found.definition.type), found.step
        if is_leaf_type(named):
            inner = leaf(named)
        else:
            read = _read_of(place)
            outer = len(read.reshapes)
            shape = self._object(found.object_type, found.nodes, _Here(place.below(step), carried=found.carried))
            if shape.make is not None:
                read.reshapes.insert(outer, Reshape(place, step, shape.make))
            inner = shape.decoded
        slots.add(Slot(step.source_key, found.key, found.annotation(inner), optional=found.nullable))

    # Reads one level down

    def _apart(self, slots: Slots, found: Wanted, place: Place) -> None:
        """A field that is an object of another read, whoever knows which."""
        match found.join:
            case Reference(source, key):
                slots.hold(Slot(key, key, str))
                self._whole(found, place, source, _held_id(key))
            case Lookup(source):
                self._whole(found, place, source, _argued_id(found.arguments))
            case Sole(source):
                self._alone(found, place, Read(source.service, source.path, keyed=False), source)
            case Search(service, path):
                self._alone(found, place, Read(service, path, keyed=False, body=found.arguments), None)
            case _:
                raise Unplannable(found.name)

    def _whole(self, found: Wanted, place: Place, source: Source, id_of: IdOf) -> None:
        """A field that is an object of its own; places that ask for the same of the same noun share a read."""
        read, new = self._read_for(place, source, found.selection_text)
        if new:
            self.shapes[read] = self._object(
                found.object_type, found.nodes, _Here(Place(read), source, identified=True)
            )
            read.decode = _decoder_of_many(self.shapes[read])
        read.targets.append(Whole(place, found.key, id_of, self.shapes[read].make))

    def _alone(self, found: Wanted, place: Place, read: Read, source: Source | None) -> None:
        self._enter(place, read)
        shape = self._object(found.object_type, found.nodes, _Here(Place(read), source))
        read.decode = _decoder_of_one(shape)
        read.targets.append(Whole(place, found.key, lambda *_: SOLE, shape.make))

    def _complete(self, place: Place, source: Source, graphql_type: GraphQLObjectType, fields: list[Wanted]) -> None:
        """Fields that the objects at a place do not come with; places that lack the same share a read."""
        if not all(found.nullable for found in fields):
            raise Unplannable("what another read answers may be missing")
        read, new = self._read_for(place, source, graphql_type.name, *(found.text for found in fields))
        if new:
            slots = Slots(f"{graphql_type.name}Completion")
            slots.hold(_ID)
            for found in fields:
                self._at_hand(slots, found, Place(read))
            read.decode = _decoder_of_many(slots.shape())
        pairs = tuple((found.step.source_key, found.key) for found in fields)
        read.targets.append(Completed(place, pairs))

    def _blend(self, blend: Blend, found: Wanted, place: Place) -> None:
        first, then = adapted(found.arguments, blend.first_arguments), adapted(found.arguments, blend.then_arguments)
        if isinstance(blend.first, Section):
            _read_of(place).requests.append(Request(found.key, blend.first.name, first))
        elif found.key != blend.first.key:
            raise Unplannable("a held value under another key")
        source = blend.then.source
        asked = [Request(found.key, blend.then.name, then)]
        read = BlendRead(
            source.service,
            source.path,
            requests=asked,
            blend=blend,
            place=place,
            key=found.key,
            arguments=found.arguments,
        )
        self._enter(place, read)
        shape = self._object(found.object_type, found.nodes, _Here(Place(read)))
        read.annotation, read.make = shape.decoded | None, shape.make
        read.targets.append(Blended(place, found.key))

    def _read_for(self, place: Place, source: Source, *asked: str) -> tuple[Read, bool]:
        """The read of this level that asks this source for this, and whether it is new."""
        signature = (self._level_below(place), source, *asked)
        new = signature not in self.known
        if new:
            self.known[signature] = self._enter(place, Read(source.service, source.path))
        return self.known[signature], new

    def _enter(self, place: Place, read: Read) -> Read:
        level = self._level_below(place)
        self.levels.extend([] for _ in range(level + 1 - len(self.levels)))
        self.levels[level].append(read)
        self.level_of[read] = level
        return read

    def _level_below(self, place: Place) -> int:
        return 0 if place.read is None else self.level_of[place.read] + 1


@dataclass
class _Here:
    """The place of a selection set, what its objects come with, and what is wanted of them that others must add."""

    place: Place
    source: Source | None = None
    """The batch read whose own objects these are: it can add sections to them."""
    carried: frozenset[str] | None = None
    """The plain fields that they come with; None for all."""
    identified: bool = False
    """Whether they are found by their ids."""
    elsewhere: dict[Source, list[Wanted]] = field(default_factory=dict)


def _read_of(place: Place) -> Read:
    if place.read is None:
        raise Unplannable("the root holds no values")
    return place.read


def _held_id(key: str) -> IdOf:
    name = attribute_of(key)
    return lambda _, parent: getattr(parent, name)


def _argued_id(arguments: Arguments) -> IdOf:
    def id_of(run: Run, _: Any) -> str | None:  # noqa: ANN401 - a struct of the operation
        return canonical(arguments(run.variables).get("id"))

    return id_of


def _decoder_of_many(shape: Shape) -> Callable[[bytes], list[Any]]:
    decode = msgspec.json.Decoder(GenericAlias(list, (shape.decoded,)) | None).decode
    return lambda answer: decode(answer) or []


def _decoder_of_one(shape: Shape) -> Callable[[bytes], list[Any]]:
    decode = msgspec.json.Decoder(shape.decoded | None).decode

    def decoded(answer: bytes) -> list[Any]:
        one = decode(answer)
        return [] if one is None else [one]

    return decoded
