"""Sessions for commands, a pool for hot reads, and the caller's context in both."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import asyncpg
from fastapi import Depends, Request
from sqlalchemy import func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from kit.caller import Caller, VerifiedCaller
from kit.clock import Clock
from kit.problems import Conflict, Unavailable
from kit.settings import ServiceSettings

_RETRIED_BY_THE_CLIENT = {"40001", "40P01"}
_UNKNOWN_OUTCOME = {"57P01", "57P02", "57P03", "08003", "08006", "08000", "08001"}


class PrivilegedRoleError(RuntimeError):
    """The process would run as owner, superuser or with BYPASSRLS; it must not start."""


class SerializationConflict(Conflict):
    title = "Another change came in between; send the same request again"


@dataclass(frozen=True)
class Database:
    """One service's database, seen as its application role."""

    engine: AsyncEngine
    sessions: async_sessionmaker[AsyncSession]
    pool: "asyncpg.Pool[asyncpg.Record]"
    clock: Clock

    @asynccontextmanager
    async def transaction(self, caller: VerifiedCaller) -> AsyncIterator[AsyncSession]:
        """One transaction in the caller's context; commits at the end, rolls back on an error."""
        async with self.sessions() as session, session.begin():
            await session.execute(select(*context_of(caller, self.clock.now())))
            yield session


def context_of(caller: VerifiedCaller, now: datetime) -> tuple[Any, ...]:
    """The expressions that put a caller into the transaction's settings."""
    return tuple(func.set_config(f"trellis.{name}", value, True) for name, value in context_values(caller, now).items())


def context_values(caller: VerifiedCaller, now: datetime) -> dict[str, str]:
    return {
        "district_id": str(caller.district_id),
        "person_id": str(caller.person_id or ""),
        "client_id": "" if caller.person_id else caller.client_id or "",
        "now": now.isoformat(),
    }


def asyncpg_dsn(url: str) -> str:
    """The same address without SQLAlchemy's driver name."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


@asynccontextmanager
async def opened(settings: ServiceSettings, clock: Clock) -> AsyncIterator[Database]:
    """The database for the life of a process; raises `PrivilegedRoleError` for a role that could see past row security."""
    url = settings.database_url.get_secret_value()
    engine = create_async_engine(
        make_url(url).set(drivername="postgresql+asyncpg"),
        pool_size=settings.pool_size,
        max_overflow=0,
        pool_pre_ping=False,
    )
    pool = await asyncpg.create_pool(
        asyncpg_dsn(url),
        min_size=1,
        max_size=settings.pool_size,
        init=_json_as_bytes,
        reset=_keep_as_is,
        max_cacheable_statement_size=0,  # asyncpg would prepare a page with many sections anew for every request
        server_settings={"plan_cache_mode": "force_generic_plan"},
    )
    try:
        await _refuse_privileges(pool)
        yield Database(engine, async_sessionmaker(engine, expire_on_commit=False, autoflush=False), pool, clock)
    finally:
        await pool.close()
        await engine.dispose()


async def _json_as_bytes(connection: Any) -> None:  # noqa: ANN401 - asyncpg's own proxy type
    await connection.set_type_codec("json", schema="pg_catalog", encoder=bytes, decoder=bytes, format="binary")


async def _keep_as_is(_: Any) -> None:  # noqa: ANN401 - asyncpg's own proxy type
    """A pooled connection needs no reset: every statement on it is a transaction of its own and settings are local to it."""


async def _refuse_privileges(pool: "asyncpg.Pool[asyncpg.Record]") -> None:
    found = await pool.fetchrow(
        """select rolsuper or rolbypassrls as sees_all,
                  exists (select from pg_class where relowner = r.oid and relkind in ('r', 'p') and relpersistence = 'p') as owns
           from pg_roles r where rolname = current_user"""
    )
    if found is None or found["sees_all"] or found["owns"]:
        raise PrivilegedRoleError("The application role is an owner, a superuser or has BYPASSRLS")


async def _database(request: Request) -> Database:
    # FastAPI sends a dependency that is not async to a thread, which costs a hot read a tenth of its time.
    database: Database = request.app.state.database
    return database


Reads = Annotated[Database, Depends(_database)]
"""The database, for hot reads."""


async def transaction(database: Reads, caller: Caller) -> AsyncIterator[AsyncSession]:
    """The request's transaction, in the caller's context, committed before the response leaves."""
    try:
        async with database.transaction(caller) as session:
            yield session
    except (DBAPIError, OSError) as failed:
        raise refusal_of(failed) from failed


def refusal_of(error: Exception) -> Exception:
    """What a failed statement or commit means for the caller; a bug stays what it is."""
    state = getattr(getattr(error, "orig", error), "sqlstate", None)
    if state in _RETRIED_BY_THE_CLIENT:
        return SerializationConflict()
    if state in _UNKNOWN_OUTCOME or isinstance(error, OSError) or getattr(error, "connection_invalidated", False):
        return Unavailable("The outcome is unknown; repeat the request with the same key")
    return error


Session = Annotated[AsyncSession, Depends(transaction, scope="function")]
"""The request's one transaction."""
