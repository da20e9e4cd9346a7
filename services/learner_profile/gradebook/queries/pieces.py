"""What results say about competencies: the pieces of evidence that stand in them, and what others of them still wait for."""

from dataclasses import dataclass
from typing import Final, Literal

Cause = Literal["result", "item", "scale"]
"""What a transaction changed: results and their scores, the items they are for, or score scales."""


@dataclass(frozen=True, slots=True)
class Book:
    """Tables of one gradebook: `<result>_objective` holds the scores on learning objectives."""

    result: str
    item: str
    kind: str


BOOKS: Final = (Book("result", "line_item", "result"), Book("assessment_result", "assessment_line_item", "assessment"))

ITEM_WEIGHT: Final = 25

_HERE = "district_id = trellis_district()"
_NOW = "changed_at = (select trellis_now())"

_CHANGED: dict[Cause, str] = {
    "result": f"""
  select source, result_sourced_id as sourced_id from {{result}}_objective where {_HERE} and source = :source and {_NOW}
  union select source, sourced_id from {{result}} where {_HERE} and source = :source and {_NOW}""",
    "item": f"""
  select r.source, r.sourced_id from {{item}} i
    join {{result}} r on r.district_id = i.district_id and r.source = i.source and r.item_sourced_id = i.sourced_id
   where i.{_HERE} and i.source = :source and i.{_NOW}""",
    "scale": f"""
  select r.source, r.sourced_id from score_scale s
    join {{item}} i on i.district_id = s.district_id and i.source = s.source and i.score_scale_sourced_id = s.sourced_id
    join {{result}} r on r.district_id = i.district_id and r.source = i.source and r.item_sourced_id = i.sourced_id
   where s.{_HERE} and s.source = :source and s.{_NOW}
  union select r.source, r.sourced_id from score_scale s
    join {{result}} r on r.district_id = s.district_id and r.source = s.source and r.score_scale_sourced_id = s.sourced_id
   where s.{_HERE} and s.source = :source and s.{_NOW}""",
}

_WAITING = f"""
  select source, result_sourced_id as sourced_id from {{result}}_objective
   where {_HERE} and waiting_for is not null and waiting_for = any(:lacks)"""

_PIECES = """
concerned as ({concerned}),
told as (
  select o.source, o.sourced_id, o.result_sourced_id, lower(right(o.objective_id, 36)) as identifier,
         o.score as raw_score, o.text_score as raw_text, i.title, p.id as learner_id, c.id as competency_id,
         r.sourced_id as result_id, i.sourced_id as item_id,
         coalesce(r.scored_at, r.score_on::timestamp at time zone zone.name) as occurred_at,
         o.status = 'active' and coalesce(o.score::text, o.text_score) is not null
           and coalesce(r.status = 'active', true) and coalesce(i.status = 'active', true)
           and coalesce(r.score_status in ('fully graded', 'partially graded') or r.score_status like 'ext:%', true) as told,
         case when range.high > range.low then
           round(least(greatest((range.value - range.low) / (range.high - range.low), 0), 1), 6) end as score
  from concerned
  join {result}_objective o
    on o.district_id = trellis_district() and o.source = concerned.source and o.result_sourced_id = concerned.sourced_id{unless}
  left join {result} r
    on r.district_id = o.district_id and r.source = o.source and r.sourced_id = o.result_sourced_id
  left join {item} i
    on i.district_id = r.district_id and i.source = r.source and i.sourced_id = r.item_sourced_id
  left join person p
    on p.district_id = r.district_id and p.source = r.roster_source and p.sourced_id = r.student_sourced_id
  left join competency c
    on c.district_id = o.district_id and c.identifier = lower(right(o.objective_id, 36))
  left join score_scale s
    on s.district_id = o.district_id and s.source = o.source and s.status = 'active'
   and s.sourced_id = coalesce(r.score_scale_sourced_id, i.score_scale_sourced_id)
  cross join (select coalesce((select time_zone from district where district_id = trellis_district()), 'UTC') as name) zone
  left join lateral (
    select min(step.low) as low, max(step.high) as high,
           min(step.low) filter (where step.label = lower(btrim(o.text_score))) as named
    from score_steps(s.steps) step) scale on true
  left join lateral (
    select coalesce(o.score, scale.named, case when o.text_score ~ '^ *-?[0-9]{1,12}([.][0-9]{1,12})? *$'
                                               then o.text_score::numeric end) as value,
           coalesce(i.result_value_min, case when i.result_value_max is null then scale.low else 0 end) as low,
           coalesce(i.result_value_max, scale.high) as high) range on true),
lacking as (
  select told.*,
         case when not told then null when result_id is null then 'result' when item_id is null then 'item'
              when learner_id is null then 'learner' when competency_id is null then 'competency'
              when score is null then 'range' end as lacks
  from told),
wanted as (
  select distinct on (source, result_sourced_id, identifier)
         source, '{kind}:' || result_sourced_id || ':' || identifier as event_id, told and lacks is null as counts,
         learner_id, competency_id, score, raw_score, raw_text, '{kind}'::text as kind, title, occurred_at
  from lacking
  order by source, result_sourced_id, identifier, told desc, sourced_id)"""

