"""The environment that every service's Alembic migrations run in, and the words they share."""

import asyncio
from collections.abc import Iterable
from logging import WARNING, getLogger

from alembic import context, op
from sqlalchemy import Connection, MetaData, make_url, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

from kit.settings import owner_url

_LOCK_TIMEOUT = "5s"
"""A migration that cannot get its lock gives up instead of queueing every query behind it."""

UUID7 = """
create function uuid7() returns uuid language sql volatile parallel safe as $$
  select encode(
    set_bit(set_bit(
      overlay(uuid_send(gen_random_uuid())
        placing substring(int8send(floor(extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6),
      52, 1), 53, 1),
    'hex')::uuid
$$"""
"""A version 7 UUID (RFC 9562) for rows that SQL makes."""

CONTEXT = (
    """create function trellis_district() returns uuid language sql stable parallel safe as $$
      select nullif(current_setting('trellis.district_id', true), '')::uuid $$""",
    """create function trellis_person() returns uuid language sql stable parallel safe as $$
      select nullif(current_setting('trellis.person_id', true), '')::uuid $$""",
    """create function trellis_client() returns text language sql stable parallel safe as $$
      select nullif(current_setting('trellis.client_id', true), '') $$""",
    """create function trellis_now() returns timestamptz language sql stable parallel safe as $$
      select coalesce(nullif(current_setting('trellis.now', true), '')::timestamptz, now()) $$""",
)
"""The caller's context as SQL sees it; null where nothing was set, also on a pooled connection."""


def run(metadata: MetaData) -> None:
    """Run the migrations of one service as its owner; called from the service's `env.py`."""
    getLogger("alembic.runtime.plugins").setLevel(WARNING)
    if context.is_offline_mode():
        context.configure(dialect_name="postgresql", literal_binds=True, target_metadata=metadata)
        with context.begin_transaction():
            context.run_migrations()
    else:
        asyncio.run(_online(metadata))


async def _online(metadata: MetaData) -> None:
    url = make_url(owner_url(_service())).set(drivername="postgresql+asyncpg")
    engine = create_async_engine(url, poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(_migrate, metadata)
    await engine.dispose()


def _migrate(connection: Connection, metadata: MetaData) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        autogenerate_plugins=["alembic.autogenerate.*", "alembic.ext.checkconstraint_byname"],
        transaction_per_migration=True,
    )
    connection.execute(text(f"set lock_timeout = '{_LOCK_TIMEOUT}'"))
    connection.commit()
    with context.begin_transaction():
        context.run_migrations()


def secure(*tables: str, privileges: str = "select, insert, update, delete", role: str | None = None) -> None:
    """Enable row level security on district tables and let the application role work inside the caller's district."""
    role = role or application_role()
    for table in tables:
        op.execute(f'alter table "{table}" enable row level security')
        op.execute(
            f'create policy district on "{table}" to {role} '
            "using (district_id = (select trellis_district())) with check (district_id = (select trellis_district()))"
        )
        op.execute(f'grant {privileges} on "{table}" to {role}')


def only_for_application(function: str) -> None:
    """Let the application role alone call a function that looks past row security."""
    op.execute(f"revoke execute on function {function} from public")
    op.execute(f"grant execute on function {function} to {application_role()}")


def application_role() -> str:
    return f"{_service()}_app"


def relay_role() -> str:
    return f"{_service()}_relay"


def _service() -> str:
    return str(context.config.get_main_option("service"))


def begin() -> None:
    """What the first migration of every service does: the context functions, and a schema version the probes may read."""
    execute_all((UUID7, *CONTEXT, f"grant select on alembic_version to {application_role()}"))


def execute_all(statements: Iterable[str]) -> None:
    for statement in statements:
        op.execute(statement)
