"""The gateway alone, over a small world that speaks the graph protocol."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI

from gateway.app import create_app
from gateway.execution.context import Context
from gateway.execution.engine import Asked, Engine
from gateway.schema import build_engine
from gateway.settings import Settings
from gateway.types.sources import SERVICES
from gateway.upstreams.relay import relay
from tests.gateway.protocol import LEARNERS, World, uid
from tests.worlds import ORIGIN, Mint, bearer

Json = Any


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture(scope="session")
def engine() -> Engine:
    """Made once: it holds nothing but the schema and the operations it has seen."""
    return build_engine()


@pytest.fixture
def small_app(world: World, mint: Mint, engine: Engine) -> FastAPI:
    transports = {name: httpx.ASGITransport(app=world.app(name)) for name in SERVICES}
    settings = Settings(environment="test", origin=ORIGIN, jwks=mint.published())
    return create_app(settings, transports=transports, engine=engine)


@pytest.fixture
def token(mint: Mint) -> str:
    return mint.token(sub=LEARNERS[0], district_id=uid(12, 0))


@pytest.fixture
async def small(small_app: FastAPI, token: str) -> AsyncIterator[httpx.AsyncClient]:
    """A signed-in client of the gateway over the small world."""
    transport = httpx.ASGITransport(app=small_app)
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=bearer(token)) as client:
        yield client


Ask = Callable[..., Awaitable[Json]]


@pytest.fixture
def ask(small: httpx.AsyncClient) -> Ask:
    """Sends an operation with its variables; what comes is the whole response body."""

    async def asked(text: str, **variables: Json) -> Json:
        response = await small.post("/graphql", json={"query": text, "variables": variables})
        return response.json()

    return asked


class Unplanned(Exception):  # noqa: N818 - what a test may expect
    """The operation has no plan."""


@dataclass(frozen=True, repr=False, eq=False)
class Executors:
    """Both ways to answer an operation."""

    engine: Engine
    app: FastAPI

    def __repr__(self) -> str:
        return "Executors"

    async def planned(self, text: str, variables: Json) -> Json:
        """By the plan alone: no plan, or one that is given up, is a failure of the test."""
        admitted = self.engine.admit(Asked(text, None, variables))
        if admitted.compiled.plan is None:
            raise Unplanned
        context = self._context()
        return orjson.loads(
            await admitted.compiled.plan.answer(admitted.variables, context.services.reader(context.relay))
        )

    async def stock(self, text: str, variables: Json) -> Json:
        return orjson.loads(await self.engine.stock_answer(Asked(text, None, variables), self._context()))

    def _context(self) -> Context:
        return Context(self.app.state.services, relay("test", None, 30), None)


@pytest.fixture
def executors(small_app: FastAPI) -> Executors:
    return Executors(small_app.state.engine, small_app)


def comparable(body: Json) -> Json:
    """Errors in no order, without their places in the text, which a plan does not keep."""
    errors = [{"path": error["path"], "code": error["extensions"]["code"]} for error in body.get("errors", ())]
    return body["data"], sorted(errors, key=lambda error: [str(part) for part in error["path"]])
