"""The system under test: real applications, in this process, on a real PostgreSQL that lives as long as the session.

`PG=15 pytest` takes Debian's PostgreSQL 15 instead of the embedded one. Every test makes its own districts and really
commits, as the application role: isolation by district is the clean-up.
"""

import asyncio
import importlib
import json
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from joserfc.jwk import ECKey

from local.databases import ServiceDatabase, create, migrate
from local.postgres import Postgres, programs
from local.settings import SERVICES, LocalSettings
from tests.worlds import ORIGIN, Mint, TestDistrict, new_district

EVENT_SECRET = "a-secret-that-only-the-tests-services-share"
if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record]
    Pool = asyncpg.Pool[asyncpg.Record]
else:  # the types are generic only in their stubs
    Connection, Pool = asyncpg.Connection, asyncpg.Pool
Sql = Callable[..., AbstractAsyncContextManager[Connection]]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A server whose data dies with the session."""
    folder = Path(tempfile.mkdtemp(prefix="trellis-tests-"))
    try:
        with Postgres(folder, version=LocalSettings().pg, throwaway=True) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def databases(postgres: Postgres) -> dict[str, ServiceDatabase]:
    """The three databases, migrated as their owners, by service."""
    psql = programs(postgres.version) / "psql"
    made = {name: create(name, postgres.url(), postgres.folder / "passwords", psql) for name in SERVICES}
    migrate(made.values())
    return made


@pytest.fixture(scope="session")
def mint() -> Mint:
    """Signs tokens that the applications accept."""
    return Mint(ECKey.generate_key("P-256", parameters={"use": "sig", "alg": "ES256"}, auto_kid=True))


@pytest.fixture(scope="session")
def app_settings(databases: dict[str, ServiceDatabase], mint: Mint) -> dict[str, dict[str, Any]]:
    """What each service's `Settings` is made of; a test that needs an application of its own starts from here."""
    common: dict[str, Any] = {
        "environment": "test",
        "origin": ORIGIN,
        "jwks": mint.published(),
        "signing_keys": mint.private(),
        "event_secret": EVENT_SECRET,
        "pool_size": 4,
    }
    settings = {name: common | database.environment("app", "relay") for name, database in databases.items()}
    settings["learner_profile"] |= {"disclosures_every_seconds": 3600.0}  # a test writes them when it wants to see them
    return settings


@pytest.fixture(scope="session")
async def lp_app(app_settings: dict[str, dict[str, Any]]) -> AsyncIterator[FastAPI]:
    """The learner profile service, started."""
    async with living(service_app("learner_profile", app_settings["learner_profile"])) as app:
        yield app


@pytest.fixture(scope="session")
async def co_app(app_settings: dict[str, dict[str, Any]]) -> AsyncIterator[FastAPI]:
    """The cohort service, started."""
    async with living(service_app("cohort", app_settings["cohort"])) as app:
        yield app


@pytest.fixture(scope="session")
async def mk_app(app_settings: dict[str, dict[str, Any]]) -> AsyncIterator[FastAPI]:
    """The marketplace service, started."""
    async with living(service_app("marketplace", app_settings["marketplace"])) as app:
        yield app


@pytest.fixture(scope="session")
async def lp(lp_app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the learner profile service."""
    async with client_of(lp_app) as client:
        yield client


@pytest.fixture(scope="session")
async def co(co_app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the cohort service."""
    async with client_of(co_app) as client:
        yield client


@pytest.fixture(scope="session")
async def mk(mk_app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the marketplace service."""
    async with client_of(mk_app) as client:
        yield client


@pytest.fixture(scope="session")
async def gw_app(lp_app: FastAPI, co_app: FastAPI, mk_app: FastAPI, mint: Mint) -> AsyncIterator[FastAPI]:
    """The gateway, started, with the three services behind it in this process."""
    services = {"learner_profile": lp_app, "cohort": co_app, "marketplace": mk_app}
    gateway = importlib.import_module("gateway.app")
    settings = gateway.Settings(environment="test", origin=ORIGIN, jwks=mint.published())
    transports = {name: httpx.ASGITransport(app=each) for name, each in services.items()}
    app: FastAPI = gateway.create_app(settings, transports=transports)
    async with living(app):
        yield app


@pytest.fixture(scope="session")
async def gw(gw_app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the gateway: `await gw.post("/graphql", json={"query": …}, headers=district.as_person(…))`."""
    async with client_of(gw_app) as client:
        yield client


@pytest.fixture(scope="session")
async def pools(
    databases: dict[str, ServiceDatabase],
) -> AsyncIterator[dict[str, Pool]]:
    """The tests' own connections as the application role, by service."""
    async with AsyncExitStack() as stack:
        yield {
            name: await stack.enter_async_context(
                asyncpg.create_pool(database.urls["app"], min_size=0, max_size=4, init=_json_as_python)
            )
            for name, database in databases.items()
        }


@pytest.fixture
def sql(pools: dict[str, Pool]) -> Sql:
    """How a test looks into a database, and arranges it: as the application role, inside one district.

    `async with sql("cohort", district) as connection:` is one transaction, committed at its end;
    `person=` puts a person into the context, without one nobody is named.
    """
    return opener(pools)


def opener(pools: dict[str, Pool]) -> Sql:
    """What the fixture `sql` gives, for fixtures that live longer."""

    @asynccontextmanager
    async def opened(service: str, district: TestDistrict, person: UUID | None = None) -> AsyncIterator[Connection]:
        async with pools[service].acquire() as connection, connection.transaction():
            await connection.execute("select set_config('trellis.district_id', $1, true)", str(district.id))
            await connection.execute("select set_config('trellis.person_id', $1, true)", str(person or ""))
            yield connection  # type: ignore[misc]  # the pool's proxy is a connection in all but name

    return opened


@pytest.fixture
async def districts(sql: Sql, mint: Mint) -> tuple[TestDistrict, TestDistrict]:
    """Two districts that no other test has; what ids they share is the test's affair."""
    pair = new_district(mint, "fulton"), new_district(mint, "henry")
    for district in pair:
        async with sql("learner_profile", district) as connection:
            await connection.execute(
                "insert into district (district_id, slug, name, time_zone) values ($1, $2, $3, 'America/New_York')",
                district.id,
                district.slug,
                district.name,
            )
    return pair


def service_app(service: str, settings: dict[str, Any]) -> FastAPI:
    """A fresh application of this service; it does nothing until `living` starts it."""
    factory = importlib.import_module(f"services.{service}.app").create_app
    app: FastAPI = factory(importlib.import_module(f"services.{service}.settings").Settings(**settings))
    return app


@asynccontextmanager
async def living(app: FastAPI) -> AsyncIterator[FastAPI]:
    """The application between start and shutdown, in one task of its own as under a real server."""
    started, over = asyncio.Event(), asyncio.Event()

    async def life() -> None:
        async with app.router.lifespan_context(app):
            started.set()
            await over.wait()

    task = asyncio.create_task(life())
    starting = asyncio.create_task(started.wait())
    await asyncio.wait({task, starting}, return_when=asyncio.FIRST_COMPLETED)
    if not started.is_set():
        starting.cancel()
        await task
    try:
        yield app
    finally:
        over.set()
        await task


def client_of(app: FastAPI, **headers: str) -> httpx.AsyncClient:
    """A client that talks to the application in this process; an exception inside comes out as it is."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=ORIGIN, headers=headers)


async def _json_as_python(connection: Connection) -> None:
    for name in ("json", "jsonb"):
        await connection.set_type_codec(name, schema="pg_catalog", encoder=json.dumps, decoder=json.loads)
