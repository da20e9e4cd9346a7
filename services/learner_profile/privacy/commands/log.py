"""Rows of the disclosure log."""

from collections.abc import AsyncIterator, Collection, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from sqlalchemy import DateTime, Table, Text, Uuid, bindparam, case, column, func, insert, select, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from kit.caller import VerifiedCaller, system
from kit.database import Database, refusal_of
from services.learner_profile import access
from services.learner_profile.privacy.models import Disclosure


@dataclass(frozen=True)
class Shown:
    """Elements of one learner's records that one person was shown."""

    learner_id: UUID
    person_id: UUID
    elements: Collection[str]
    at: datetime


async def disclose_to_people(database: Database, district_id: UUID, shown: Iterable[Shown]) -> None:
    """Log what people of one district were shown, in one transaction.

    The basis is the strongest that the roster knows: the learner, a guardian whose rights open the records now, and
    otherwise staff.
    """
    async with database.transaction(system(district_id)) as session:
        await log_shown(session, shown)


async def log_shown(session: AsyncSession, shown: Iterable[Shown]) -> None:
    """The same in a transaction that somebody else commits."""
    rows = [
        {"learner_id": one.learner_id, "person_id": one.person_id, "elements": sorted(one.elements), "at": one.at}
        for one in shown
    ]
    await session.execute(_TO_PEOPLE, {"rows": orjson.loads(orjson.dumps(rows))})


def _table() -> Table:
    table = Disclosure.__table__
    assert isinstance(table, Table)  # noqa: S101 - a mapped class has a table; this tells the type checker
    return table


_GIVEN = (
    func.jsonb_to_recordset(bindparam("rows", type_=JSONB))
    .table_valued(
        column("learner_id", Uuid),
        column("person_id", Uuid),
        column("elements", ARRAY(Text)),
        column("at", DateTime(timezone=True)),
    )
    .render_derived(name="given", with_types=True)
)
_BASIS = case(
    (_GIVEN.c.learner_id == _GIVEN.c.person_id, "SELF"),
    (access.guards(_GIVEN.c.person_id, _GIVEN.c.learner_id), "GUARDIAN"),
    else_="STAFF",
)
_TO_PEOPLE = insert(_table()).from_select(
    ["district_id", "learner_id", "person_id", "basis", "purpose", "elements", "at"],
    select(
        func.trellis_district(),
        _GIVEN.c.learner_id,
        _GIVEN.c.person_id,
        _BASIS,
        case((_BASIS == "STAFF", "EDUCATIONAL_INTEREST"), else_="INSPECTION"),
        _GIVEN.c.elements,
        _GIVEN.c.at,
    ),
    include_defaults=False,
)


@asynccontextmanager
async def _committed(database: Database, caller: VerifiedCaller) -> AsyncIterator[AsyncSession]:
    """A transaction whose failure is a refusal of the read: what could not be logged is not sent."""
    try:
        async with database.transaction(caller) as session:
            yield session
    except (DBAPIError, OSError) as failed:
        raise refusal_of(failed) from failed


async def disclose_learners(
    database: Database, caller: VerifiedCaller, learners: Collection[UUID], elements: Collection[str]
) -> None:
    """Log what a system is about to be shown of those of these people who are or were learners; committed on return."""
    async with _committed(database, caller) as session:
        given = {"ids": list(learners), "elements": sorted(elements), "client": caller.client_id}
        await session.execute(_LEARNERS, given)


_LEARNERS = text("""
insert into disclosure (district_id, learner_id, client_id, basis, purpose, elements, at)
select trellis_district(), shown.id, :client, 'SYSTEM', 'DISTRICT_SERVICE', cast(:elements as text[]), trellis_now()
  from unnest(cast(:ids as uuid[])) as shown (id)
 where exists (select from school_enrollment e
                where e.district_id = trellis_district() and e.learner_id = shown.id)""")


async def disclose_resource(
    database: Database, caller: VerifiedCaller, resource: str, source: str, people: Iterable[str]
) -> None:
    """Log that a system is about to be sent objects of a OneRoster resource that name these people of a source.

    Only those who are or were learners are logged, each once; committed when this returns.
    """
    named = sorted(set(people))
    if not named:
        return
    async with _committed(database, caller) as session:
        given = {"source": source, "people": named, "elements": [resource], "client": caller.client_id}
        await session.execute(_RESOURCE, given)


_RESOURCE = text("""
insert into disclosure (district_id, learner_id, client_id, basis, purpose, elements, at)
select trellis_district(), p.id, :client, 'SYSTEM', 'DISTRICT_SERVICE', cast(:elements as text[]), trellis_now()
  from person p
 where p.district_id = trellis_district() and p.source = :source and p.sourced_id = any(cast(:people as text[]))
   and exists (select from school_enrollment e where e.district_id = p.district_id and e.learner_id = p.id)""")
