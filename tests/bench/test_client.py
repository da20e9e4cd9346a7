"""The benchmark's own client: what it counts as an answer, and what stops it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from bench.client import Orders, RefusedError, Request, measure

Serving = Callable[..., AbstractAsyncContextManager[str]]


@pytest.fixture
def serving() -> Serving:
    @asynccontextmanager
    async def served(*parts: bytes) -> AsyncIterator[str]:
        """A server that answers every request with these parts, one after the other."""

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while await reader.read(65536):
                for part in parts:
                    writer.write(part)
                    await writer.drain()
                    await asyncio.sleep(0)
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        async with server:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    return served


async def test_an_answer_counts_when_the_last_of_its_parts_is_there(serving: Serving) -> None:
    parts = (b"HTTP/1.1 200 OK\r\nContent-", b'Length: 11\r\nX: y\r\n\r\n{"data"', b":1}", b"\n")
    async with serving(*parts) as address:
        sample = await measure(Orders(address, [Request("/graphql", "{}", "token")], connections=2, seconds=0.1))
    assert sample.per_second > 1
    assert 0 < sample.p50_ms <= sample.p99_ms


@pytest.mark.parametrize(
    "answer",
    [
        b'HTTP/1.1 200 OK\r\nContent-Length: 24\r\n\r\n{"data":1,"errors":[{}]}',
        b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n",
    ],
)
async def test_an_answer_with_an_error_ends_the_measurement(serving: Serving, answer: bytes) -> None:
    async with serving(answer) as address:
        with pytest.raises(RefusedError):
            await measure(Orders(address, [Request("/graphql", "{}")], connections=1, seconds=5))
