"""The calls of a plan: what each asks, how its answer is decoded, and what it completes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import orjson
from graphql.execution.values import VariableValues

from gateway.errors import UpstreamFailure
from gateway.execution.arguments import Arguments
from gateway.execution.places import Place, Step, attribute_of
from gateway.execution.run import Run
from gateway.execution.targets import Target

IDS_A_CALL = 1000
SECTIONS_A_CALL = 20
SOLE = "sole"
"""Stands for the id of the only object of a read without ids."""


@dataclass(frozen=True, slots=True)
class Request:
    """A section that a read is asked for, under the key by which it is decoded."""

    key: str
    name: str
    arguments: Arguments

    def body(self, variables: VariableValues) -> dict[str, Any]:
        return {"key": self.key, "name": self.name, "args": self.arguments(variables)}


@dataclass(frozen=True, slots=True)
class Reshape:
    """Objects that go out under other keys than they were decoded with take their final form in their parents."""

    parents: Place
    step: Step
    make: Callable[[Any], Any]

    def apply(self, run: Run) -> None:
        name = attribute_of(self.step.source_key)
        for parent in self.parents.objects(run):
            value = getattr(parent, name)
            if value is not None:
                setattr(parent, name, self._made(value))

    def _made(self, value: Any) -> Any:  # noqa: ANN401 - structs of the operation
        if self.step.many:
            return [None if one is None else self.make(one) for one in value]
        return self.make(value)


@dataclass(eq=False, slots=True)
class Read:
    """One call, or one for each thousand ids. A `keyed` read is told ids; one with a `body` is told nothing else."""

    service: str
    path: str
    keyed: bool = True
    body: Arguments | None = None
    requests: list[Request] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    reshapes: list[Reshape] = field(default_factory=list)
    decode: Callable[[bytes], list[Any]] = field(default=lambda _: [])

    def bodies(self, run: Run) -> list[bytes]:
        """What to send; nothing where there is nobody to ask about."""
        if self.body is not None:
            return [orjson.dumps(self.body(run.variables))]
        sections = [request.body(run.variables) for request in self.requests]
        if not self.keyed:
            return [orjson.dumps({"sections": sections})]
        return [orjson.dumps({"ids": ids, "sections": sections}) for ids in self._batches(run)]

    def wanted(self, run: Run) -> Iterable[str]:
        """The ids to ask about; one may come up several times."""
        return chain.from_iterable(target.ids(run) for target in self.targets)

    def settle(self, run: Run, answers: list[bytes]) -> None:
        run.found[self] = list(chain.from_iterable(map(self.decode, answers)))

    def fail(self, run: Run, failure: UpstreamFailure) -> None:
        run.found[self] = []
        run.failed[self] = failure
        for target in self.targets:
            target.blank(run, failure)

    def finish(self, run: Run) -> None:
        """Shape what was found, innermost first, and put it in its places."""
        self.reshape(run)
        if self not in run.failed:
            by_id = {one.f_id if self.keyed else SOLE: one for one in run.found[self]}
            for target in self.targets:
                target.attach(run, by_id)

    def reshape(self, run: Run) -> None:
        for reshape in reversed(self.reshapes):
            reshape.apply(run)

    def _batches(self, run: Run) -> Iterator[list[str]]:
        wanted = list(dict.fromkeys(self.wanted(run)))
        return (wanted[start : start + IDS_A_CALL] for start in range(0, len(wanted), IDS_A_CALL))
