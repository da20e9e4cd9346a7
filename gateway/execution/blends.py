"""Values made of two reads: what the first section holds decides whom the second read is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import msgspec
import orjson

from gateway.errors import UpstreamFailure
from gateway.execution.arguments import Arguments
from gateway.execution.places import Place, Spot, Step, attribute_of, below
from gateway.execution.reads import Read
from gateway.execution.run import Run
from gateway.execution.shapes import Unplannable
from gateway.joins import Blend


@dataclass(eq=False, slots=True)
class BlendRead(Read):
    """The second read. It finds the first section's JSON in its parents, and leaves the field's value there instead."""

    blend: Blend = field(kw_only=True)
    place: Place = field(kw_only=True)
    """The parents."""
    key: str = field(kw_only=True)
    """Of the section and of the field alike."""
    arguments: Arguments = field(kw_only=True)
    annotation: Any = field(default=None, kw_only=True)
    make: Callable[[Any], Any] | None = field(default=None, kw_only=True)

    def wanted(self, run: Run) -> Iterable[str]:
        name = attribute_of(self.key)
        return chain.from_iterable(self.blend.ids(getattr(parent, name)) for parent in self.place.objects(run))

    def settle(self, run: Run, answers: list[bytes]) -> None:
        try:
            second = {one["id"]: one.get(self.key) for answer in answers for one in orjson.loads(answer) or ()}
            run.found[self] = self._replace(run, self._blended(run, second))
        except (LookupError, TypeError, ValueError) as misfit:
            raise Unplannable("the two sections do not fit") from misfit

    def fail(self, run: Run, failure: UpstreamFailure) -> None:
        alone = self._blended(run, {})
        self._replace(run, lambda first: failure if self.blend.ids(first) else alone(first))
        run.found[self] = [one for one in self._values(run) if one is not failure]
        run.failed[self] = failure

    def finish(self, run: Run) -> None:
        self.reshape(run)
        if self.make is not None:
            make = self.make
            self._replace(run, lambda one: one if isinstance(one, UpstreamFailure) else make(one))

    def _blended(self, run: Run, second: Mapping[str, Any]) -> Callable[[Any], Any]:
        arguments, blend, annotation = self.arguments(run.variables), self.blend.blend, self.annotation
        return lambda first: msgspec.convert(blend(first, second, arguments), annotation)

    def _replace(self, run: Run, make: Callable[[Any], Any]) -> list[Any]:
        name = attribute_of(self.key)
        for parent in self.place.objects(run):
            value = getattr(parent, name)
            if value is not None:
                setattr(parent, name, make(value))
        return self._values(run)

    def _values(self, run: Run) -> list[Any]:
        values = (getattr(parent, attribute_of(self.key)) for parent in self.place.objects(run))
        return [value for value in values if value is not None]


@dataclass(frozen=True, slots=True)
class Blended:
    """Where a blend's values are: its read puts them there by itself, so that reads below them can look."""

    place: Place
    key: str

    @property
    def keys(self) -> tuple[str, ...]:
        return (self.key,)

    def ids(self, _: Run) -> list[str]:
        return []

    def attach(self, run: Run, by_id: Mapping[str, Any]) -> None:
        """Nothing is left to do."""

    def blank(self, run: Run, failure: UpstreamFailure) -> None:
        """Nothing is left to do."""

    def spots(self, run: Run) -> list[Spot]:
        step = Step(self.key, self.key, many=False)
        return [found for spot in self.place.spots(run) for found in below(spot, step)]
