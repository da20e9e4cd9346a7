"""The services behind the graph, each called with the caller's own token."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx

from gateway.errors import UPSTREAM_UNAVAILABLE, UpstreamFailure
from gateway.upstreams.circuit import Circuit
from gateway.upstreams.refusals import failure_of
from gateway.upstreams.relay import DEADLINE_HEADER, Call, Relay

_OUTAGES = frozenset({502, 503, 504})


@dataclass(slots=True)
class Service:
    """One service: its client, with a pool of kept connections, and its circuit."""

    name: str
    client: httpx.AsyncClient
    circuit: Circuit = field(default_factory=Circuit)

    async def send(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str], seconds: float
    ) -> httpx.Response:
        """The answer, whatever its status; raises `UpstreamFailure` where there is none."""
        if seconds <= 0 or not self.circuit.admits():
            raise self._unavailable()
        told = {**headers, DEADLINE_HEADER: str(int(seconds * 1000))}
        try:
            async with asyncio.timeout(seconds):
                response = await self.client.request(method, path, content=body, headers=told)
        except (httpx.HTTPError, TimeoutError) as outage:
            self.circuit.failed()
            raise self._unavailable() from outage
        if response.status_code in _OUTAGES:
            self.circuit.failed()
            raise self._unavailable()
        self.circuit.succeeded()
        return response

    @asynccontextmanager
    async def stream(
        self, path: str, headers: Mapping[str, str], params: Mapping[str, str]
    ) -> AsyncIterator[httpx.Response]:
        """A stream of events that stays open; the connection may be silent for as long as the service's heartbeat."""
        try:
            async with self.client.stream("GET", path, headers=headers, params=params, timeout=_STREAM) as response:
                if response.status_code != httpx.codes.OK:
                    await response.aread()
                    raise failure_of(self.name, response.status_code, response.content)
                yield response
        except httpx.HTTPError as outage:
            raise self._unavailable() from outage

    def _unavailable(self) -> UpstreamFailure:
        return UpstreamFailure(
            self.name, UPSTREAM_UNAVAILABLE, "A service that this field needs does not answer just now"
        )


_STREAM = httpx.Timeout(5, read=60)


@dataclass(frozen=True, slots=True)
class Door:
    """Where a write goes, and the key that makes it safe to repeat."""

    method: str
    path: str
    key: str | None


@dataclass(frozen=True, slots=True)
class Services:
    """All of them by name."""

    by_name: Mapping[str, Service]

    def reader(self, relay: Relay) -> Call:
        """A call that reads on behalf of one request."""

        async def read(service: str, path: str, body: bytes) -> bytes:
            response = await self.by_name[service].send("POST", path, body, relay.headers, relay.left())
            if response.status_code == httpx.codes.NOT_FOUND:
                return b"null"
            if response.status_code != httpx.codes.OK:
                raise failure_of(service, response.status_code, response.content)
            return response.content

        return read

    async def write(self, relay: Relay, service: str, door: Door, body: bytes) -> bytes:
        """What the service answers; raises `UpstreamFailure`, with the problem document where it refuses."""
        headers = relay.headers if door.key is None else {**relay.headers, "Idempotency-Key": door.key}
        response = await self.by_name[service].send(door.method, door.path, body, headers, relay.left())
        if not response.is_success:
            raise failure_of(service, response.status_code, response.content)
        return response.content
