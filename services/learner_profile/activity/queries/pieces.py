"""What observations say about competencies: the pieces of evidence that stand in them, and what others still wait for."""

from typing import Final

_HERE: Final = "district_id = trellis_district()"

TOLD: Final = f"""
  select source, event_id from activity_observation
   where {_HERE} and source = :source and event_id = any(cast(:event_ids as text[]))"""
"""Of these events."""

WAITING: Final = f"""
  select source, event_id from activity_observation
   where {_HERE} and waiting_for = any(cast(:lacks as text[]))"""

MAPPED: Final = f"""
  select source, event_id from activity_observation
   where {_HERE} and source = any(cast(:sources as text[]))
     and exists (select from unnest(cast(:matches as text[]), cast(:values as text[])) as changed (match, value)
      where case when :kind = 'actor' then case changed.match when 'exact' then actor = changed.value
                                                              else starts_with(actor, changed.value) end
                 else exists (select from unnest(objects) as thing (name)
                   where case changed.match when 'exact' then thing.name = changed.value
                                            else starts_with(thing.name, changed.value) end) end)"""
"""What a mapping that changed may say something about, as it was and as it is."""

_PIECES = f"""
concerned as ({{concerned}}),
seen as (
  select o.source, o.event_id, o.standard || ':' || o.event_id || ':' as prefix, o.objects, o.identifiers, o.score,
         o.raw_score, o.kind, o.title, o.occurred_at, learner.id as learner_id,
         o.tells and not (o.standard = 'xapi' and exists (
           select from activity_event voiding
            where voiding.{_HERE} and voiding.source = o.source and voiding.voids = o.event_id)) as tells
  from concerned
  join activity_observation o on o.{_HERE} and o.source = concerned.source and o.event_id = concerned.event_id
  left join lateral (
    select named.roster_source, named.sourced_id from (
      select 1 as rank, length(m.value) as length, m.roster_source, m.learner_sourced_id as sourced_id
        from activity_mapping m
       where m.{_HERE} and m.source = o.source and m.kind = 'actor' and m.match = 'exact' and m.value = o.actor
         and m.state = 'active'
      union all
      select 2, length(m.value), m.roster_source, substr(o.actor, length(m.value) + 1)
        from activity_mapping m
       where m.{_HERE} and m.source = o.source and m.kind = 'actor' and m.match = 'prefix' and m.state = 'active'
         and starts_with(o.actor, m.value)
      union all
      select 3, 0, o.roster_source, o.actor) named
    order by named.rank, named.length desc, named.roster_source, named.sourced_id limit 1) named on true
  left join person learner
    on learner.{_HERE} and learner.source = named.roster_source and learner.sourced_id = named.sourced_id),
named as (
  select seen.source, seen.event_id, identifier, true as is_certain from seen cross join unnest(seen.identifiers) identifier
  union
  select seen.source, seen.event_id, lower(right(thing, 36)), false from seen cross join unnest(seen.objects) thing
  union
  select seen.source, seen.event_id, m.competency_identifier, true
    from seen cross join unnest(seen.objects) thing
    join activity_mapping m
      on m.{_HERE} and m.source = seen.source and m.kind = 'object' and m.match = 'exact' and m.value = thing
     and m.state = 'active'
  union
  select seen.source, seen.event_id, m.competency_identifier, true
    from seen cross join unnest(seen.objects) thing
    join activity_mapping m
      on m.{_HERE} and m.source = seen.source and m.kind = 'object' and m.match = 'prefix' and starts_with(thing, m.value)
     and m.state = 'active'),
aimed as (
  select named.source, named.event_id, named.identifier, c.id as competency_id, bool_or(named.is_certain) as is_certain
  from named left join competency c on c.{_HERE} and c.identifier = named.identifier
  group by 1, 2, 3, 4),
lacking as (
  select seen.*,
         case when not tells then null
              when learner_id is null then 'learner'
              when not exists (select from aimed a where a.source = seen.source and a.event_id = seen.event_id
                                and a.competency_id is not null)
                or exists (select from aimed a where a.source = seen.source and a.event_id = seen.event_id
                            and a.competency_id is null and a.is_certain) then 'competency'
              when score is null then 'score' end as lacks
  from seen),
wanted as (
  select lacking.source, prefix || aimed.identifier as event_id,
         tells and learner_id is not null and score is not null as counts, learner_id, competency_id, score, raw_score,
         null::text as raw_text, kind, title, occurred_at
  from lacking join aimed on aimed.source = lacking.source and aimed.event_id = lacking.event_id
  where aimed.competency_id is not null
  union all
  select distinct lacking.source, held.source_event_id, false, held.learner_id, held.competency_id, held.score,
         held.raw_score, held.raw_text, held.kind, held.title, held.occurred_at
  from lacking
  cross join lateral (
    select e.* from evidence e
     where e.{_HERE} and e.source = lacking.source and e.source_event_id > prefix
       and e.source_event_id < prefix || 'g' and length(e.source_event_id) = length(prefix) + 36
       and not exists (
         select from evidence later
          where later.district_id = e.district_id and later.source = e.source
            and later.source_event_id = e.source_event_id and later.revision > e.revision and later.revision > 1)
    offset 0) held
  where not exists (
    select from aimed a where a.source = lacking.source and a.event_id = lacking.event_id
      and a.competency_id is not null and prefix || a.identifier = held.source_event_id))"""
"""A piece is known by its event and the CASE identifier behind it, a name of 36 hexadecimal digits and hyphens; what an event
once said about a competency that nothing names for it any more is withdrawn. `offset 0` keeps the range of names a scan of the
index for each event: as a join it would compare every event with all evidence of the source.
"""

MARK: Final = """,
marked as (
  update activity_observation o set waiting_for = lacking.lacks
  from lacking
  where o.district_id = trellis_district() and o.source = lacking.source and o.event_id = lacking.event_id
    and o.waiting_for is distinct from lacking.lacks)"""


def pieces(concerned: str) -> str:
    """CTEs, the last named `wanted`: what the observations that `concerned` selects (source, event_id) say."""
    return _PIECES.replace("{concerned}", concerned)


def count(concerned: str) -> str:
    return f"select count(*) from ({concerned}) concerned"
