"""Row level security, seen from the catalogue: a forgotten predicate returns nothing, in every table of every service."""

from typing import Any

import asyncpg
import pytest

from kit.database import PrivilegedRoleError
from local.databases import ServiceDatabase
from local.settings import SERVICES
from tests.access.ledger import Ledger
from tests.access.world import World
from tests.conftest import Pool, living, service_app

MECHANISM = {"alembic_version", "producer_epoch", "outbox_route", "feed", "schedule"}
"""Tables that hold nothing of a district."""
RELAYED = {"outbox", "outbox_delivery", "outbox_route", "inbox", "producer_epoch", "feed", "served_district"}
"""What the relay role may touch: what leaves and what arrives."""
_TABLES = """
select c.oid, c.relname as name, c.relrowsecurity as is_secured, a.attname is not null as of_district
from pg_class c
left join pg_attribute a on a.attrelid = c.oid and a.attname = 'district_id' and not a.attisdropped
where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace order by 2"""
_PRIVILEGES = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")


@pytest.mark.parametrize("service", SERVICES)
async def test_every_table_of_a_district_has_row_security_and_a_policy_for_the_application(
    ledger: Ledger, service: str
) -> None:
    owner = ledger.connections[service]
    wrong, bare = [], set()
    for table in await owner.fetch(_TABLES):
        if not table["of_district"]:
            bare.add(table["name"])
            continue
        policies = await owner.fetch(
            """select polcmd, polroles::regrole[]::text[] as roles, polpermissive,
                      pg_get_expr(polqual, polrelid) as sees, pg_get_expr(polwithcheck, polrelid) as writes
               from pg_policy where polrelid = $1""",
            table["oid"],
        )
        wrong += [f"{table['name']}: no row security"] if not table["is_secured"] else []
        wrong += [f"{table['name']}: {said}" for said in _faults(service, table["name"], policies)]
    assert wrong == []
    assert bare <= MECHANISM


def _faults(service: str, table: str, policies: list[asyncpg.Record]) -> list[str]:
    app, relay = f"{service}_app", f"{service}_relay"
    wrong = [] if any(app in policy["roles"] for policy in policies) else ["no policy for the application"]
    for policy in policies:
        others = set(policy["roles"]) - {app, relay}
        wrong += [f"a policy for {sorted(others)}"] if others else []
        if app in policy["roles"]:
            said = [policy["sees"] or policy["writes"], policy["writes"] or policy["sees"]]
            wrong += [f"a policy without the district: {text}" for text in said if "trellis_district()" not in text]
        elif table not in RELAYED:
            wrong.append("a policy for the relay")
    return wrong


@pytest.mark.parametrize("service", SERVICES)
async def test_without_a_context_there_is_nothing_and_with_one_only_its_own_district(
    world: World, ledger: Ledger, pools: dict[str, Pool], service: str
) -> None:
    owner, wrong = ledger.connections[service], []
    tables = [row["name"] for row in await owner.fetch(_TABLES) if row["of_district"]]
    for context in ("", str(world.here.district.id)):
        async with pools[service].acquire() as connection, connection.transaction():
            await connection.execute("select set_config('trellis.district_id', $1, true)", context)
            readable = [name for name in tables if await _may(connection, name, "SELECT")]
            for name in readable:
                others = f'select count(*) from "{name}" where district_id::text <> $1'
                if await connection.fetchval(others, context):
                    wrong.append(f"{name} with {context or 'no context'}")
    assert wrong == []
    held = await ledger.figure(service, world.here.district.id)
    assert len(held) > 3, "the world left something in the tables that were looked at"


@pytest.mark.parametrize("service", SERVICES)
async def test_no_row_can_be_given_to_another_district(
    world: World, ledger: Ledger, pools: dict[str, Pool], service: str
) -> None:
    owner, moved = ledger.connections[service], []
    for name in [row["name"] for row in await owner.fetch(_TABLES) if row["of_district"]]:
        async with pools[service].acquire() as connection:
            transaction = connection.transaction()
            await transaction.start()
            await connection.execute("select set_config('trellis.district_id', $1, true)", str(world.here.district.id))
            try:
                done = await connection.execute(f'update "{name}" set district_id = $1', world.there.district.id)
                moved += [f"{name}: {done}"] if done != "UPDATE 0" else []
            except asyncpg.InsufficientPrivilegeError:
                pass
            finally:
                await transaction.rollback()
    assert moved == []


async def _may(connection: Any, table: str, privilege: str) -> bool:  # noqa: ANN401 - a connection or a pool's proxy
    found: bool = await connection.fetchval(
        "select has_table_privilege(current_user, quote_ident($1), $2)", table, privilege
    )
    return found


@pytest.mark.parametrize("service", SERVICES)
async def test_the_serving_roles_are_small(databases: dict[str, ServiceDatabase], ledger: Ledger, service: str) -> None:
    """They own nothing that lasts, are members of nothing, and cannot empty a table past its policies."""
    tables = [row["name"] for row in await ledger.connections[service].fetch(_TABLES)]
    for role in ("app", "relay"):
        connection = await asyncpg.connect(databases[service].urls[role])
        me = await connection.fetchrow(
            """select rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication as mighty,
                      (select count(*) from pg_auth_members where member = r.oid) as memberships,
                      (select count(*) from pg_class where relowner = r.oid and relpersistence <> 't') as tables,
                      (select count(*) from pg_proc where proowner = r.oid) as functions,
                      has_schema_privilege('public', 'create') as creates
               from pg_roles r where rolname = current_user"""
        )
        granted = {
            privilege: {name for name in tables if await _may(connection, name, privilege)} for privilege in _PRIVILEGES
        }
        await connection.close()
        assert me is not None
        assert tuple(me) == (False, 0, 0, 0, False)
        assert granted["TRUNCATE"] | granted["REFERENCES"] | granted["TRIGGER"] == set()
        if role == "relay":
            assert set().union(*granted.values()) <= RELAYED


@pytest.mark.parametrize("service", SERVICES)
async def test_what_looks_past_row_security_is_named_and_closed(ledger: Ledger, service: str) -> None:
    """Definer functions have a fixed search path and are nobody's but those roles' that need them; views look as the caller."""
    owner = ledger.connections[service]
    definers = await owner.fetch(
        """select p.proname, p.proconfig,
                  exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
                          where a.grantee = 0 and a.privilege_type = 'EXECUTE') as is_public
           from pg_proc p where p.prosecdef and p.pronamespace = 'public'::regnamespace"""
    )
    loose = [
        row["proname"]
        for row in definers
        if row["is_public"] or not any(one.startswith("search_path=") for one in row["proconfig"] or ())
    ]
    assert loose == []
    assert definers
    views = await owner.fetch(
        """select relname from pg_class
           where relnamespace = 'public'::regnamespace and (relkind = 'm' or (relkind = 'v'
             and not coalesce('security_invoker=true' = any(reloptions), false)))"""
    )
    assert [row["relname"] for row in views] == []


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_refuses_to_start_as_the_owner(
    app_settings: dict[str, dict[str, object]], databases: dict[str, ServiceDatabase], service: str
) -> None:
    as_owner = app_settings[service] | {f"DATABASE_URL_{service.upper()}": databases[service].urls["owner"]}
    with pytest.raises(PrivilegedRoleError):
        async with living(service_app(service, as_owner)):
            pass
