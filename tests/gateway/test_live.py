"""Live updates over websockets and server-sent events, through real sockets."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import orjson
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin, Subprotocol

from gateway.app import create_app
from gateway.execution.engine import Engine
from gateway.settings import Settings
from tests.gateway.protocol import COMPETENCIES, HIDDEN, LEARNERS, World, mastery, uid
from tests.serving import served
from tests.worlds import ORIGIN, Mint, bearer

Json = Any
LIVE = """subscription ($id: ID!, $after: String) { learnerChanged(learnerId: $id, after: $after) { cursor
  ... on EvidenceRecorded { evidence { id score competency { code grades } } }
  ... on MasteryChanged { mastery { state competency { code } } } } }"""
PROTOCOL = Subprotocol("graphql-transport-ws")


class Stream:
    """The learner profile's stream of one learner, fed by the test."""

    def __init__(self, world: World) -> None:
        self.events: asyncio.Queue[bytes | None] = asyncio.Queue()
        self.opened: list[Request] = []
        self.closed = asyncio.Event()
        self.rest = world.app("learner_profile")

    def app(self) -> Starlette:
        async def changes(request: Request) -> Response:
            if request.path_params["id"] == HIDDEN:
                return Response(b"{}", 404)
            self.opened.append(request)
            return StreamingResponse(self._told(), media_type="text/event-stream")

        routes = [Route("/graph/learners/{id}/changes", changes)]
        app = Starlette(routes=routes)
        app.mount("/", self.rest)
        return app

    async def _told(self) -> AsyncIterator[bytes]:
        try:
            yield b": still here\n\n"
            while (event := await self.events.get()) is not None:
                yield b"id: 1\ndata: " + event + b"\n\n"
        finally:
            self.closed.set()

    def tell(self, **event: Json) -> None:
        self.events.put_nowait(orjson.dumps(event))


@pytest.fixture
def stream(world: World) -> Stream:
    return Stream(world)


@pytest.fixture
async def address(stream: Stream, mint: Mint, engine: Engine) -> AsyncIterator[str]:
    """Where the gateway listens."""
    async with served(stream.app()) as upstream:
        settings = Settings(
            environment="test",
            origin=ORIGIN,
            jwks=mint.published(),
            learner_profile_url=upstream,
            cohort_url=upstream,
            marketplace_url=upstream,
        )
        async with served(create_app(settings, engine=engine), lifespan="on") as gateway:
            yield gateway


@asynccontextmanager
async def socket(address: str, token: str | None, origin: str | None = None) -> AsyncIterator[ClientConnection]:
    url = address.replace("http", "ws") + "/graphql"
    async with connect(url, subprotocols=[PROTOCOL], origin=Origin(origin) if origin else None) as opened:
        if token is not None:
            await opened.send(orjson.dumps({"type": "connection_init", "payload": bearer(token)}).decode())
            assert orjson.loads(await opened.recv()) == {"type": "connection_ack"}
        yield opened


async def subscribe(opened: ClientConnection, learner: str = LEARNERS[0], **variables: Json) -> None:
    payload = {"query": LIVE, "variables": {"id": learner, **variables}}
    await opened.send(orjson.dumps({"type": "subscribe", "id": "1", "payload": payload}).decode())


async def told(opened: ClientConnection) -> Json:
    return orjson.loads(await asyncio.wait_for(opened.recv(), 5))


EVIDENCE = {
    "id": uid(9, 1),
    "score": 0.5,
    "competency": {"id": COMPETENCIES[1], "code": "6.EE.1", "statement": "x", "frameworkId": uid(5, 0)},
}


async def test_a_websocket_hears_evidence_and_mastery(address: str, stream: Stream, token: str) -> None:
    async with socket(address, token) as opened:
        await subscribe(opened, after="before")
        stream.tell(cursor="c1", kind="EvidenceRecorded", evidence=EVIDENCE)
        stream.tell(cursor="c2", kind="MasteryChanged", mastery=mastery(0, COMPETENCIES[3]))
        first, second = await told(opened), await told(opened)
        stream.events.put_nowait(None)
        assert (await told(opened))["type"] == "complete"
    assert first["payload"]["data"]["learnerChanged"] == {
        "cursor": "c1",
        "evidence": {"id": uid(9, 1), "score": 0.5, "competency": {"code": "6.EE.1", "grades": ["06"]}},
    }
    assert second["payload"]["data"]["learnerChanged"] == {
        "cursor": "c2",
        "mastery": {"state": "MASTERED", "competency": {"code": "6.EE.3"}},
    }
    asked = stream.opened[0]
    assert asked.query_params["after"] == "before"
    assert asked.headers["authorization"] == f"Bearer {token}"


async def test_server_sent_events_hear_the_same(address: str, stream: Stream, token: str) -> None:
    headers = bearer(token) | {"Accept": "text/event-stream"}
    body = {"query": LIVE, "variables": {"id": LEARNERS[0]}}
    stream.tell(cursor="c1", kind="MasteryChanged", mastery=mastery(0, COMPETENCIES[3]))
    stream.events.put_nowait(None)
    async with httpx.AsyncClient() as client:
        response = await client.post(f"{address}/graphql", json=body, headers=headers)
    assert response.headers["content-type"].startswith("text/event-stream")
    event, ending = response.text.split("\n\n")[:2]
    change = orjson.loads(event.removeprefix("event: next\ndata: "))["data"]["learnerChanged"]
    assert change == {"cursor": "c1", "mastery": {"state": "MASTERED", "competency": {"code": "6.EE.3"}}}
    assert ending.startswith("event: complete")


