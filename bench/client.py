"""Load on one address: kept connections that ask again as soon as they are answered, and note how long each answer took.

A process of its own, so that what it costs is nobody's else: `python -m bench.client` reads its `Orders` as JSON on standard
input and writes a `Sample` to standard output. It speaks as much HTTP/1.1 as uvicorn answers with.
"""

import asyncio
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import count, cycle
from urllib.parse import urlsplit

import msgspec
import uvloop

_LENGTH = b"\r\ncontent-length:"
_OK = b"HTTP/1.1 20"
NUMBER = "{a number of our own}"
"""Stands in a body for a number that no other request has; the number is as long."""
_ERRORS = b'"errors":['
_UNHURRIED_SECONDS = 30


class Request(msgspec.Struct, frozen=True):
    """A POST of JSON."""

    path: str
    body: str
    token: str = ""


class Orders(msgspec.Struct, frozen=True):
    """`requests` are asked in turn, `connections` at a time, for so many seconds."""

    address: str
    requests: list[Request]
    connections: int
    seconds: float


class Sample(msgspec.Struct, frozen=True):
    """What one process of load saw."""

    per_second: float
    p50_ms: float
    p99_ms: float


class RefusedError(Exception):
    """An answer that is not 200 or too late; the text is its beginning."""


@dataclass
class Caller(asyncio.Protocol):
    """One connection."""

    requests: Iterator[bytes]
    until: float
    done: asyncio.Future[None]
    seconds: list[float]
    transport: asyncio.WriteTransport | None = None
    asked_at: float = 0.0
    received: bytearray = field(default_factory=bytearray)
    wanted: int = 0
    """The length of the whole answer, once its head is there."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]  # asyncio types it more widely than it is
        self._ask()

    def data_received(self, data: bytes) -> None:
        self.received += data
        if not self.wanted:
            self._read_head()
        if self.wanted and len(self.received) >= self.wanted:
            self._note()

    def connection_lost(self, exc: Exception | None) -> None:
        if exc is None:
            self._refuse("The connection was closed")
        elif not self.done.done():
            self.done.set_exception(exc)

    def _ask(self) -> None:
        if self.transport is None:
            return
        self.received.clear()
        self.wanted = 0
        self.asked_at = time.perf_counter()
        self.transport.write(next(self.requests))

    def _read_head(self) -> None:
        end = self.received.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self.received[:end]).lower() + b"\r\n"
        at = head.find(_LENGTH)
        if not self.received.startswith(_OK) or at < 0:
            self._refuse(bytes(self.received[:500]).decode(errors="replace"))
            return
        value = head[at + len(_LENGTH) : head.index(b"\r\n", at + 2)]
        self.wanted = end + 4 + int(value)

    def _note(self) -> None:
        now = time.perf_counter()
        if _ERRORS in self.received:
            self._refuse(bytes(self.received[-500:]).decode(errors="replace"))
            return
        self.seconds.append(now - self.asked_at)
        if now < self.until:
            self._ask()
        elif not self.done.done():
            self.done.set_result(None)

    def _refuse(self, said: str) -> None:
        if not self.done.done():
            self.done.set_exception(RefusedError(said))


async def measure(orders: Orders) -> Sample:
    """Raises `RefusedError` for the first answer that is not what was measured."""
    place = urlsplit(orders.address)
    wires = numbered(wire(place.netloc, request) for request in orders.requests)
    loop, seconds = asyncio.get_running_loop(), list[float]()
    started = time.perf_counter()
    callers = [
        Caller(wires, started + orders.seconds, loop.create_future(), seconds) for _ in range(orders.connections)
    ]
    pairs = await asyncio.gather(
        *(loop.create_connection(partial(_same, one), place.hostname or "", place.port or 80) for one in callers)
    )
    try:
        async with asyncio.timeout(orders.seconds + _UNHURRIED_SECONDS):
            await asyncio.gather(*(one.done for one in callers))
    finally:
        for transport, _ in pairs:
            transport.abort()
    passed = time.perf_counter() - started
    seconds.sort()
    return Sample(len(seconds) / passed, _ms(seconds, 0.5), _ms(seconds, 0.99))


def numbered(wires: Iterable[bytes]) -> Iterator[bytes]:
    """The requests in turn, each with a number that no earlier one had, also of an earlier process."""
    mark, numbers = NUMBER.encode(), count(time.time_ns())
    for content in cycle(list(wires)):
        yield content.replace(mark, str(next(numbers)).zfill(len(mark)).encode()) if mark in content else content


def _same(caller: Caller) -> Caller:
    return caller


def wire(host: str, request: Request) -> bytes:
    """The request as it travels."""
    body = request.body.encode()
    lines = [f"POST {request.path} HTTP/1.1", f"Host: {host}", "Content-Type: application/json"]
    lines += ["Accept: application/json", f"Content-Length: {len(body)}"]
    lines += [f"Authorization: Bearer {request.token}"] if request.token else []
    return "\r\n".join([*lines, "", ""]).encode() + body


def _ms(ordered: list[float], share: float) -> float:
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000, 3)


def main() -> None:
    """Measure once as standard input says."""
    orders = msgspec.json.decode(sys.stdin.buffer.read(), type=Orders)
    sys.stdout.buffer.write(msgspec.json.encode(uvloop.run(measure(orders))))


if __name__ == "__main__":
    main()
