"""Rows of the disclosure log."""

from collections.abc import AsyncIterator, Collection, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from kit.caller import VerifiedCaller, system
from kit.database import Database, refusal_of


@dataclass(frozen=True)
class Shown:
    """Elements of one learner's records that one person was shown."""

    learner_id: UUID
    person_id: UUID
    elements: Collection[str]
    at: datetime


async def disclose_to_people(database: Database, district_id: UUID, shown: Iterable[Shown]) -> None:
    """Log what people of one district were shown, in one transaction.

    The basis is the strongest that the roster knows: the learner, who holds a guardian's rights, and otherwise staff.
    """
    rows = [
        {"learner_id": one.learner_id, "person_id": one.person_id, "elements": sorted(one.elements), "at": one.at}
        for one in shown
    ]
    async with database.transaction(system(district_id)) as session:
        await session.execute(_TO_PEOPLE, {"rows": orjson.dumps(rows).decode()})


_TO_PEOPLE = text("""
with shown as (
  select given.*, array(select jsonb_array_elements_text(given.elements)) as named,
         case when given.learner_id = given.person_id then 'SELF'
              when exists (select from guardianship g
                            where g.district_id = trellis_district() and g.guardian_id = given.person_id
                              and g.learner_id = given.learner_id and g.kind = 'rights_holder'
                              and g.state = 'active') then 'GUARDIAN'
              else 'STAFF' end as basis
    from jsonb_to_recordset(cast(:rows as jsonb))
      as given (learner_id uuid, person_id uuid, elements jsonb, at timestamptz))
insert into disclosure (district_id, learner_id, person_id, basis, purpose, elements, at)
select trellis_district(), learner_id, person_id, basis,
       case basis when 'STAFF' then 'EDUCATIONAL_INTEREST' else 'INSPECTION' end, named, at
  from shown""")


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
