"""When a service is down, slow or back again."""

import asyncio
import time

import httpx
import pytest
from fastapi import FastAPI

from gateway.app import create_app
from gateway.errors import UpstreamFailure
from gateway.execution.engine import Engine
from gateway.settings import Settings
from gateway.types.sources import SERVICES
from gateway.upstreams.circuit import FAILURES, SECONDS, Circuit
from gateway.upstreams.services import Service
from tests.gateway.protocol import World
from tests.worlds import ORIGIN, Mint, bearer

PAGE = "{ me { learner { displayName school { name cohort { name } } suggestedResources(first: 1) { totalCount } } } }"


def test_a_circuit_opens_after_failures_in_a_row_and_then_tries_one_call_at_a_time() -> None:
    now = 0.0
    circuit = Circuit(now=lambda: now)
    for _ in range(FAILURES):
        assert circuit.admits()
        circuit.failed()
    assert not circuit.admits()
    now = SECONDS
    assert (circuit.admits(), circuit.admits()) == (True, False)
    circuit.succeeded()
    assert circuit.admits()


def test_a_success_between_failures_keeps_the_circuit_closed() -> None:
    circuit = Circuit()
    for _ in range(3 * FAILURES):
        circuit.failed()
        circuit.succeeded()
    assert circuit.admits()


async def test_an_open_circuit_asks_nobody(world: World) -> None:
    world.down.add("cohort")
    transport = httpx.ASGITransport(app=world.app("cohort"))
    service = Service("cohort", httpx.URL(ORIGIN), transport)
    for _ in range(FAILURES + 5):
        with pytest.raises(UpstreamFailure):
            await service.send("POST", "/graph/schools", b"{}", [], 5)
    assert len(world.calls) == FAILURES


async def test_an_outage_blanks_the_fields_of_one_service_and_says_which(
    small: httpx.AsyncClient, world: World
) -> None:
    world.down.add("cohort")
    body = (await small.post("/graphql", json={"query": PAGE})).json()
    assert body["data"]["me"]["learner"] == {
        "displayName": "Learner 0",
        "school": {"name": "School 0", "cohort": None},
        "suggestedResources": {"totalCount": None},
    }
    assert [(error["path"], error["extensions"]) for error in body["errors"]] == [
        (["me", "learner", "school", "cohort"], {"code": "UPSTREAM_UNAVAILABLE", "service": "cohort"})
    ]


@pytest.fixture
def hasty_app(world: World, mint: Mint, engine: Engine) -> FastAPI:
    transports = {name: httpx.ASGITransport(app=world.app(name)) for name in SERVICES}
    settings = Settings(environment="test", origin=ORIGIN, jwks=mint.published(), request_seconds=0.3)
    return create_app(settings, transports=transports, engine=engine)


async def test_a_slow_service_is_not_waited_for_beyond_the_deadline(
    hasty_app: FastAPI, world: World, token: str
) -> None:
    world.slow.add("marketplace")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=hasty_app), base_url=ORIGIN) as client:
        began = time.monotonic()
        body = (await client.post("/graphql", json={"query": PAGE}, headers=bearer(token))).json()
    assert time.monotonic() - began < 10
    assert body["data"]["me"]["learner"]["suggestedResources"] is None
    assert body["errors"][0]["extensions"] == {"code": "UPSTREAM_UNAVAILABLE", "service": "marketplace"}


async def test_a_service_that_nobody_answers_for_is_an_outage(mint: Mint, engine: Engine, token: str) -> None:
    nowhere = "http://127.0.0.1:9"
    settings = Settings(
        environment="test",
        origin=ORIGIN,
        jwks=mint.published(),
        learner_profile_url=nowhere,
        cohort_url=nowhere,
        marketplace_url=nowhere,
    )
    app = create_app(settings, engine=engine)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=ORIGIN) as client,
    ):
        body = (await client.post("/graphql", json={"query": PAGE}, headers=bearer(token))).json()
        write = 'mutation { recordEvidence(idempotencyKey: "k", input: {learnerId: "x", competencyId: "y", score: 1}) { __typename } }'
        unknown = (await client.post("/graphql", json={"query": write}, headers=bearer(token))).json()
    assert body["data"] == {"me": None}
    assert unknown["data"] == {"recordEvidence": None}
    for answer in (body, unknown):
        assert answer["errors"][0]["extensions"] == {"code": "UPSTREAM_UNAVAILABLE", "service": "learner_profile"}


async def test_a_kept_connection_that_the_service_has_closed_is_no_outage(
    mint: Mint, engine: Engine, token: str
) -> None:
    answered = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal answered
        await reader.readuntil(b'{"sections":[]}')
        body = b'{"displayName": "Ada"}'
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
        answered += 1
        await reader.readuntil(b'{"sections":[]}')
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    settings = Settings(environment="test", origin=ORIGIN, jwks=mint.published(), learner_profile_url=address)
    app = create_app(settings, engine=engine)
    async with (
        server,
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=ORIGIN) as client,
    ):
        for _ in range(2):
            body = (
                await client.post("/graphql", json={"query": "{ me { displayName } }"}, headers=bearer(token))
            ).json()
            assert body == {"data": {"me": {"displayName": "Ada"}}}
    assert answered == 2


@pytest.mark.parametrize("key", ["", "a b", "a\nb", "\u00e9", "x" * 300])
async def test_an_idempotency_key_that_cannot_be_sent_is_refused(
    small: httpx.AsyncClient, world: World, key: str
) -> None:
    write = "mutation ($key: String!) { recordEvidence(idempotencyKey: $key, input: {learnerId: 1, competencyId: 2, score: 1}) { ... on Refusal { code } } }"
    body = (await small.post("/graphql", json={"query": write, "variables": {"key": key}})).json()
    assert body["data"] == {"recordEvidence": {"code": "BAD_INPUT"}}
    assert world.calls == []
