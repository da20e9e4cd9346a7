"""Where objects are: in what a read answered, and in the answer that goes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gateway.errors import UpstreamFailure

if TYPE_CHECKING:
    from gateway.execution.reads import Read
    from gateway.execution.run import Run

Spot = tuple[tuple[str | int, ...], Any]
"""A response path and the object that stands there."""


def attribute_of(key: str) -> str:
    """The struct attribute of a JSON key; a key may be a word that Python keeps for itself, or have two underscores."""
    return f"f_{key}"


@dataclass(frozen=True, slots=True)
class Step:
    """From an object to the object, or the objects, of one of its fields."""

    source_key: str
    response_key: str
    many: bool


@dataclass(frozen=True, slots=True)
class Place:
    """All objects of one selection set: the steps lead to them from the objects that the read answered.

    Without a read it is the root of the answer.
    """

    read: Read | None
    steps: tuple[Step, ...] = ()

    def below(self, step: Step) -> Place:
        return Place(self.read, (*self.steps, step))

    def objects(self, run: Run) -> list[Any]:
        """As they were decoded, before any of them is reshaped."""
        objects = [run.answer] if self.read is None else run.found[self.read]
        for step in self.steps:
            objects = _follow(objects, step)
        return objects

    def spots(self, run: Run) -> list[Spot]:
        """Where they stand in the finished answer; an object that two parents share stands in two places."""
        if self.read is None:
            return [((), run.answer)]
        spots = [spot for target in self.read.targets for spot in target.spots(run)]
        for step in self.steps:
            spots = [found for spot in spots for found in below(spot, step)]
        return spots


def below(spot: Spot, step: Step) -> list[Spot]:
    path, parent = spot
    value = getattr(parent, attribute_of(step.response_key))
    here = (*path, step.response_key)
    if value is None or isinstance(value, UpstreamFailure):
        return []
    if step.many:
        return [((*here, index), one) for index, one in enumerate(value) if one is not None]
    return [(here, value)]


def _follow(objects: list[Any], step: Step) -> list[Any]:
    name = attribute_of(step.source_key)
    values = [value for one in objects if (value := getattr(one, name)) is not None]
    if step.many:
        return [one for many in values for one in many if one is not None]
    return values
