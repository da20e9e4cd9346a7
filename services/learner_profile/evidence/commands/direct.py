"""Record one piece of evidence as somebody saw it."""

from uuid import UUID

import orjson
from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kit.caller import VerifiedCaller
from kit.idempotency import Attempt
from kit.ids import uuid7
from kit.problems import NotFound
from services.learner_profile.access import may_assess, visible_learner
from services.learner_profile.competency.models import Competency
from services.learner_profile.evidence.commands.ledger import Way, enter_ledger, record_all
from services.learner_profile.evidence.errors import NotYoursToAssess, UnknownCompetency
from services.learner_profile.evidence.models import Evidence
from services.learner_profile.evidence.schemas import EvidenceIn
from services.learner_profile.roster.models import Person
from services.learner_profile.source.commands import admit


async def record_evidence(session: AsyncSession, caller: VerifiedCaller, attempt: Attempt, given: EvidenceIn) -> UUID:
    """The id of the piece's revision that stands now; raises `SourcePaused`, `NotFound`, `NotYoursToAssess` or `UnknownCompetency`."""
    await admit(session, caller)
    return await attempt.once(session, lambda: _record(session, caller, given))


async def _record(session: AsyncSession, caller: VerifiedCaller, given: EvidenceIn) -> UUID:
    learner_id = await _learner(session, caller, given)
    competency_id = await _competency(session, given)
    source = caller.source or f"person:{caller.person_id}"
    event_id = given.source_event_id or str(uuid7())
    await enter_ledger(session, alone=False)
    said = {
        **given.model_dump(mode="json", include={"kind", "title", "occurred_at"}),
        "score": str(given.score),
        "learner_id": str(learner_id),
        "competency_id": str(competency_id),
        "source": source,
        "event_id": event_id,
    }
    await record_all(session, _WANTED, Way(), said=orjson.dumps(said).decode())
    stands = (
        select(Evidence.id)
        .where(Evidence.district_id == func.trellis_district())
        .where(Evidence.source == source, Evidence.source_event_id == event_id)
        .order_by(Evidence.revision.desc())
        .limit(1)
    )
    return (await session.execute(stands)).scalar_one()


_WANTED = """
said as (
  select * from jsonb_to_record(cast(:said as jsonb)) as said (
    source text, event_id text, learner_id uuid, competency_id uuid, score numeric, kind text, title text,
    occurred_at timestamptz)),
wanted as (
  select source, event_id, true as counts, learner_id, competency_id, round(score, 6) as score,
         null::numeric as raw_score, null::text as raw_text, kind, title,
         coalesce(occurred_at, (select held.occurred_at from evidence held
           where held.district_id = trellis_district() and held.source = said.source
             and held.source_event_id = said.event_id order by held.revision desc limit 1), trellis_now()) as occurred_at
  from said)"""
"""A repeated piece that does not say when it happened happened when it was first told."""


async def _learner(session: AsyncSession, caller: VerifiedCaller, given: EvidenceIn) -> UUID:
    own = (
        Person.id == given.learner_id
        if given.learner_id
        else and_(
            Person.source == (caller.roster_source or caller.source), Person.sourced_id == given.learner_sourced_id
        )
    )
    wanted = select(Person.id, may_assess(Person)).where(
        Person.district_id == func.trellis_district(), own, visible_learner(Person)
    )
    found = (await session.execute(wanted)).one_or_none()
    if found is None:
        raise NotFound
    if not found[1]:
        raise NotYoursToAssess
    learner_id: UUID = found[0]
    return learner_id


async def _competency(session: AsyncSession, given: EvidenceIn) -> UUID:
    own = (
        Competency.id == given.competency_id
        if given.competency_id
        else Competency.identifier == (given.competency_identifier or "").lower()
    )
    wanted = select(Competency.id).where(Competency.district_id == func.trellis_district(), own)
    competency_id = (await session.execute(wanted)).scalar_one_or_none()
    if competency_id is None:
        raise UnknownCompetency
    return competency_id
