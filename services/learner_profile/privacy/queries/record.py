"""Everything that names a learner, as it is stored (34 CFR 99.10)."""

import re
from collections.abc import AsyncIterator
from uuid import UUID

import orjson
from sqlalchemy import Text, TextClause, cast, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.caller import VerifiedCaller
from kit.database import Database
from kit.problems import NotFound
from services.learner_profile import access
from services.learner_profile.models import Base
from services.learner_profile.privacy.domain import REACHED, Reach
from services.learner_profile.roster.models import Guardianship, Person

_ROWS_AT_ONCE = 200


async def require_inspectable(session: AsyncSession, learner_id: UUID) -> None:
    """Raise `NotFound` unless the caller may inspect the whole record of this learner."""
    wanted = select(Person.id).where(
        Person.district_id == func.trellis_district(), Person.id == learner_id, access.inspects(Person)
    )
    if (await session.execute(wanted)).scalar_one_or_none() is None:
        raise NotFound


async def record(database: Database, caller: VerifiedCaller, learner_id: UUID) -> AsyncIterator[str]:
    """The document in pieces: `{"learnerId", "exportedAt", "tables": {<table>: [<row>, ...]}}`.

    One transaction, in it one statement for each table, which is read through a cursor: of a table no more than
    `_ROWS_AT_ONCE` rows are held. A record that is cut off is no JSON.
    """
    async with database.transaction(caller) as session:
        named = await _named(session, learner_id)
        hidden = await _hidden(session, learner_id)
        head = orjson.dumps({"learnerId": learner_id, "exportedAt": database.clock.now()}).decode()
        yield f'{head[:-1]},"tables":{{'
        for number, (table, reach) in enumerate(REACHED.items()):
            yield f'{"," if number else ""}"{table}":['
            async for piece in _rows(session, table, reach, named):
                yield hidden.sub("null", piece)
            yield "]"
        yield "}}"


async def _named(session: AsyncSession, learner_id: UUID) -> dict[str, object]:
    """What the registry's conditions call the learner."""
    wanted = select(Person.source, Person.sourced_id).where(
        Person.district_id == func.trellis_district(), Person.id == learner_id
    )
    source, sourced_id = (await session.execute(wanted)).one()
    return {"id": learner_id, "source": source, "sourced_id": sourced_id}


async def _hidden(session: AsyncSession, learner_id: UUID) -> re.Pattern[str]:
    """Ids, wherever they stand, of guardians whom a court restricts: who they are is not told to the rest of the family."""
    restricted = select(cast(Guardianship.guardian_id, Text)).where(
        Guardianship.district_id == func.trellis_district(),
        Guardianship.learner_id == learner_id,
        Guardianship.kind == "court_restriction",
        access.in_force(Guardianship),
    )
    ids = (await session.scalars(restricted)).all()
    return re.compile(rf'"(?:person:)?(?:{"|".join(ids)})"' if ids else r"(?!)")


async def _rows(session: AsyncSession, table: str, reach: Reach, named: dict[str, object]) -> AsyncIterator[str]:
    """The rows of one table as JSON, by key, with commas between them."""
    options = {"yield_per": _ROWS_AT_ONCE}
    found = await session.stream_scalars(_statement(table, reach), named, execution_options=options)
    comma = ""
    async for rows in found.partitions():
        yield comma + ",".join(rows)
        comma = ","


def _statement(table: str, reach: Reach) -> TextClause:
    key = ", ".join(f"t.{column.name}" for column in Base.metadata.tables[table].primary_key)
    return text(f"""select cast(to_jsonb(t) - cast({reach.less} as text[]) as text) from {table} t
                where t.district_id = trellis_district() and {reach.where} order by {key}""")
