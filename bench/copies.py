"""What the bare query needs of the other services' rows, copied into a schema `bench` of the learner profile's database."""

import asyncpg

from bench.system import Stack

_TABLES = {
    "cohort": {
        "placement": "district_id uuid, school_id uuid, cohort_id uuid, state text",
        "cohort": "district_id uuid, id uuid, name text, begins_on date, launches_on date, ends_on date",
    },
    "marketplace": {
        "alignment": "district_id uuid, identifier text, resource_id uuid",
        "resource": "district_id uuid, id uuid, title text, url text",
    },
}
_INDEXES = (
    "create index on bench.placement (district_id, school_id)",
    "create unique index on bench.cohort (district_id, id)",
    "create index on bench.alignment (district_id, identifier)",
    "create unique index on bench.resource (district_id, id)",
)


async def copy_rows(stack: Stack) -> None:
    """Made anew each time; every table is analysed, so that neither side plans with what it does not know."""
    target = await asyncpg.connect(stack.database("learner_profile").urls["owner"])
    try:
        await target.execute("drop schema if exists bench cascade; create schema bench")
        for service, tables in _TABLES.items():
            source = await asyncpg.connect(stack.database(service).urls["owner"])
            for name, columns in tables.items():
                await _copy(source, target, name, columns)
            await source.execute("analyze")
            await source.close()
        for index in _INDEXES:
            await target.execute(index)
        await target.execute("analyze")
    finally:
        await target.close()


async def _copy(
    source: "asyncpg.Connection[asyncpg.Record]", target: "asyncpg.Connection[asyncpg.Record]", name: str, columns: str
) -> None:
    names = [column.split()[0] for column in columns.split(", ")]
    rows = await source.fetch(f"select {', '.join(names)} from {name}")
    await target.execute(f"create table bench.{name} ({columns})")
    await target.copy_records_to_table(name, schema_name="bench", columns=names, records=map(tuple, rows))
