"""Bring pace and its alerts up to date with the ledger and the calendar."""

import re
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.learner_profile.insight.domain.pace import AHEAD_BY_DAYS, DAY_PLACES, MOST_DAYS_AHEAD, STALLED_AFTER_DAYS


async def refresh_pace(session: AsyncSession, pairs: Sequence[tuple[UUID, UUID]] | None = None) -> None:
    """Compute the pace of these learners and competencies, or of everybody's, and raise and end alerts by it."""
    if pairs is None:
        for statement in (_PACE, _NO_PACE, _RAISE, _EXPIRE):
            await session.execute(text(_OF_SOME.sub("true", statement)))
        return
    scope = {"learners": [str(pair[0]) for pair in pairs], "competencies": [str(pair[1]) for pair in pairs]}
    for statement in (_PACE, _NO_PACE, _RAISE, _EXPIRE):
        await session.execute(text(statement), scope)


_PAIRS = "select * from unnest(cast(:learners as uuid[]), cast(:competencies as uuid[]))"
_MINE = f"({{0}}.learner_id, {{0}}.competency_id) in ({_PAIRS})"
_OF_SOME = re.compile(r"\(\w+\.learner_id, \w+\.competency_id\) in \(" + re.escape(_PAIRS) + r"\)")
"""What is left out for everybody. As an alternative in one statement it would keep a prepared plan from the index of learners."""

_BEGUN = f"""
begun as materialized (
  select m.learner_id, m.competency_id, m.score, (m.as_of at time zone zone.name)::date as latest_on, c.framework_id
  from mastery m
  join competency c on c.district_id = m.district_id and c.id = m.competency_id and c.state = 'active'
  cross join zone
  where m.district_id = trellis_district() and m.evidence_count > 0 and m.state <> 'MASTERED' and {_MINE.format("m")})"""

_PACE = f"""
with zone as (select time_zone as name, district_today() as today from district where district_id = trellis_district()),
{_BEGUN},
rule as (
  select coalesce((select after_days from alert_rule where district_id = trellis_district() and kind = 'PACE_STALLED'),
                  {STALLED_AFTER_DAYS}) as stalled_after),
bound as (
  select framework_id, min(lower_bound) as score from proficiency_level
  where district_id = trellis_district() and is_mastered group by framework_id),
year as (
  select min(end_on) as ends_on from academic_session cross join zone
  where district_id = trellis_district() and type = 'schoolYear' and status = 'active'
    and start_on <= zone.today and end_on > zone.today),
trend as (
  select b.learner_id, b.competency_id,
         regr_slope(e.score::float8, extract(epoch from e.occurred_at)::float8 / 86400) as slope
  from begun b
  join evidence e on e.district_id = trellis_district() and e.learner_id = b.learner_id
   and e.competency_id = b.competency_id and e.state = 'active'
  where not exists (
    select from evidence later
     where later.district_id = e.district_id and later.source = e.source
       and later.source_event_id = e.source_event_id and later.revision > e.revision and later.revision > 1)
  group by b.learner_id, b.competency_id),
target as (
  select p.id as learner_id, t.competency_id, min(t.due_on) as due_on
  from pace_target t cross join zone
  join class cl on cl.district_id = t.district_id and cl.id = t.class_id and cl.status = 'active'
  join enrollment s on s.district_id = cl.district_id and s.source = cl.source and s.class_sourced_id = cl.sourced_id
   and s.role = 'student' and s.status = 'active'
   and (s.begin_on is null or s.begin_on <= zone.today) and (s.end_on is null or s.end_on > zone.today)
  join person p on p.district_id = s.district_id and p.source = s.source and p.sourced_id = s.person_sourced_id
  where t.district_id = trellis_district()
  group by p.id, t.competency_id),
known as (
  select b.learner_id, b.competency_id, b.latest_on, zone.today, rule.stalled_after, trend.slope,
         coalesce(target.due_on, year.ends_on) as due_on, (bound.score - b.score)::float8 as missing
  from begun b cross join zone cross join rule cross join year
  join bound on bound.framework_id = b.framework_id
  left join trend on trend.learner_id = b.learner_id and trend.competency_id = b.competency_id
  left join target on target.learner_id = b.learner_id and target.competency_id = b.competency_id),
reached as (
  select known.*, case when slope > 0 then round((missing / slope)::numeric, {DAY_PLACES}) end as days from known),
projected as (
  select reached.*,
         case when missing <= 0 then today
              when days <= {MOST_DAYS_AHEAD} then greatest(today, latest_on + ceil(days)::int) end as projected_on
  from reached),
said as (
  select learner_id, competency_id, due_on, projected_on, today,
         case when today - latest_on >= stalled_after then 'STALLED'
              when due_on is null or (projected_on is null and slope is null and due_on >= today) then 'ON_PACE'
              when projected_on is null or projected_on > due_on then 'BEHIND'
              when projected_on <= due_on - {AHEAD_BY_DAYS} then 'AHEAD'
              else 'ON_PACE' end as band
  from projected)
insert into pace as held (district_id, learner_id, competency_id, band, since_on, due_on, projected_on, changed_at)
select trellis_district(), learner_id, competency_id, band, today, due_on, projected_on, trellis_now()
from said order by learner_id, competency_id
on conflict (district_id, learner_id, competency_id) do update
  set band = excluded.band, due_on = excluded.due_on, projected_on = excluded.projected_on,
      since_on = case when held.band = excluded.band then held.since_on else excluded.since_on end,
      changed_at = excluded.changed_at
  where (held.band, held.due_on, held.projected_on)
    is distinct from (excluded.band, excluded.due_on, excluded.projected_on)"""

_NO_PACE = f"""
delete from pace p where p.district_id = trellis_district() and {_MINE.format("p")}
  and not exists (
    select from mastery m join competency c on c.district_id = m.district_id and c.id = m.competency_id
     where m.district_id = p.district_id and m.learner_id = p.learner_id and m.competency_id = p.competency_id
       and m.evidence_count > 0 and m.state <> 'MASTERED' and c.state = 'active')"""

_CAUSES = f"""
cause as (
  select p.learner_id, p.competency_id, 'PACE_' || p.band as kind, p.since_on
  from pace p left join alert_rule r on r.district_id = p.district_id and r.kind = 'PACE_' || p.band
  where p.district_id = trellis_district() and p.band in ('BEHIND', 'STALLED') and coalesce(r.is_enabled, true)
    and (p.band = 'STALLED' or district_today() - p.since_on >= coalesce(r.after_days, 0)) and {_MINE.format("p")})"""

_RAISE = f"""
with {_CAUSES}
insert into alert (district_id, kind, learner_id, competency_id, since_on, raised_at)
select trellis_district(), kind, learner_id, competency_id, since_on, trellis_now() from cause
order by learner_id, competency_id
on conflict (district_id, learner_id, competency_id, kind) where state <> 'expired' do nothing"""

_EXPIRE = f"""
with {_CAUSES}
update alert a set state = 'expired'
where a.district_id = trellis_district() and a.state <> 'expired' and {_MINE.format("a")}
  and not exists (
    select from cause c
     where c.learner_id = a.learner_id and c.competency_id = a.competency_id and c.kind = a.kind)"""
