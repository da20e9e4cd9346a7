"""Batch reads for the stock executor: what its resolvers ask for in one turn of the loop goes out as one call."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from strawberry.dataloader import DataLoader

from gateway.errors import INTERNAL, UpstreamFailure
from gateway.execution.reads import IDS_A_CALL
from gateway.joins import Section, Source
from gateway.upstreams.relay import Call

KEY = "value"


@dataclass(slots=True)
class Loads:
    """The reads of one execution; equal ones are made once."""

    call: Call
    loaders: dict[tuple[Any, ...], DataLoader[str, Any]] = field(default_factory=dict)

    async def plain(self, source: Source, wanted: str) -> dict[str, Any] | None:
        """The object with its plain fields; None where it is not there."""
        found: dict[str, Any] | None = await self._loader(source, []).load(wanted)
        return found

    async def section(self, section: Section, wanted: str, arguments: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        sections = [{"key": KEY, "name": section.name, "args": arguments}]
        found = await self._loader(section.source, sections).load(wanted)
        return None if found is None else found.get(KEY)

    async def search(self, service: str, path: str, body: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        return _parsed(service, await self.call(service, path, orjson.dumps(body)))

    def _loader(self, source: Source, sections: list[dict[str, Any]]) -> DataLoader[str, Any]:
        key = (source, orjson.dumps(sections))
        if key not in self.loaders:
            read = (
                _Batch(self.call, source, sections).read if source.keyed else _Single(self.call, source, sections).read
            )
            self.loaders[key] = DataLoader(read, max_batch_size=IDS_A_CALL)
        return self.loaders[key]


@dataclass(frozen=True, slots=True)
class _Batch:
    call: Call
    source: Source
    sections: list[dict[str, Any]]

    async def read(self, ids: list[str]) -> list[Any]:
        body = orjson.dumps({"ids": ids, "sections": self.sections})
        found = _parsed(self.source.service, await self.call(self.source.service, self.source.path, body))
        by_id = {one["id"]: one for one in found or ()}
        return [by_id.get(wanted) for wanted in ids]


@dataclass(frozen=True, slots=True)
class _Single:
    call: Call
    source: Source
    sections: list[dict[str, Any]]

    async def read(self, ids: list[str]) -> list[Any]:
        body = orjson.dumps({"sections": self.sections})
        return [_parsed(self.source.service, await self.call(self.source.service, self.source.path, body))] * len(ids)


def _parsed(service: str, answer: bytes) -> Any:  # noqa: ANN401 - JSON
    try:
        return orjson.loads(answer)
    except orjson.JSONDecodeError as malformed:
        raise UpstreamFailure(service, INTERNAL, "The service's answer cannot be read") from malformed
