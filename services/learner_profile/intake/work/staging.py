"""The transaction's own side tables, and the statements that bring a file into the roster, a set at a time.

`COPY` is refused where row security applies, so changed rows go to temporary tables and from there by one statement a file.
Names of tables and columns come from our layouts, never from a file.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import polars as pl
from sqlalchemy.ext.asyncio import AsyncSession

from kit.ids import uuid7_texts
from services.learner_profile.gradebook.queries.pieces import lacks_competency
from services.learner_profile.intake.domain.files import KEPT, RESULT_OBJECTIVES
from services.learner_profile.intake.domain.layout import Layout
from services.learner_profile.intake.work.checks import HASH, METADATA_COLUMN, MODIFIED
from services.learner_profile.intake.work.frames import ROW

_ANALYZE_FROM = 1000
_NOT_COMPARED = {ROW, HASH, MODIFIED, "sourced_id"}


class Change(NamedTuple):
    """Rows that a file made, changed and marked to be deleted, and those it removes by not having them."""

    created: int
    updated: int
    removed: int = 0
    absent: int = 0


@dataclass
class Stage:
    """One file's side tables inside the run's transaction. `columns` are those of the file that the table keeps."""

    connection: "asyncpg.Connection[asyncpg.Record]"
    district_id: UUID
    source: str
    roster_source: str
    layout: Layout
    columns: tuple[str, ...]
    is_open: bool = False
    """Whether there are side tables: the first row that differs makes them, so that a file without one needs none."""

    @property
    def incoming(self) -> str:
        return f"incoming_{self.layout.file.lower()}"

    @property
    def removed(self) -> str:
        return f"removed_{self.layout.file.lower()}"

    @property
    def present(self) -> str:
        """SourcedIds that the file has, though their rows were refused."""
        return f"present_{self.layout.file.lower()}"

    @property
    def unseen(self) -> str:
        """Hashes of stored rows that no row of the file has."""
        return f"unseen_{self.layout.file.lower()}"

    @property
    def absent(self) -> str:
        return f"absent_{self.layout.file.lower()}"

    async def open(self) -> None:
        """Make the side tables, once; they are gone with the transaction."""
        if self.is_open:
            return
        self.is_open = True
        head = f'0::int as row, "{HASH}", "{MODIFIED}"'
        typed = ", ".join(f'"{column}"' for column in self._told())
        tables = (
            (self.incoming, f"{head}, {typed}"),
            (self.removed, f'0::int as row, sourced_id, "{MODIFIED}"'),
            (self.present, "sourced_id"),
            (self.unseen, HASH),
            (self.absent, "sourced_id"),
        )
        await self.connection.execute(
            ";".join(
                f'create temporary table {name} on commit drop as select {columns} from "{self.layout.table}" with no data'
                for name, columns in tables
            )
        )

    async def is_new(self) -> bool:
        """Whether the source has no row in the table, not even a removed one."""
        query = f'select exists (select from "{self.layout.table}" t where {_MINE})'
        return not await self.connection.fetchval(query, self.district_id, self.source)

    async def receive(self, rows: pl.DataFrame) -> None:
        """Take in rows of the file, each with the id that it gets if it is new."""
        if self.layout.table in _IDENTIFIED:
            rows = rows.with_columns(pl.Series("id", uuid7_texts(rows.height), dtype=pl.String))
        await self.send(self.incoming, rows)

    async def send(self, table: str, rows: pl.DataFrame) -> None:
        """Copy rows into one of the side tables; columns without any value stay behind."""
        if not rows.height:
            return
        await self.open()
        rows = rows.select(one for one in rows.iter_columns() if one.null_count() < rows.height)
        content = io.BytesIO(rows.write_csv(include_header=False).encode())
        await self.connection.copy_to_table(table, source=content, columns=rows.columns, format="csv")

    async def send_ids(self, table: str, ids: Sequence[str]) -> None:
        if ids:
            await self.open()
            await self.connection.execute(
                f"insert into {table} select distinct unnest($1::text[])",
                list(ids),
            )

    async def discard(self, rows: Sequence[int]) -> None:
        """Take rows back that turned out to repeat an earlier one."""
        for table in (self.incoming, self.removed) if self.is_open else ():
            await self.connection.execute(f"delete from {table} where row = any($1::int[])", list(rows))

    async def find_absent(self) -> int:
        """Fill the table of active rows that the file does not have."""
        for table in (self.unseen, self.incoming, self.present):
            await self.connection.execute(f"analyze {table}")
        done = await self.connection.execute(
            f"""insert into {self.absent} select t.sourced_id from "{self.layout.table}" t
                where {_MINE} and t.status = 'active'
                  and (t.row_hash is null or t.row_hash in (select u.row_hash from {self.unseen} u))
                  and not exists (select from {self.incoming} i where i.sourced_id = t.sourced_id)
                  and not exists (select from {self.removed} i where i.sourced_id = t.sourced_id)
                  and not exists (select from {self.present} i where i.sourced_id = t.sourced_id)""",
            self.district_id,
            self.source,
        )
        return _count(done)

    async def keep_roles_of(self, present: str) -> None:
        """Count the stored roles of people whose rows were refused as present."""
        await self.open()
        await self.connection.execute(
            f"""insert into {self.present} select t.sourced_id from "{self.layout.table}" t
                where {_MINE} and t.person_sourced_id in (select p.sourced_id from {present} p)""",
            self.district_id,
            self.source,
        )

    async def unknown_removals(self) -> list[int]:
        """Rows that remove what is not there, or no more."""
        found = await self.connection.fetch(
            f"""select i.row from {self.removed} i where not exists (
                  select from "{self.layout.table}" t where {_MINE} and t.sourced_id = i.sourced_id and t.status = 'active')
                order by i.row""",
            self.district_id,
            self.source,
        )
        return [row[0] for row in found]

    async def planned(self) -> Change:
        """What `merge` would do, without doing it."""
        if not self.is_open:
            return Change(0, 0)
        compared = _row(self._compared(), "t"), ", ".join(_given(column) for column in self._compared())
        found = await self._fetch(
            f"""select count(*) filter (where t.sourced_id is null) as created,
                       count(*) filter (where (t.status, {compared[0]}) is distinct from ('active', {compared[1]})
                                          and t.sourced_id is not null) as updated
                from {self.incoming} i left join "{self.layout.table}" t
                  on {_MINE} and t.sourced_id = i.sourced_id"""
        )
        gone = await self._fetch(
            f"""select (select count(*) from {self.removed} i join "{self.layout.table}" t on {_MINE}
                          and t.sourced_id = i.sourced_id and t.status = 'active') as removed,
                       (select count(*) from {self.absent}) as absent"""
        )
        return Change(found["created"], found["updated"], gone["removed"], gone["absent"])

    async def merge(self, *, is_new: bool) -> Change:
        """Bring the file into its table; `is_new` is what the stage's own `is_new()` said."""
        created, updated = await (self._insert() if is_new else self._upsert())
        return Change(created, updated, await self._remove(self.removed), await self._remove(self.absent))

    async def _insert(self) -> tuple[int, int]:
        done = await self.connection.execute(self._insertion(), *self._values())
        return _count(done), 0

    async def _upsert(self) -> tuple[int, int]:
        await self.connection.execute(f"analyze {self.incoming}")
        compared = self._compared()
        sets = ", ".join(
            f'"{column}" = excluded."{column}"' for column in (*compared, HASH, MODIFIED, "changed_at", *self._waits())
        )
        done = await self.connection.fetchrow(
            f"""with merged as ({self._insertion()}
                on conflict (district_id, source, sourced_id) do update
                set {sets}, status = 'active', version = t.version + 1
                where (t.status, {_row(compared, "t")}) is distinct from ('active', {_row(compared, "excluded")})
                returning (t.xmax = 0) as is_new)
                select count(*) filter (where is_new) as created, count(*) filter (where not is_new) as updated from merged""",
            *self._values(),
        )
        await self.connection.execute(
            f"""update "{self.layout.table}" t set row_hash = i.row_hash from {self.incoming} i
                where {_MINE} and t.sourced_id = i.sourced_id and t.row_hash is distinct from i.row_hash""",
            self.district_id,
            self.source,
        )
        return (done["created"], done["updated"]) if done else (0, 0)

    async def _remove(self, table: str) -> int:
        done = await self.connection.execute(
            f"""update "{self.layout.table}" t
                set status = 'tobedeleted', row_hash = null, version = t.version + 1, changed_at = {_NOW},
                    date_last_modified = {_modified(table, self.removed)}
                from {table} i where {_MINE} and t.sourced_id = i.sourced_id and t.status = 'active'""",
            self.district_id,
            self.source,
        )
        return _count(done)

    def _insertion(self) -> str:
        given = {
            "district_id": "$1",
            "source": "$2",
            **({"roster_source": "$3"} if self._has_roster_source() else {}),
            **{column: _given(column) for column in (*self._told(), HASH)},
            **({_WAITING: _LACKS_COMPETENCY} if self._waits() else {}),
            MODIFIED: f'coalesce(i."{MODIFIED}", {_NOW})',
            "changed_at": _NOW,
        }
        into = ", ".join(f'"{column}"' for column in given)
        values = ", ".join(given.values())
        return f'insert into "{self.layout.table}" as t ({into}) select {values} from {self.incoming} i'

    def _values(self) -> Iterable[Any]:
        values = (self.district_id, self.source, self.roster_source)
        return values if self._has_roster_source() else values[:2]

    def _has_roster_source(self) -> bool:
        return any(one.refers and self.layout.crosses_to(KEPT[one.refers]) for one in self.layout.fields)

    def _waits(self) -> tuple[str, ...]:
        """The column that notes what a score waits for: most first loads come before any framework."""
        return (_WAITING,) if self.layout is RESULT_OBJECTIVES else ()

    def _told(self) -> tuple[str, ...]:
        """The table's columns that incoming rows bring."""
        return ("id", *self.columns) if self.layout.table in _IDENTIFIED else self.columns

    def _compared(self) -> tuple[str, ...]:
        return tuple(column for column in self.columns if column not in _NOT_COMPARED)

    async def _fetch(self, query: str) -> asyncpg.Record:
        found = await self.connection.fetchrow(query, self.district_id, self.source)
        if found is None:
            raise LookupError("an aggregate has one row")
        return found


