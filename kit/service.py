"""What an application of a service has beyond the others: a database, at the schema this code was written for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from alembic.script import ScriptDirectory
from fastapi import FastAPI

from kit.app import Part
from kit.database import Database, opened
from kit.health import Check
from kit.settings import ServiceSettings


def with_database(migrations: Path) -> Part:
    """Opens the service's database and makes readiness depend on it being at this code's schema."""

    @asynccontextmanager
    async def part(app: FastAPI) -> AsyncIterator[None]:
        settings: ServiceSettings = app.state.settings
        async with opened(settings, app.state.clock) as database:
            app.state.database = database
            app.state.readiness["database"] = migrated(database, migrations)
            yield

    return part


def migrated(database: Database, migrations: Path) -> Check:
    """The database answers and its schema is the one this code was written for."""
    head = ScriptDirectory(str(migrations)).get_current_head()

    async def check() -> bool:
        return bool(await database.pool.fetchval("select version_num from alembic_version", timeout=2) == head)

    return check
