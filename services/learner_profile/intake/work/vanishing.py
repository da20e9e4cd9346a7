"""How much of the roster a run would take away, asked of the side tables before anything changes."""

from collections.abc import Mapping

from services.learner_profile.intake.domain.brake import FLOOR, Vanishing
from services.learner_profile.intake.work.sources import Source
from services.learner_profile.intake.work.staging import Stage

Stages = Mapping[str, Stage]


async def measure(source: Source, stages: Stages) -> dict[str, Vanishing]:
    """What would vanish of the active people and enrolments, by file."""
    queries = {"users": _PEOPLE, "enrollments": _ENROLLMENTS}
    return {
        file: await _measured(source, stages[file], queries[file], _ACTIVE[file]) for file in queries if file in stages
    }


async def _measured(source: Source, stage: Stage, vanishing: str, active: str) -> Vanishing:
    if not await _some_gone(source, stage):
        return Vanishing(active=0, vanishing=0)
    gone = await source.connection.fetchval(_named(vanishing, stage), source.district_id, source.name)
    if gone < FLOOR:
        return Vanishing(active=0, vanishing=gone)
    return Vanishing(await source.connection.fetchval(active, source.district_id, source.name), gone)


async def changed_identities(source: Source, stages: Stages) -> list[int]:
    """Rows of new people who look like one of those who vanish: the same name, and the same birth date, identifier or e-mail."""
    users, demographics = stages["users"], stages.get("demographics")
    alike = [f"lower(i.{column}) = lower(p.{column})" for column in ("identifier", "email") if column in users.columns]
    if demographics is not None and "birth_on" in demographics.columns:
        alike.append(_named(_SAME_BIRTH_DATE, demographics))
    if not alike or not await _some_gone(source, users):
        return []
    found = await source.connection.fetch(
        _named(_ALIKE, users).replace("{alike}", " or ".join(alike)), source.district_id, source.name
    )
    return [row[0] for row in found]


async def _some_gone(source: Source, stage: Stage) -> bool:
    found: bool = await source.connection.fetchval(_named("select exists (select from {gone} gone)", stage))
    return found


def _named(query: str, stage: Stage) -> str:
    gone = f"(select sourced_id from {stage.absent} union select sourced_id from {stage.removed})"
    return query.replace("{gone}", gone).replace("{incoming}", stage.incoming)


_PEOPLE = """
select count(*) from person t
 where t.district_id = $1 and t.source = $2 and t.status = 'active' and t.sourced_id in (select sourced_id from {gone} gone)"""

_OVER = """
over as (
  select c.sourced_id from class c
    join academic_session s on s.district_id = c.district_id and s.source = c.source and s.sourced_id = any(c.term_sourced_ids)
   where c.district_id = $1 and c.source = $2
   group by c.sourced_id having max(s.end_on) < district_today())"""
"""Classes whose terms have all ended."""

_RUNNING = """
  select t.person_sourced_id, t.sourced_id from enrollment t
   where t.district_id = $1 and t.source = $2 and t.status = 'active'
     and (t.end_on is null or t.end_on > district_today())
     and t.class_sourced_id not in (select sourced_id from over)"""

_ENROLLMENTS = f"""
with {_OVER},
gone as (select r.person_sourced_id, count(*) as seats from ({_RUNNING}) r
          where r.sourced_id in (select sourced_id from {{gone}} gone) group by 1),
come as (select i.person_sourced_id, count(*) as seats from {{incoming}} i
          where i.person_sourced_id in (select person_sourced_id from gone)
            and not exists (select from enrollment t where t.district_id = $1 and t.source = $2
                              and t.sourced_id = i.sourced_id and t.status = 'active') group by 1)
select coalesce(sum(greatest(gone.seats - coalesce(come.seats, 0), 0)), 0)::bigint
  from gone left join come using (person_sourced_id)"""
"""A seat that the same person gets anew, in another class or under another id, has not vanished."""

_ACTIVE = {
    "users": "select count(*) from person where district_id = $1 and source = $2 and status = 'active'",
    "enrollments": f"with {_OVER} select count(*) from ({_RUNNING}) r",
}

_SAME_BIRTH_DATE = """
exists (select from demographic d join {incoming} n on n.birth_on = d.birth_on
         where d.district_id = $1 and d.source = $2 and d.sourced_id = p.sourced_id and n.sourced_id = i.sourced_id)"""

_ALIKE = """
select i.row from {incoming} i
  join person p on p.district_id = $1 and p.source = $2 and p.status = 'active'
   and p.sourced_id in (select sourced_id from {gone} gone)
   and lower(p.given_name) = lower(i.given_name) and lower(p.family_name) = lower(i.family_name)
 where not exists (select from person t where t.district_id = $1 and t.source = $2 and t.sourced_id = i.sourced_id)
   and ({alike})
 order by i.row"""
