"""Two services that only tell each other about things: a producer, a consumer, each with a database of its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.runtime.environment import EnvironmentContext
from fastapi import FastAPI
from sqlalchemy import BigInteger, Column, Connection, CursorResult, MetaData, Table, Text, Uuid, text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool

from kit import inbox, relay, tail
from kit.app import Part, assemble
from kit.caller import system
from kit.clock import Clock
from kit.database import Database, opened
from kit.eventing_schema import create_eventing, route_events
from kit.inbox import ReceivedEvent, upsert_newer
from kit.migration import begin, secure
from kit.outbox import Event
from kit.problems import Problem
from kit.settings import ServiceSettings
from kit.webhook import keys_of
from local.databases import ServiceDatabase, create
from local.postgres import Postgres, programs
from tests.conftest import client_of, living
from tests.worlds import ORIGIN

SECRET = "the-secret-of-all-services-in-tests"
THING = """create table thing (
  district_id uuid, id text, epoch bigint not null, version bigint not null, state text not null, name text, parent text,
  primary key (district_id, id))"""


class Spoiled(Problem):
    status, title = 422, "This thing is spoiled"


@dataclass
class Service:
    """A service as the tests hold it."""

    settings: ServiceSettings
    database: Database
    things: Table
    applied: list[str] = field(default_factory=list)

    async def rows(self, district: UUID, statement: str, **parameters: object) -> list[tuple[Any, ...]]:
        """What the service's application sees, or does, inside a district."""
        async with self.database.transaction(system(district)) as session:
            found = await session.execute(text(statement), parameters)
            return [tuple(row) for row in found] if isinstance(found, CursorResult) and found.returns_rows else []

    async def keep(self, session: AsyncSession, events: list[ReceivedEvent]) -> None:
        """Keep the newest state of each thing; a spoiled one is refused, an unkeepable one is a bug that shows late."""
        for event in events:
            if event.data.get("name") == "spoiled":
                raise Spoiled
            if event.data.get("name") == "bug":
                raise ZeroDivisionError
        rows = [
            {
                "district_id": event.district_id,
                "id": event.subject,
                "epoch": event.epoch,
                "version": event.version,
                "state": event.state,
                "name": event.data.get("name"),
                "parent": event.data.get("parent"),
            }
            for event in events
        ]
        changed = await upsert_newer(session, self.things, rows, ["id"])
        self.applied += [key[0] for key in changed]


def thing(subject: str, version: int = 1, **data: Any) -> Event:  # noqa: ANN401 - an event's data is JSON
    state = data.pop("state", "active")
    return Event(
        type="thing.changed",
        subject=subject,
        version=version,
        occurred_at=Clock().now(),
        data={"name": subject, **data},
        state=state,
    )


@pytest.fixture(scope="session")
def eventing(postgres: Postgres) -> dict[str, ServiceDatabase]:
    """The databases of both services, made as their migrations would."""
    psql = programs(postgres.version) / "psql"
    made = {
        name: create(name, postgres.url(), postgres.folder / "passwords", psql)
        for name in ("kit_producer", "kit_consumer")
    }
    for database in made.values():
        asyncio.run(_migrated(database))
    return made


async def _migrated(database: ServiceDatabase) -> None:
    url = database.urls["owner"].replace("postgresql://", "postgresql+asyncpg://")
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.run_sync(_migrate, database.service)
    await engine.dispose()


def _migrate(connection: Connection, service: str) -> None:
    config = Config()
    config.set_main_option("service", service)
    with EnvironmentContext(config, None), Operations.context(MigrationContext.configure(connection)):  # type: ignore[arg-type]
        connection.execute(text("create table alembic_version (version_num text)"))
        begin()
        create_eventing()
        route_events({"thing.changed": ("kit_consumer",), "nothing.changed": ()})
        connection.execute(text(THING))
        secure("thing")


def settings_of(database: ServiceDatabase) -> ServiceSettings:
    consumers = {"kit_consumer": "/events"} if database.service == "kit_producer" else {}
    return ServiceSettings(
        environment="test",
        origin=ORIGIN,
        jwks='{"keys": []}',
        service=database.service,
        database_url=database.urls["app"],
        relay_database_url=database.urls["relay"],
        event_secret=SECRET,
        consumers=consumers,
        pool_size=6,
        shutdown_seconds=1,
        log_level="error",
    )


@pytest.fixture(scope="session")
async def services(eventing: dict[str, ServiceDatabase]) -> AsyncIterator[dict[str, Service]]:
    async with AsyncExitStack() as stack:
        made = {}
        for name, database in eventing.items():
            settings = settings_of(database)
            things = Table("thing", MetaData(), *_thing_columns())
            made[name] = Service(settings, await stack.enter_async_context(opened(settings, Clock())), things)
        yield made


@pytest.fixture
def producer(services: dict[str, Service]) -> Service:
    return services["kit_producer"]


@pytest.fixture
def consumer(services: dict[str, Service]) -> Service:
    services["kit_consumer"].applied.clear()
    return services["kit_consumer"]


@pytest.fixture(scope="session")
async def consumer_app(services: dict[str, Service]) -> AsyncIterator[FastAPI]:
    """The consumer as an application, with its door for events."""
    service = services["kit_consumer"]
    app = assemble(
        service.settings,
        name="kit_consumer",
        routers=[inbox.routes({"thing.changed": service.keep})],
        parts=[_with(service.database), tail.following],
        streamed=frozenset({inbox.DOOR}),
    )
    async with living(app):
        yield app


@pytest.fixture
async def door(consumer_app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(consumer_app) as client:
        yield client


@pytest.fixture
async def out(producer: Service, door: httpx.AsyncClient) -> AsyncIterator[relay.Relay]:
    """The producer's relay, whose posts reach the consumer in this process; nothing of other tests is on its way."""
    engine = create_async_engine(
        producer.settings.relay_database_url.get_secret_value().replace("postgresql://", "postgresql+asyncpg://")
    )
    made = relay.Relay(
        engine, door, "kit_producer", keys_of(producer.settings.event_secret), producer.settings.consumers
    )
    await relay.drain(made)
    yield made
    await engine.dispose()


@pytest.fixture
def two() -> tuple[UUID, UUID]:
    """Two districts."""
    return uuid4(), uuid4()


def _with(database: Database) -> Part:
    @asynccontextmanager
    async def part(app: FastAPI) -> AsyncIterator[None]:
        app.state.database = database
        yield

    return part


def _thing_columns() -> list[Column[Any]]:
    words = [Column(name, Text) for name in ("state", "name", "parent")]
    numbers = [Column(name, BigInteger) for name in ("epoch", "version")]
    return [Column("district_id", Uuid, primary_key=True), Column("id", Text, primary_key=True), *numbers, *words]
