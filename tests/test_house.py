"""What the layout promises and no linter checks."""

from pathlib import Path

import asyncpg
import pytest

from local.databases import ServiceDatabase
from local.settings import ROOT, SERVICES

ROOMS = {"routes", "schemas", "commands", "queries", "domain", "models", "errors"}
FURTHER_ROOMS = {
    # An upload as it comes over the wire; and what the worker alone does, with libraries that serving processes do not load.
    "intake": {"uploads", "work"},
}
NO_AREAS = {
    "access",  # predicates over every area's tables
    "migrations",  # Alembic's
    "operator",  # a command line over the areas
}
AT_THE_ROOT = {"access", "app", "events", "models", "settings", "tables", "worker"}
ALSO_AT_THE_ROOT = {
    "facts",  # the shapes of the events that a service publishes, where it publishes any
    "operator",  # its command line
}
MEANINGLESS = {"utils", "util", "helpers", "helper", "constants", "common", "misc", "base"}
MOST_LINES = 300
BEFORE_A_DISTRICT_IS_KNOWN = {"uq_client_client_id", "uq_district_slug", "uq_issuer_issuer_audience"}
"""What a lookup begins with that is to find out the district."""


def modules() -> list[Path]:
    folders = [ROOT / name for name in ("bench", "gateway", "kit", "local", "services")]
    return [path for folder in folders for path in folder.rglob("*.py") if "versions" not in path.parts]


def areas(service: str) -> list[Path]:
    folders = (ROOT / "services" / service).iterdir()
    return sorted(path for path in folders if (path / "__init__.py").exists() and path.name not in NO_AREAS)


@pytest.mark.parametrize("service", SERVICES)
def test_an_area_has_no_unknown_room(service: str) -> None:
    unknown = {
        f"{area.name}/{room.name}"
        for area in areas(service)
        for room in area.iterdir()
        if not room.name.startswith("__") and room.stem not in ROOMS | FURTHER_ROOMS.get(area.name, set())
    }
    assert unknown == set()


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_at_its_root_what_every_service_has(service: str) -> None:
    root = ROOT / "services" / service
    found = {path.stem for path in root.glob("*.py")} - {"__init__"}
    found |= {path.name for path in root.iterdir() if path.name in AT_THE_ROOT and path.is_dir()}
    assert AT_THE_ROOT <= found <= AT_THE_ROOT | ALSO_AT_THE_ROOT


def test_a_module_that_passes_300_lines_becomes_a_folder() -> None:
    long = {str(path.relative_to(ROOT)) for path in modules() if len(path.read_text().splitlines()) > MOST_LINES}
    assert long == set()


def test_no_module_is_called_after_nothing() -> None:
    assert [str(path) for path in modules() if path.stem in MEANINGLESS] == []


@pytest.mark.parametrize("service", SERVICES)
async def test_row_security_is_enabled_on_every_table_of_district_data(
    databases: dict[str, ServiceDatabase], service: str
) -> None:
    owner = await asyncpg.connect(databases[service].urls["owner"])
    bare = await owner.fetch(
        """select c.relname from pg_class c
           join pg_attribute a on a.attrelid = c.oid and a.attname = 'district_id' and not a.attisdropped
           where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
             and not (c.relrowsecurity and exists (select from pg_policy where polrelid = c.oid))"""
    )
    await owner.close()
    assert [row["relname"] for row in bare] == []


@pytest.mark.parametrize("service", SERVICES)
async def test_a_district_leads_every_key_of_its_data(databases: dict[str, ServiceDatabase], service: str) -> None:
    owner = await asyncpg.connect(databases[service].urls["owner"])
    others = await owner.fetch(
        """select conrelid::regclass::text as "table", conname
           from pg_constraint
           join pg_attribute d on d.attrelid = conrelid and d.attname = 'district_id' and not d.attisdropped
           where contype in ('p', 'u', 'f') and connamespace = 'public'::regnamespace and conkey[1] <> d.attnum"""
    )
    await owner.close()
    assert {row["conname"] for row in others} <= BEFORE_A_DISTRICT_IS_KNOWN


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("role", ["app", "relay"])
async def test_no_serving_role_owns_anything_or_sees_past_row_security(
    databases: dict[str, ServiceDatabase], service: str, role: str
) -> None:
    connection = await asyncpg.connect(databases[service].urls[role])
    found = await connection.fetchrow(
        """select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,
                  (select count(*) from pg_class where relowner = r.oid) as owns,
                  has_schema_privilege('public', 'create') as creates
           from pg_roles r where rolname = current_user"""
    )
    await connection.close()
    assert found is not None
    assert tuple(found) == (False, False, False, False, 0, False)
