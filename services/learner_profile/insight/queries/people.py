"""Who people are in figures: the school that counts them, and the group they are in by each dimension."""

from typing import Final

from sqlalchemy import TextClause, text

DIMENSIONS: Final = ("ELL", "DISABILITY", "ECONOMICALLY_DISADVANTAGED", "HISPANIC", "RACE", "SEX", "GRADE")


def _flag(*names: str) -> str:
    """A yes or no that the roster carries as an extension, on the learner or beside the demographics."""
    said = ", ".join(f"p.metadata ->> '{name}', d.metadata ->> '{name}'" for name in names)
    return f"""case when lower(coalesce({said})) in ('true', 'yes', 'y', '1') then 'YES'
                    when lower(coalesce({said})) in ('false', 'no', 'n', '0') then 'NO' else 'UNKNOWN' end"""


def people_of(learners: str) -> TextClause:
    """The rows of a query that has a column `learner_id`, with `school_id` and a column for each dimension.

    A learner counts once, at the primary school; who is at no school today counts nowhere.
    """
    return text(f"with one as ({learners}) {_PLACED}")


_PLACED: Final = f"""
select one.*, place.school_id,
       {_flag("ell", "englishLearner")} as "ELL",
       {_flag("disability", "iep")} as "DISABILITY",
       {_flag("economicallyDisadvantaged", "frl")} as "ECONOMICALLY_DISADVANTAGED",
       case d.hispanic_or_latino when true then 'YES' when false then 'NO' else 'UNKNOWN' end as "HISPANIC",
       case when d.two_or_more_races
              or (d.american_indian_or_alaska_native::int + d.asian::int + d.black_or_african_american::int
                  + d.native_hawaiian_or_other_pacific_islander::int + d.white::int) > 1 then 'TWO_OR_MORE'
            when d.american_indian_or_alaska_native then 'AMERICAN_INDIAN_OR_ALASKA_NATIVE'
            when d.asian then 'ASIAN' when d.black_or_african_american then 'BLACK_OR_AFRICAN_AMERICAN'
            when d.native_hawaiian_or_other_pacific_islander then 'NATIVE_HAWAIIAN_OR_OTHER_PACIFIC_ISLANDER'
            when d.white then 'WHITE' else 'UNKNOWN' end as "RACE",
       upper(coalesce(d.sex, 'UNKNOWN')) as "SEX",
       coalesce(place.grade, 'UNKNOWN') as "GRADE"
from one
join lateral (
  select s.school_id, s.grade from school_enrollment s
   where s.district_id = trellis_district() and s.learner_id = one.learner_id and s.state = 'active'
     and (s.from_on is null or s.from_on <= district_today()) and (s.to_on is null or s.to_on > district_today())
   order by s.is_primary desc, s.school_id limit 1) place on true
join person p on p.district_id = trellis_district() and p.id = one.learner_id and p.status = 'active'
left join demographic d on d.district_id = p.district_id and d.source = p.source and d.sourced_id = p.sourced_id
 and d.status = 'active'"""