async def test_a_client_that_leaves_closes_the_services_stream(address: str, stream: Stream, token: str) -> None:
    async with socket(address, token) as opened:
        await subscribe(opened)
        stream.tell(cursor="c1", kind="EvidenceRecorded", evidence=EVIDENCE)
        await told(opened)
    await asyncio.wait_for(stream.closed.wait(), 5)


async def test_a_client_of_events_that_leaves_closes_the_services_stream(
    address: str, stream: Stream, token: str
) -> None:
    headers = bearer(token) | {"Accept": "text/event-stream"}
    stream.tell(cursor="c1", kind="EvidenceRecorded", evidence=EVIDENCE)
    body = {"query": LIVE, "variables": {"id": LEARNERS[0]}}
    async with httpx.AsyncClient() as client:
        async with client.stream("POST", f"{address}/graphql", json=body, headers=headers) as response:
            await anext(response.aiter_lines())
        await asyncio.wait_for(stream.closed.wait(), 5)


async def test_the_tokens_expiry_ends_the_subscription(address: str, stream: Stream, mint: Mint) -> None:
    soon = mint.token(sub=LEARNERS[0], district_id=uid(12, 0), exp=int(time.time()) + 2)
    async with socket(address, soon) as opened:
        await subscribe(opened)
        last = await told(opened)
    assert last["type"] in ("next", "error")
    errors = last["payload"] if last["type"] == "error" else last["payload"]["errors"]
    assert errors[0]["extensions"]["code"] == "UNAUTHENTICATED"
    await asyncio.wait_for(stream.closed.wait(), 5)


@pytest.mark.parametrize("learner", [HIDDEN, "nobody"])
async def test_a_learner_one_may_not_see_is_one_who_is_not_there(address: str, token: str, learner: str) -> None:
    async with socket(address, token) as opened:
        await subscribe(opened, learner)
        message = await told(opened)
    errors = message["payload"] if message["type"] == "error" else message["payload"]["errors"]
    assert [error["extensions"]["code"] for error in errors] == ["NOT_FOUND"]


async def test_a_page_of_a_foreign_origin_opens_no_websocket(address: str, token: str) -> None:
    with pytest.raises(InvalidStatus):
        async with socket(address, token, origin="https://elsewhere.test"):
            pass
    async with socket(address, token, origin=ORIGIN):
        pass


async def test_a_websocket_without_a_valid_token_is_closed(address: str) -> None:
    unsigned: list[Json] = [{}, {"Authorization": "Bearer x"}, {"Authorization": 7}, {"Authorization": "Basic x"}]
    for payload in unsigned:
        async with socket(address, None) as opened:
            await opened.send(orjson.dumps({"type": "connection_init", "payload": payload}).decode())
            with pytest.raises(ConnectionClosed) as closed:
                await opened.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4403


MALFORMED: list[str | bytes] = [
    "null",
    "7",
    "[]",
    "{",
    '{"type": "subscribe"}',
    '{"type": "subscribe", "id": 7, "payload": {"query": "{ me { id } }"}}',
    '{"type": "subscribe", "id": "1", "payload": []}',
    '{"type": "subscribe", "id": "1", "payload": {"query": 7}}',
    '{"type": "subscribe", "id": "1", "payload": {"query": "{ me { id } }", "variables": []}}',
    '{"type": "subscribe", "id": "1", "payload": {"query": "{ me { id } }", "variables": {"a": "\\ud800"}}}',
    '{"type": []}',
    '{"id": "' + "x" * 70_000 + '"}',
    b"\x00\xff",
]


async def test_a_message_that_is_none_closes_the_websocket(address: str, token: str) -> None:
    for message in MALFORMED:
        async with socket(address, token) as opened:
            await opened.send(message)
            with pytest.raises(ConnectionClosed) as closed:
                await asyncio.wait_for(opened.recv(), 5)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4400, message


async def test_the_limits_hold_over_websockets_too(address: str, token: str) -> None:
    async with socket(address, token) as opened:
        query = "query Big { me { " + " ".join(f"a{n}: id" for n in range(40)) + " } }"
        payload = {"query": query, "operationName": "Big"}
        await opened.send(orjson.dumps({"type": "subscribe", "id": "1", "payload": payload}).decode())
        message = await told(opened)
    assert message["type"] == "error"
    assert message["payload"][0]["extensions"] == {"code": "LIMIT_EXCEEDED", "limit": "aliases", "most": 30}


async def test_a_query_over_a_websocket_answers_and_completes(address: str, token: str) -> None:
    async with socket(address, token) as opened:
        query = {"query": "{ me { learner { displayName } } }"}
        await opened.send(orjson.dumps({"type": "subscribe", "id": "1", "payload": query}).decode())
        assert (await told(opened))["payload"] == {"data": {"me": {"learner": {"displayName": "Learner 0"}}}}
        assert (await told(opened))["type"] == "complete"
