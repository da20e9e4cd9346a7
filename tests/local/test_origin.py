import asyncio
import io
import json
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any

import aiohttp
import pytest

from local.origin import Origin
from local.routes import owner_of, public_routes
from tests.serving import served

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ROUTES = {"/graphql": "gateway", "/v1/roster": "learner_profile", "/v1/gone": "cohort", "/oauth2/": "learner_profile"}


class Upstream:
    """Stands behind the origin and says what came through."""

    def __init__(self) -> None:
        self.left = asyncio.Event()
        self.may_go_on = asyncio.Event()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self.echo(scope, receive, send)
        elif scope["path"].endswith("/stream"):
            await self.stream(receive, send)
        elif scope["path"].endswith("/refuse"):
            await answer(send, 413, b"too large")
        else:
            await self.repeat(scope, receive, send)

    async def repeat(self, scope: Message, receive: Receive, send: Send) -> None:
        size, more = 0, True
        while more:
            message = await receive()
            size, more = size + len(message.get("body", b"")), message.get("more_body", False)
        seen = {
            "method": scope["method"],
            "raw_path": scope["raw_path"].decode(),
            "query": scope["query_string"].decode(),
            "headers": {name.decode(): value.decode() for name, value in scope["headers"]},
            "size": size,
        }
        await answer(send, 200, json.dumps(seen).encode())

    async def stream(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})
        await send({"type": "http.response.body", "body": b"data: 1\n\n", "more_body": True})
        waiting = asyncio.create_task(self.may_go_on.wait())
        leaving = asyncio.create_task(departure(receive))
        await asyncio.wait({waiting, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if leaving.done():
            self.left.set()
            waiting.cancel()
            return
        leaving.cancel()
        await send({"type": "http.response.body", "body": b"data: 2\n\n"})

    async def echo(self, scope: Message, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept", "subprotocol": scope["subprotocols"][0]})
        while (message := await receive())["type"] == "websocket.receive":
            if message.get("text") == "leave":
                await send({"type": "websocket.close", "code": 4400})
                return
            await send({"type": "websocket.send", "text": message.get("text"), "bytes": message.get("bytes")})
        self.left.set()


async def departure(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def answer(send: Send, status: int, body: bytes) -> None:
    headers = [(b"content-length", str(len(body)).encode()), (b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture
def upstream() -> Upstream:
    return Upstream()


@pytest.fixture
async def origin(upstream: Upstream) -> AsyncIterator[aiohttp.ClientSession]:
    async with served(upstream) as behind:
        upstreams = {"gateway": behind, "learner_profile": behind, "cohort": "http://127.0.0.1:9"}
        async with (
            served(Origin(upstreams, ROUTES), lifespan="on") as address,
            aiohttp.ClientSession(address, timeout=aiohttp.ClientTimeout(total=10)) as session,
        ):
            yield session


async def test_a_request_arrives_as_it_was_sent(origin: aiohttp.ClientSession) -> None:
    headers = {"X-Mine": "1", "X-Forwarded-For": "6.6.6.6", "Connection": "keep-alive"}
    async with origin.post("/v1/roster/runs/a%2Fb?x=%20y", data=b"abc", headers=headers) as answered:
        seen = await answered.json(content_type=None)
    assert (seen["method"], seen["raw_path"], seen["query"], seen["size"]) == (
        "POST",
        "/v1/roster/runs/a%2Fb",
        "x=%20y",
        3,
    )
    assert seen["headers"]["x-mine"] == "1"
    assert seen["headers"]["x-forwarded-for"] == "127.0.0.1"
    assert answered.headers.getall("set-cookie") == ["a=1", "b=2"]


async def test_an_upload_of_unknown_length_is_streamed_through(origin: aiohttp.ClientSession) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(64):
            yield b"x" * 65536

    async with origin.put("/v1/roster/runs", data=pieces()) as answered:
        assert (await answered.json(content_type=None))["size"] == 64 * 65536


async def test_a_refusal_before_the_end_of_the_upload_reaches_the_client(origin: aiohttp.ClientSession) -> None:
    async with origin.post("/v1/roster/refuse", data=io.BytesIO(bytes(8_000_000))) as answered:
        assert (answered.status, await answered.read()) == (413, b"too large")


async def test_server_sent_events_arrive_one_by_one(origin: aiohttp.ClientSession, upstream: Upstream) -> None:
    async with origin.get("/graphql/stream") as answered:
        assert await answered.content.readany() == b"data: 1\n\n"
        upstream.may_go_on.set()
        assert await answered.content.readany() == b"data: 2\n\n"


async def test_a_client_that_leaves_ends_its_request_upstream(
    origin: aiohttp.ClientSession, upstream: Upstream
) -> None:
    async with origin.get("/graphql/stream") as answered:
        await answered.content.readany()
        answered.close()
    async with asyncio.timeout(5):
        await upstream.left.wait()


@pytest.mark.parametrize(
    "path", ["/graph/learners", "/%67raph/learners", "/events", "/dev/clock", "/metrics", "/graphqlx", "/"]
)
async def test_what_is_not_public_is_not_found(origin: aiohttp.ClientSession, path: str) -> None:
    async with origin.post(path) as answered:
        assert (answered.status, answered.content_type) == (404, "application/problem+json")


async def test_a_service_that_is_down_is_unavailable(origin: aiohttp.ClientSession) -> None:
    async with origin.get("/v1/gone") as answered:
        assert (answered.status, answered.content_type) == (503, "application/problem+json")


async def test_websockets_keep_their_subprotocol_messages_and_close_code(origin: aiohttp.ClientSession) -> None:
    async with origin.ws_connect("/graphql", protocols=["graphql-transport-ws"]) as socket:
        await socket.send_str("hello")
        await socket.send_bytes(b"\x00\x01")
        said = [(await socket.receive()).data, (await socket.receive()).data]
        await socket.send_str("leave")
        await socket.receive()
        assert (socket.protocol, said, socket.close_code) == ("graphql-transport-ws", ["hello", b"\x00\x01"], 4400)


async def test_a_client_that_closes_its_websocket_closes_it_upstream(
    origin: aiohttp.ClientSession, upstream: Upstream
) -> None:
    async with origin.ws_connect("/graphql", protocols=["graphql-transport-ws"]) as socket:
        await socket.close()
    async with asyncio.timeout(5):
        await upstream.left.wait()


async def test_a_websocket_to_nowhere_is_refused(origin: aiohttp.ClientSession) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
        await origin.ws_connect("/events")


def test_the_longest_prefix_owns_a_path() -> None:
    routes = {"/v1/roster": "learner_profile", "/v1/roster/special": "cohort"}
    assert owner_of("/v1/roster/special/1", routes) == "cohort"
    assert [owner_of(path, routes) for path in ("/v1/rosters", "//v1/roster", "/V1/roster")] == [None, None, None]


def test_every_public_prefix_belongs_to_a_process() -> None:
    assert set(public_routes().values()) <= {"gateway", "learner_profile", "cohort", "marketplace"}
