"""How rows get into the ledger: a set at a time, only what differs from what stands, with mastery and live streams behind."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.outbox import emit_from
from services.learner_profile.insight.commands.pace import refresh_pace
from services.learner_profile.mastery.commands import recompute

MANY = 1000
"""Above so many results the planner is told that there are many."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a set is recorded: `alone` as in `enter_ledger`; `many` where hash joins pay."""

    alone: bool = False
    many: bool = False


async def enter_ledger(session: AsyncSession, *, alone: bool) -> None:
    """Wait for the district's ledger, to the end of the transaction. Write your own rows first and read after this.

    Whoever changes something that many pieces of evidence stand on (a line item, a learner's arrival, a framework) enters
    `alone`: such a writer and one who pushes a single result would not see each other's rows, and the result would wait for
    ever for what is already there.
    """
    lock = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    await session.execute(text(f"select {lock}(hashtextextended('ledger:' || trellis_district(), 0))"))


async def record_all(session: AsyncSession, wanted: str, way: Way, *, also: str = "", **parameters: object) -> int:
    """Record what the query's CTE `wanted` says and recompute mastery; returns how many rows the ledger gained.

    `wanted` is a list of CTEs, the last of them named so, with the columns source, event_id, counts, learner_id, competency_id,
    score, raw_score, raw_text, kind, title and occurred_at, one row for each piece. Where `counts` is false a piece that stood
    is withdrawn. `also` is one more CTE that writes in the same statement. The transaction has entered the ledger.
    """
    statement = text(_RECORD.replace("{wanted}", wanted).replace("{also}", also))
    async with planned_for_many(session) if way.many else nullcontext():
        learners, competencies, added = (await session.execute(statement, parameters)).one()
        if added:
            pairs = list(zip(learners, competencies, strict=True))
            await emit_from(session, _RECORDED, learners=list(dict.fromkeys(learners)))
            await recompute(session, pairs, alone=way.alone)
            await refresh_pace(session, pairs)
    return int(added)


@asynccontextmanager
async def planned_for_many(session: AsyncSession) -> AsyncIterator[None]:
    """Joins that stay linear: the tables may have just been filled, so that the planner thinks each row is the only one."""
    await session.execute(_MANY_ON)
    yield
    await session.execute(_MANY_OFF)


_MANY_ON = text(
    "select set_config('enable_nestloop', 'off', true), set_config('plan_cache_mode', 'force_custom_plan', true)"
)
_MANY_OFF = text("select set_config('enable_nestloop', 'on', true), set_config('plan_cache_mode', 'auto', true)")


_RECORD = """
with {wanted},
standing as (
  select w.*, held.id as held_id, held.revision as held_revision, held.learner_id as held_learner_id,
         held.competency_id as held_competency_id, held.score as held_score, held.raw_score as held_raw_score,
         held.raw_text as held_raw_text, held.kind as held_kind, held.title as held_title,
         held.occurred_at as held_occurred_at
  from wanted w left join evidence held
    on held.district_id = trellis_district() and held.source = w.source and held.source_event_id = w.event_id
   and not exists (
     select from evidence later
      where later.district_id = held.district_id and later.source = held.source
        and later.source_event_id = held.source_event_id and later.revision > held.revision)
  where case when w.counts then
      held.id is null or held.state <> 'active'
      or (held.learner_id, held.competency_id, held.score, held.raw_score, held.raw_text, held.kind, held.title,
          held.occurred_at) is distinct from
         (w.learner_id, w.competency_id, w.score, w.raw_score, w.raw_text, w.kind, w.title,
          least(w.occurred_at, held.recorded_at))
    else held.state = 'active' end),
added as (
  insert into evidence (district_id, learner_id, competency_id, score, raw_score, raw_text, kind, title, source,
    source_event_id, revision, supersedes_id, state, occurred_at, recorded_at, recorded_by)
  select trellis_district(),
         case when counts then learner_id else held_learner_id end,
         case when counts then competency_id else held_competency_id end,
         case when counts then score else held_score end,
         case when counts then raw_score else held_raw_score end,
         case when counts then raw_text else held_raw_text end,
         case when counts then kind else held_kind end,
         case when counts then title else held_title end,
         source, event_id, coalesce(held_revision, 0) + 1, held_id,
         case when counts then 'active' else 'withdrawn' end,
         least(case when counts then occurred_at else held_occurred_at end, trellis_now()),
         trellis_now(), coalesce(trellis_client(), trellis_person()::text)
  from standing
  on conflict (district_id, source, source_event_id, revision) do nothing
  returning learner_id, competency_id){also},
pair as (
  select learner_id, competency_id from added
  union
  select held_learner_id, held_competency_id from standing where held_id is not null)
select coalesce(array_agg(learner_id), '{}'), coalesce(array_agg(competency_id), '{}'), (select count(*) from added)
from pair"""

_RECORDED = """
select 'evidence.recorded' as type, learner::text as subject, 0 as version, 'active' as state,
       trellis_now() as occurred_at, '{}'::jsonb as data
from unnest(cast(:learners as uuid[])) learner"""
