"""Looking somebody up at sign-in takes an index, also under row security."""

from uuid import uuid4

import asyncpg
import pytest

from local.databases import ServiceDatabase
from tests.conftest import Sql
from tests.worlds import TestDistrict


@pytest.mark.parametrize(
    ("field", "value", "index"),
    [
        ("sourced_id", "person-7", "pk_person"),
        ("identifier", "id-7", "ix_person_login_identifier"),
        ("username", "user-7", "ix_person_login_username"),
        ("email", "USER-7@district.org", "ix_person_login_email"),
    ],
)
async def test_the_index_is_used_by_the_application_role(
    sql: Sql,
    databases: dict[str, ServiceDatabase],
    districts: tuple[TestDistrict, TestDistrict],
    field: str,
    value: str,
    index: str,
) -> None:
    district = districts[0]
    async with sql("learner_profile", district) as connection:
        await connection.execute(
            """insert into person (district_id, source, sourced_id, username, email, identifier, given_name, family_name)
               select $1, 'sis', 'person-' || n, 'user-' || n, 'user-' || n || '@district.org', 'id-' || n, 'G', 'F'
               from generate_series(1, 2000) n""",
            district.id,
        )
    await _analyze(databases["learner_profile"])
    async with sql("learner_profile", district) as connection:
        scans = "select pg_stat_get_xact_numscans($1::text::regclass)"
        before = await connection.fetchval(scans, index)
        found = await connection.fetch("select find_login('sis', $1, $2)", field, value)
        assert len(found) == 1
        assert await connection.fetchval(scans, index) == before + 1


async def _analyze(database: ServiceDatabase) -> None:
    """What autovacuum does within a minute of a load."""
    connection = await asyncpg.connect(database.urls["owner"])
    await connection.execute("analyze person")
    await connection.close()


async def test_the_lookup_takes_the_district_from_the_callers_context(
    sql: Sql, districts: tuple[TestDistrict, TestDistrict]
) -> None:
    ids = []
    for district in districts:
        async with sql("learner_profile", district) as connection:
            ids.append(uuid4())
            await connection.execute(
                """insert into person (district_id, source, sourced_id, id, username, given_name, family_name)
                   values ($1, 'sis', 'same', $2, 'same', 'G', 'F')""",
                district.id,
                ids[-1],
            )
    for district, person_id in zip(districts, ids, strict=True):
        async with sql("learner_profile", district) as connection:
            found = await connection.fetch("select * from find_login('sis', 'sourced_id', 'same')")
            assert [row[0] for row in found] == [person_id]


async def test_the_lookups_are_not_for_everybody(sql: Sql, districts: tuple[TestDistrict, TestDistrict]) -> None:
    async with sql("learner_profile", districts[0]) as connection:
        rows = await connection.fetch(
            """select p.proname, p.prosecdef, p.proconfig, has_function_privilege('public', p.oid, 'execute') as open
               from pg_proc p where p.proname like 'find\\_%' and p.pronamespace = 'public'::regnamespace"""
        )
    identity = {"find_district", "find_client", "find_issuer", "find_login"}
    ours = [row for row in rows if row["proname"] in identity]
    assert {row["proname"] for row in ours} == identity
    assert all(row["prosecdef"] and row["proconfig"] == ['search_path=""'] and not row["open"] for row in ours)