_MARK = """,
marked as (
  update {result}_objective o set waiting_for = lacking.lacks
  from lacking
  where o.district_id = trellis_district() and o.source = lacking.source and o.sourced_id = lacking.sourced_id
    and o.waiting_for is distinct from lacking.lacks)"""


_COUNTS: dict[Cause, str] = {
    "result": f"""(select count(*) from {{result}} where {_HERE} and source = :source and {_NOW})
      + (select count(*) from {{result}}_objective where {_HERE} and source = :source and {_NOW})""",
    "item": f"{ITEM_WEIGHT} * (select count(*) from {{item}} where {_HERE} and source = :source and {_NOW})",
    "scale": f"{ITEM_WEIGHT} * (select count(*) from score_scale where {_HERE} and source = :source and {_NOW})",
}


def changed_count(book: Book, causes: tuple[Cause, ...]) -> str:
    """A query of how many results the rows concern, roughly: an item is taken to have `ITEM_WEIGHT` of them."""
    return _filled(f"select {' + '.join(_COUNTS[cause] for cause in causes)}", book)


def waiting_count(book: Book) -> str:
    return _filled(f"select count(*) from ({_WAITING}) waiting", book)


def lacks_competency(objective: str) -> str:
    """The condition that no framework of the district has the learning objective `objective` names."""
    return f"""not exists (select from competency
                        where district_id = trellis_district() and identifier = lower(right({objective}, 36)))"""


_UNLESS_NOTED = f"""
   and not (o.waiting_for is not distinct from 'competency' and o.status = 'active' and o.{_NOW}
            and {lacks_competency("o.objective_id")})"""
"""Asked again, because a framework may have been imported before this transaction came to the ledger."""


def changed_pieces(book: Book, causes: tuple[Cause, ...], *, noted: bool = False) -> str:
    """CTEs, the last named `wanted`: the pieces that the rows of `:source` told which this transaction wrote.

    `noted` tells that whoever wrote scores without a competency has noted so; they cannot count and are left out.
    """
    told = _PIECES.replace("{concerned}", " union ".join(_CHANGED[cause] for cause in causes))
    return _filled(told.replace("{unless}", _UNLESS_NOTED if noted else ""), book)


def waiting_pieces(book: Book) -> str:
    """The same for scores that wait for one of `:lacks`."""
    return _filled(_PIECES.replace("{concerned}", _WAITING).replace("{unless}", ""), book)


def mark(book: Book) -> str:
    """One more CTE that notes on each of these scores what it waits for."""
    return _filled(_MARK, book)


def _filled(template: str, book: Book) -> str:
    return template.replace("{result}", book.result).replace("{item}", book.item).replace("{kind}", book.kind)