_IDENTIFIED = ("org", "academic_session", "course", "class", "person")
_NOW = "(select trellis_now())"
"""Asked once for a statement; without the parentheses PostgreSQL would read the setting anew for every row."""
_WAITING = "waiting_for"
_LACKS_COMPETENCY = f"case when {lacks_competency('i.objective_id')} then 'competency' end"
_MINE = "t.district_id = $1 and t.source = $2"


def _row(columns: Iterable[str], alias: str) -> str:
    return ", ".join(f'{alias}."{column}"' for column in columns)


def _given(column: str) -> str:
    return "coalesce(jsonb_strip_nulls(i.metadata), '{}')" if column == METADATA_COLUMN else f'i."{column}"'


def _modified(table: str, removed: str) -> str:
    return f'coalesce(i."{MODIFIED}", {_NOW})' if table == removed else _NOW


def _count(status: str) -> int:
    """The number at the end of a command's tag."""
    return int(status.rsplit(" ", 1)[-1])


async def raw_connection(session: AsyncSession) -> "asyncpg.Connection[asyncpg.Record]":
    """The driver's own connection under a session's transaction, for `COPY`."""
    raw = await (await session.connection()).get_raw_connection()
    connection: asyncpg.Connection[asyncpg.Record] = raw.driver_connection  # type: ignore[assignment]
    return connection
