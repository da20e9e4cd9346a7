"""Everything that a district has in a database, as one figure, to see whether a request changed it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record]
else:  # the type is generic only in its stub
    Connection = asyncpg.Connection

_TABLES = """
select c.relname as name from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attname = 'district_id' and not a.attisdropped
where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace
  and c.relname <> all('{sign_in_attempt,served_district}') order by 1"""


@dataclass(frozen=True)
class Ledger:
    connections: dict[str, Connection]
    statements: dict[str, str]

    @staticmethod
    async def of(connections: dict[str, Connection]) -> "Ledger":
        statements = {}
        for service, connection in connections.items():
            tables = [row["name"] for row in await connection.fetch(_TABLES)]
            figures = " union all ".join(
                f"""select '{table}' as t, count(*) as n, sum(hashtext(r::text)::bigint) as s from "{table}" r
                    where district_id = $1"""
                for table in tables
            )
            statements[service] = f"select t, n, s from ({figures}) f where n > 0 order by t"
        return Ledger(connections, statements)

    async def figure(self, service: str, district: UUID) -> dict[str, tuple[int, int]]:
        """For each table the number of rows and the sum of their hashes."""
        rows = await self.connections[service].fetch(self.statements[service], district)
        return {row["t"]: (row["n"], row["s"]) for row in rows}
