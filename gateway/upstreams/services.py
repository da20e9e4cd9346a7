"""The services behind the graph, each called with the caller's own token."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

import httpx

from gateway.errors import UPSTREAM_UNAVAILABLE, UpstreamFailure
from gateway.upstreams.circuit import Circuit
from gateway.upstreams.refusals import failure_of
from gateway.upstreams.relay import DEADLINE_HEADER, Call, Relay

_OUTAGES = frozenset({502, 503, 504})
_CONNECT_SECONDS = 3.0
_SILENCE_SECONDS = 60.0
_MOST_ADDRESSES = 100

Headers = list[tuple[str, str]]
Answer = tuple[int, bytes]
"""Status and body."""


@dataclass(slots=True)
class Service:
    """One service: its address, the transport with a pool of kept connections, and its circuit.

    Calls go to the transport itself. The client that httpx puts around it costs three times the call, for redirects,
    cookies and authentication flows that no service of ours has.
    """

    name: str
    address: httpx.URL
    transport: httpx.AsyncBaseTransport
    circuit: Circuit = field(default_factory=Circuit)
    addresses: dict[str, httpx.URL] = field(default_factory=dict)
    """Of the batch reads, whose paths are few: parsing one costs as much as the call."""

    async def send(self, method: str, path: str, body: bytes, headers: Headers, seconds: float) -> Answer:
        """The answer, whatever its status; raises `UpstreamFailure` where there is none."""
        if seconds <= 0 or not self.circuit.admits():
            raise self._unavailable()
        told = [*headers, (DEADLINE_HEADER, str(int(seconds * 1000)))]
        extensions = {"timeout": {"connect": _CONNECT_SECONDS, "pool": seconds, "read": seconds, "write": seconds}}
        request = httpx.Request(method, self._url(path), content=body, headers=told, extensions=extensions)
        # Said, so that httpx need not find it out for each header of each call.
        request.headers.encoding = "latin-1"
        try:
            async with asyncio.timeout(seconds):
                status, content = await self._answer(request)
        except (httpx.HTTPError, TimeoutError) as outage:
            self.circuit.failed()
            raise self._unavailable() from outage
        if status in _OUTAGES:
            self.circuit.failed()
            raise self._unavailable()
        self.circuit.succeeded()
        return status, content

    async def _answer(self, request: httpx.Request) -> Answer:
        try:
            return await self._attempt(request)
        except httpx.ConnectTimeout:
            # So httpx-aiohttp reports a kept connection that the service has closed meanwhile. Every call may be repeated:
            # reads change nothing, and writes are PUTs or carry an idempotency key.
            return await self._attempt(request)

    async def _attempt(self, request: httpx.Request) -> Answer:
        response = await self.transport.handle_async_request(request)
        stream = cast("httpx.AsyncByteStream", response.stream)
        try:
            return response.status_code, b"".join([part async for part in stream])
        finally:
            await stream.aclose()

    @asynccontextmanager
    async def stream(self, path: str, headers: Headers, params: Mapping[str, str]) -> AsyncIterator[httpx.Response]:
        """A stream of events that stays open; the connection may be silent for longer than the service's heartbeat."""
        timeout = {"connect": _CONNECT_SECONDS, "pool": _CONNECT_SECONDS, "read": _SILENCE_SECONDS}
        url = self._url(path).copy_merge_params(params)
        request = httpx.Request("GET", url, headers=headers, extensions={"timeout": timeout})
        try:
            response = await self.transport.handle_async_request(request)
            try:
                if response.status_code != httpx.codes.OK:
                    raise failure_of(self.name, response.status_code, await response.aread())
                yield response
            finally:
                await response.aclose()
        except httpx.HTTPError as outage:
            raise self._unavailable() from outage

    def _url(self, path: str) -> httpx.URL:
        known = self.addresses.get(path)
        if known is None:
            known = self.address.copy_with(raw_path=self.address.raw_path.rstrip(b"/") + path.encode())
            if len(self.addresses) < _MOST_ADDRESSES:
                self.addresses[path] = known
        return known

    def _unavailable(self) -> UpstreamFailure:
        return UpstreamFailure(
            self.name, UPSTREAM_UNAVAILABLE, "A service that this field needs does not answer just now"
        )


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
            status, content = await self.by_name[service].send("POST", path, body, relay.headers, relay.left())
            if status == httpx.codes.NOT_FOUND:
                return b"null"
            if status != httpx.codes.OK:
                raise failure_of(service, status, content)
            return content

        return read

    async def write(self, relay: Relay, service: str, door: Door, body: bytes) -> bytes:
        """What the service answers; raises `UpstreamFailure`, with the problem document where it refuses."""
        key = [] if door.key is None else [("Idempotency-Key", door.key)]
        asked = self.by_name[service].send(door.method, door.path, body, [*relay.headers, *key], relay.left())
        status, content = await asked
        if not httpx.codes.is_success(status):
            raise failure_of(service, status, content)
        return content
