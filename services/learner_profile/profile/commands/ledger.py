"""How entries get into the ledger: a set at a time, only what differs from what stands, and live streams hear of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.outbox import emit_from


@dataclass(frozen=True, slots=True)
class Told:
    """One entry, checked. `content` is None where it is withdrawn."""

    learner_id: UUID
    kind: str
    source: str
    source_record_id: str
    occurred_at: datetime | None
    content: dict[str, Any] | None


async def record(session: AsyncSession, entries: Sequence[Told]) -> int:
    """Record these entries, each named once; returns how many rows the ledger gained.

    Of two transactions that tell the same entry at once the second waits for the first and then sees what stands.
    """
    told = [
        {
            "learner_id": str(one.learner_id),
            "kind": one.kind,
            "source": one.source,
            "source_record_id": one.source_record_id,
            "occurred_at": one.occurred_at.isoformat() if one.occurred_at else None,
            "content": one.content,
        }
        for one in entries
    ]
    for source in sorted({one.source for one in entries}):
        await enter(session, source)
    rows = (await session.execute(_RECORD, {"told": orjson.dumps(told).decode()})).all()
    learners = dict.fromkeys(learner for row in rows for learner in row if learner)
    if learners:
        await emit_from(session, _CHANGED, learners=list(learners))
    return len(rows)


async def enter(session: AsyncSession, source: str) -> None:
    """Wait for what others write of this source, to the end of the transaction."""
    await session.execute(_ENTER, {"source": source})


_ENTER = text(
    "select pg_advisory_xact_lock(hashtextextended('profile:' || trellis_district() || ':' || cast(:source as text), 0))"
)
_RECORD = text("""
with told as (
  select t.*, t.content is not null as counts
  from jsonb_to_recordset(cast(:told as jsonb)) as t (
    learner_id uuid, kind text, source text, source_record_id text, occurred_at timestamptz, content jsonb)),
standing as (
  select t.*, held.id as held_id, held.entry_id as held_entry_id, held.revision as held_revision,
         held.content as held_content, held.occurred_at as held_occurred_at, held.learner_id as held_learner_id
  from told t left join lateral (
    select h.* from profile_entry h
     where h.district_id = trellis_district() and h.source = t.source and h.kind = t.kind
       and h.source_record_id = t.source_record_id
     order by h.revision desc limit 1) held on true
  where case when t.counts then
      held.id is null or held.state <> 'active' or held.learner_id <> t.learner_id or held.content <> t.content
      or (t.occurred_at is not null and held.occurred_at <> least(t.occurred_at, held.recorded_at))
    else held.state = 'active' end),
named as (select s.*, uuid7() as new_id from standing s)
insert into profile_entry (district_id, id, entry_id, learner_id, kind, source, source_record_id, revision, supersedes_id,
  state, content, occurred_at, recorded_at, recorded_by)
select trellis_district(), new_id, coalesce(held_entry_id, new_id), case when counts then learner_id else held_learner_id end,
       kind, source, source_record_id, coalesce(held_revision, 0) + 1, held_id,
       case when counts then 'active' else 'withdrawn' end, coalesce(content, held_content),
       least(coalesce(occurred_at, held_occurred_at, trellis_now()), trellis_now()), trellis_now(),
       coalesce(trellis_client(), trellis_person()::text)
from named
returning learner_id, (select s.held_learner_id from standing s where s.held_id = supersedes_id) as held_learner_id""")

_CHANGED = """
select 'profile.changed' as type, learner::text as subject, 0 as version, 'active' as state,
       trellis_now() as occurred_at, '{}'::jsonb as data
from unnest(cast(:learners as uuid[])) learner"""
