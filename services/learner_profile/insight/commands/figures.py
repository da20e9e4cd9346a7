"""Take the figures of a day: once, for the whole district together, so that no cell can be found out from the others."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.jobs import Context
from services.learner_profile.insight.commands.pace import refresh_pace
from services.learner_profile.insight.domain.suppression import ALL, Cell, hidden_cells, with_margins
from services.learner_profile.insight.queries.people import DIMENSIONS, people_of

_QUANTUM = Decimal("0.0001")


async def take_figures(context: Context) -> None:
    """For every district whose day has begun and has none yet; what was taken does not change afterwards."""
    for district_id in await context.districts():
        async with context.transaction(district_id) as session:
            await _take(session)


async def _take(session: AsyncSession) -> None:
    today: date | None = (await session.execute(_BEGIN)).scalar_one_or_none()
    if today is None:
        return
    await refresh_pace(session)
    await session.execute(_PROGRESS)
    people = (await session.execute(_PEOPLE)).mappings().all()
    for dimension in DIMENSIONS:
        await _publish(session, dimension, people)


async def _publish(session: AsyncSession, dimension: str, people: Any) -> None:  # noqa: ANN401 - rows
    """Store what may be shown of one dimension."""
    figures: dict[Cell, list[Decimal]] = defaultdict(list)
    for person in people:
        figures[str(person["school_id"]), person[dimension]].append(person["share"])
    counts = {cell: len(shares) for cell, shares in figures.items()}
    hidden = hidden_cells(counts)
    sums = _sums(figures)
    rows = [
        {
            "scope": school or None,
            "dimension": dimension,
            "group": group,
            "people": None if (school, group) in hidden else count,
            "value": None if (school, group) in hidden else _mean(sums[school, group], count),
        }
        for (school, group), count in with_margins(counts).items()
    ]
    if rows:
        await session.execute(_GAP, rows)


def _sums(figures: Mapping[Cell, list[Decimal]]) -> dict[Cell, Decimal]:
    sums: dict[Cell, Decimal] = defaultdict(Decimal)
    for (school, group), shares in figures.items():
        for cell in ((school, group), (school, ALL), (ALL, group), (ALL, ALL)):
            sums[cell] += sum(shares, Decimal(0))
    return sums


def _mean(total: Decimal, count: int) -> Decimal:
    return (total / count).quantize(_QUANTUM, ROUND_HALF_UP)


_BEGIN = text("""
insert into figures_day (district_id, on_day, taken_at)
select trellis_district(), district_today(), trellis_now()
on conflict do nothing returning on_day""")

_COUNTS = """
count(distinct m.learner_id) as learners, count(*) as assessed,
count(*) filter (where m.state = 'MASTERED') as mastered,
count(*) filter (where m.state not in ('MASTERED', 'INSUFFICIENT_EVIDENCE')) as developing,
count(*) filter (where m.state = 'INSUFFICIENT_EVIDENCE') as insufficient"""

_PROGRESS = text(f"""
with known as (
  select m.learner_id, m.state, c.framework_id from mastery m
  join competency c on c.district_id = m.district_id and c.id = m.competency_id
  where m.district_id = trellis_district() and m.evidence_count > 0),
place as (
  select s.learner_id, s.school_id from school_enrollment s
  where s.district_id = trellis_district() and s.state = 'active'
    and (s.from_on is null or s.from_on <= district_today()) and (s.to_on is null or s.to_on > district_today())),
seat as (
  select p.id as learner_id, cl.id as class_id from enrollment s
  join class cl on cl.district_id = s.district_id and cl.source = s.source and cl.sourced_id = s.class_sourced_id
   and cl.status = 'active'
  join person p on p.district_id = s.district_id and p.source = s.source and p.sourced_id = s.person_sourced_id
   and p.status = 'active'
  where s.district_id = trellis_district() and s.role = 'student' and s.status = 'active'
    and (s.begin_on is null or s.begin_on <= district_today()) and (s.end_on is null or s.end_on > district_today()))
insert into progress_snapshot
  (district_id, scope, scope_id, framework_id, on_day, learners, assessed, mastered, developing, insufficient)
select trellis_district(), 'class', seat.class_id, m.framework_id, district_today(), {_COUNTS}
from seat join known m using (learner_id) group by seat.class_id, m.framework_id
union all
select trellis_district(), 'school', place.school_id, m.framework_id, district_today(), {_COUNTS}
from place join known m using (learner_id) group by place.school_id, m.framework_id
union all
select trellis_district(), 'district', trellis_district(), m.framework_id, district_today(), {_COUNTS}
from known m where m.learner_id in (select learner_id from place) group by m.framework_id
on conflict do nothing""")

_PEOPLE = people_of("""
  select m.learner_id, count(*) filter (where m.state = 'MASTERED')::numeric / count(*) as share
  from mastery m where m.district_id = trellis_district() and m.evidence_count > 0 group by m.learner_id""")

_GAP = text("""
insert into gap_figure (district_id, scope_id, dimension, group_name, on_day, people, value, suppressed)
values (trellis_district(), coalesce(cast(:scope as uuid), trellis_district()), :dimension, :group, district_today(),
        :people, :value, cast(:people as bigint) is null)
on conflict do nothing""")
