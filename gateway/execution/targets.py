"""Whom a read is asked about, and where its answer goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from gateway.errors import UpstreamFailure
from gateway.execution.places import Place, Spot, Step, attribute_of, below

if TYPE_CHECKING:
    from gateway.execution.run import Run

IdOf = Callable[["Run", Any], str | None]


class Target(Protocol):
    """Fields of the objects at a place that wait for a read."""

    @property
    def place(self) -> Place: ...

    @property
    def keys(self) -> tuple[str, ...]:
        """The response keys of the fields."""

    def ids(self, run: Run) -> list[str]: ...

    def attach(self, run: Run, by_id: Mapping[str, Any]) -> None:
        """Put what was found in its place; what was not found stays null."""

    def blank(self, run: Run, failure: UpstreamFailure) -> None:
        """Put the failure where the values would be; it becomes a null and an error when the answer is complete."""

    def spots(self, run: Run) -> list[Spot]:
        """Where the read's own objects stand in the finished answer."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A field that is an object of the read, found by an id that its parent or its arguments name."""

    place: Place
    key: str
    id_of: IdOf
    make: Callable[[Any], Any] | None

    @property
    def keys(self) -> tuple[str, ...]:
        return (self.key,)

    def ids(self, run: Run) -> list[str]:
        ids = (self.id_of(run, parent) for parent in self.place.objects(run))
        return [wanted for wanted in ids if wanted is not None]

    def attach(self, run: Run, by_id: Mapping[str, Any]) -> None:
        for parent in self.place.objects(run):
            found = by_id.get(self.id_of(run, parent) or "")
            if found is not None:
                setattr(parent, attribute_of(self.key), found if self.make is None else self.make(found))

    def blank(self, run: Run, failure: UpstreamFailure) -> None:
        for parent in self.place.objects(run):
            if self.id_of(run, parent) is not None:
                setattr(parent, attribute_of(self.key), failure)

    def spots(self, run: Run) -> list[Spot]:
        step = Step(self.key, self.key, many=False)
        return [found for spot in self.place.spots(run) for found in below(spot, step)]


@dataclass(frozen=True, slots=True)
class Completed:
    """Objects of an earlier read that get fields of this one."""

    place: Place
    fields: tuple[tuple[str, str], ...]
    """Source key in the read's objects, response key in the objects completed."""

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(response for _, response in self.fields)

    def ids(self, run: Run) -> list[str]:
        return [one.f_id for one in self.place.objects(run)]

    def attach(self, run: Run, by_id: Mapping[str, Any]) -> None:
        pairs = [(attribute_of(source), attribute_of(response)) for source, response in self.fields]
        for one in self.place.objects(run):
            found = by_id.get(one.f_id)
            if found is not None:
                for source, response in pairs:
                    setattr(one, response, getattr(found, source))

    def blank(self, run: Run, failure: UpstreamFailure) -> None:
        for one in self.place.objects(run):
            for key in self.keys:
                setattr(one, attribute_of(key), failure)

    def spots(self, run: Run) -> list[Spot]:
        return self.place.spots(run)


def canonical(given: object) -> str | None:
    """An id as the services write it; what is no UUID names nothing."""
    try:
        return str(UUID(str(given)))
    except ValueError:
        return None
