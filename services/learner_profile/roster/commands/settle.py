"""What follows from a changed roster: who works where, who learns where, what a school teaches - and the events that say so.

Every door that writes roster rows ends its transaction with `settle`. Writers set `changed_at = trellis_now()` and raise
`version` on the rows they change; only what differs from the last time is written and told.
"""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.outbox import emit_from
from services.learner_profile import events
from services.learner_profile.activity.commands import attach_waiting


async def settle(
    session: AsyncSession,
    source: str,
    *,
    people: Sequence[str] | None = None,
    orgs: Sequence[str] | None = None,
    first: bool = False,
) -> None:
    """Bring staff assignments, school enrolments and school levels up to date with one source's roster, and tell others.

    Scores that waited for a learner who is here now become evidence.

    `people` and `orgs` (sourcedIds that changed) narrow the work; without both, the whole source is compared.
    `first` tells that nothing had followed from this source's roster before, so that nothing can have ended.
    """
    everything = people is None and orgs is None
    scope = {"source": source, "everything": everything, "people": list(people or ()), "orgs": list(orgs or ())}
    for statement in _FIRST if first else _AGAIN:
        await session.execute(text(statement), scope)
    for state in (events.STAFF_ASSIGNED, events.LEARNER_ENROLLED, events.SCHOOL_CHANGED):
        await emit_from(session, state, told_by=source)
    await attach_waiting(session, lacks=["learner"])


_TOUCHED = """pr.source = :source
    and (:everything or pr.person_sourced_id = any(:people) or pr.org_sourced_id = any(:orgs))"""

_HOLDS = """pr.status = 'active' and p.status = 'active' and p.enabled and o.status = 'active'"""

_TOLD = f"""
  from person_role pr
  join person p on p.district_id = pr.district_id and p.source = pr.source and p.sourced_id = pr.person_sourced_id
  join org o on o.district_id = pr.district_id and o.source = pr.source and o.sourced_id = pr.org_sourced_id
  where {_TOUCHED} and {_HOLDS}"""

_STAFF_ROLE = """case
    when pr.role in ('principal', 'siteAdministrator') then 'principal'
    when pr.role = 'administrator' and o.type = 'school' then 'principal'
    when pr.role = 'districtAdministrator' and o.type = 'district' then 'district_leader'
    when pr.role in ('teacher', 'counselor', 'aide') then pr.role
    else 'administrator' end"""

_NO_STAFF = "('student', 'guardian', 'parent', 'relative', 'proctor')"

_STAFF = f"""
insert into staff_assignment as s
  (district_id, id, person_id, org_id, role, from_on, to_on, origin, source, recorded_at)
select pr.district_id, md5(pr.source || chr(31) || pr.sourced_id)::uuid, p.id, o.id, {_STAFF_ROLE},
       pr.begin_on, pr.end_on, 'roster', pr.source, (select trellis_now())
{_TOLD} and pr.role not in {_NO_STAFF}
on conflict (district_id, id) do update
  set person_id = excluded.person_id, org_id = excluded.org_id, role = excluded.role, from_on = excluded.from_on,
      to_on = excluded.to_on, state = 'active', version = s.version + 1, recorded_at = excluded.recorded_at
  where (s.person_id, s.org_id, s.role, s.from_on, s.to_on, s.state)
    is distinct from (excluded.person_id, excluded.org_id, excluded.role, excluded.from_on, excluded.to_on, 'active')"""

_STAFF_GONE = f"""
update staff_assignment s set state = 'withdrawn', version = s.version + 1, recorded_at = (select trellis_now())
where s.origin = 'roster' and s.source = :source and s.state = 'active'
  and (:everything
       or s.person_id in (select id from person where source = :source and sourced_id = any(:people))
       or s.org_id in (select id from org where source = :source and sourced_id = any(:orgs)))
  and s.id not in (select md5(pr.source || chr(31) || pr.sourced_id)::uuid {_TOLD} and pr.role not in {_NO_STAFF})"""

_LEARNERS = f"""
insert into school_enrollment as s
  (district_id, learner_id, school_id, source, grade, from_on, to_on, is_primary, recorded_at)
select distinct on (p.id, o.id)
       pr.district_id, p.id, o.id, pr.source, p.grades[1], pr.begin_on, pr.end_on, pr.role_type = 'primary', (select trellis_now())
{_TOLD} and pr.role = 'student' and o.type = 'school'
order by p.id, o.id, pr.end_on desc nulls first, pr.role_type
on conflict (district_id, learner_id, school_id) do update
  set grade = excluded.grade, from_on = excluded.from_on, to_on = excluded.to_on, is_primary = excluded.is_primary,
      state = 'active', version = s.version + 1, recorded_at = excluded.recorded_at
  where (s.grade, s.from_on, s.to_on, s.is_primary, s.state)
    is distinct from (excluded.grade, excluded.from_on, excluded.to_on, excluded.is_primary, 'active')"""

_LEARNERS_GONE = f"""
update school_enrollment s set state = 'withdrawn', version = s.version + 1, recorded_at = (select trellis_now())
where s.source = :source and s.state = 'active'
  and (:everything
       or s.learner_id in (select id from person where source = :source and sourced_id = any(:people))
       or s.school_id in (select id from org where source = :source and sourced_id = any(:orgs)))
  and not exists (select {_TOLD} and pr.role = 'student' and p.id = s.learner_id and o.id = s.school_id)"""

_LEVELS = """
with taught as (
  select s.school_id, array_agg(distinct s.grade order by s.grade) as grades,
         mode() within group (order by case when s.grade in ('09', '10', '11', '12', '13') then 'high'
                                            when s.grade in ('06', '07', '08') then 'middle'
                                            else 'elementary' end) as level
  from school_enrollment s where s.source = :source and s.state = 'active' and s.grade is not null
    and (:everything
         or s.school_id in (select id from org where source = :source and sourced_id = any(:orgs))
         or s.school_id in (
          select e.school_id from school_enrollment e join person p on p.district_id = e.district_id and p.id = e.learner_id
          where p.source = :source and p.sourced_id = any(:people)))
  group by s.school_id),
said as (
  select o.district_id, o.id, coalesce(lower(o.metadata ->> 'level'), t.level, o.level) as level,
         coalesce(t.grades, o.grades) as grades
  from org o left join taught t on t.school_id = o.id
  where o.source = :source and o.type = 'school'
    and (:everything or t.school_id is not null or o.sourced_id = any(:orgs)))
update org o set level = said.level, grades = said.grades, version = o.version + 1, changed_at = (select trellis_now())
from said where o.district_id = said.district_id and o.id = said.id
  and (o.level, o.grades) is distinct from (said.level, said.grades)"""

_FIRST = (_STAFF, _LEARNERS, _LEVELS)
_AGAIN = (_STAFF, _STAFF_GONE, _LEARNERS, _LEARNERS_GONE, _LEVELS)
