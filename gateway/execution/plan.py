"""A compiled operation and how it runs: down the levels to fetch, up again to assemble."""

import asyncio
from dataclasses import dataclass
from typing import Any

import msgspec
from graphql import GraphQLError
from graphql.execution.values import VariableValues

from gateway.errors import BAD_INPUT, UpstreamFailure
from gateway.execution.places import attribute_of
from gateway.execution.reads import Read
from gateway.execution.run import Run
from gateway.execution.shapes import Shape, Unplannable
from gateway.upstreams.relay import Call


class Deviation(Exception):  # noqa: N818 - nothing is wrong, another way is taken
    """Something the plan does not hold came up; the stock executor answers instead, from the start."""


@dataclass(frozen=True, slots=True)
class Plan:
    data: Shape
    levels: tuple[tuple[Read, ...], ...]

    async def answer(self, variables: VariableValues, call: Call) -> bytes:
        """The response body. Raises `Deviation` where an answer or an argument is not what the plan was made for."""
        run = Run(variables, self.data.decoded())
        try:
            for level in self.levels:
                await _fetch(level, run, call)
            for level in reversed(self.levels):
                for read in level:
                    read.finish(run)
            errors = _errors(run)
        except (msgspec.DecodeError, GraphQLError, Unplannable) as found:
            raise Deviation(type(found).__name__) from found
        data = run.answer if self.data.make is None else self.data.make(run.answer)
        return msgspec.json.encode({"data": data, "errors": errors} if errors else {"data": data})


async def _fetch(level: tuple[Read, ...], run: Run, call: Call) -> None:
    if len(level) == 1:
        await _settle(level[0], run, call)
    else:
        await asyncio.gather(*(_settle(read, run, call) for read in level))


async def _settle(read: Read, run: Run, call: Call) -> None:
    bodies = read.bodies(run)
    try:
        if len(bodies) == 1:
            answers = [await call(read.service, read.path, bodies[0])]
        else:
            answers = await asyncio.gather(*(call(read.service, read.path, body) for body in bodies))
    except UpstreamFailure as failure:
        if failure.code == BAD_INPUT:
            # One section's argument spoils the whole call: the stock executor asks for each section by itself.
            raise Deviation(failure.code) from failure
        read.fail(run, failure)
    else:
        read.settle(run, answers)


def _errors(run: Run) -> list[dict[str, Any]]:
    """One error for each field that holds a failure; the field itself becomes null."""
    failed = [
        (path, one, key, failure)
        for read, failure in run.failed.items()
        for target in read.targets
        for path, one in target.place.spots(run)
        for key in target.keys
        if getattr(one, attribute_of(key)) is failure
    ]
    for _, one, key, _ in failed:
        setattr(one, attribute_of(key), None)
    return [
        {"message": failure.message, "path": [*path, key], "extensions": failure.extensions}
        for path, _, key, failure in failed
    ]
