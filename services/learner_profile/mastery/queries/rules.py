"""Which scale, policy and blueprint hold for a competency at the statement's `moment`, as they were known then."""

from typing import Any, Final

from sqlalchemy import literal_column, select

_ZONE: Final = "coalesce((select time_zone from district where district_id = trellis_district()), 'UTC')"


def moment(as_of: Any = None) -> Any:  # noqa: ANN401 - an instant in SQL, and a subquery
    """One row: the instant `at`, `known`, until when records were known, and the district's `zone`."""
    at = literal_column("trellis_now()") if as_of is None else as_of
    known = literal_column("cast('infinity' as timestamptz)") if as_of is None else as_of
    return select(at.label("at"), known.label("known"), literal_column(_ZONE).label("zone")).subquery("moment")


BLUEPRINT: Final = """
  select distinct on (c.id) c.id as competency_id, b.kinds, b.minimum_count, b.minimum_by_kind, b.recency_days
  from evidence_blueprint b join competency c
    on c.district_id = b.district_id and c.framework_id = b.framework_id and coalesce(c.id = b.competency_id, true)
  where b.district_id = trellis_district() and b.state = 'active'
    and b.version = (
      select max(o.version) from evidence_blueprint o
       where o.district_id = b.district_id and o.target_id = b.target_id and o.recorded_at <= moment.known)
  order by c.id, b.competency_id nulls last"""
"""The blueprint of every competency that has one; its own goes before its framework's."""

SCALE: Final = """
  select held.names, held.lower_bounds, held.mastered,
         (select min(bound) from unnest(held.lower_bounds, held.mastered) as level (bound, reached) where reached) as threshold
  from (
    select told.names, told.lower_bounds, told.mastered, told.version from mastery_scale told
     where told.district_id = trellis_district() and told.framework_id = framework.id and told.recorded_at <= moment.known
    union all
    select array_agg(name order by lower_bound), array_agg(lower_bound order by lower_bound),
           array_agg(is_mastered order by lower_bound), 0
      from proficiency_level first where first.district_id = trellis_district() and first.framework_id = framework.id) held
  order by held.version desc limit 1"""

_VERSIONS = """
  from mastery_policy head join mastery_policy_version told
    on told.district_id = head.district_id and told.policy_id = head.id
  where head.district_id = trellis_district() and told.state = 'active'
    and (head.scope = 'DISTRICT' or head.framework_id = framework.id)
    and told.version = (
      select max(o.version) from mastery_policy_version o
       where o.district_id = told.district_id and o.policy_id = told.policy_id and o.recorded_at <= moment.known)"""

_DAY = "cast(moment.at at time zone moment.zone as date)"

POLICY: Final = f"""
  select chosen.policy_id, chosen.version, chosen.method, chosen.weight, chosen.n, chosen.m
  from (
    (select told.policy_id, told.version, told.method, told.weight, told.n, told.m, 1 as place
     {_VERSIONS} and coalesce(told.from_on <= {_DAY}, true) and coalesce(told.to_on > {_DAY}, true)
     order by array_position(array['FRAMEWORK', 'DISTRICT'], head.scope), told.from_on desc nulls last, head.id
     limit 1)
    union all
    select null, null, 'WEIGHTED_LATEST', framework.latest_weight, 1, 1, 2) chosen
  order by chosen.place limit 1"""
"""Framework before district, of two the one that began later, then the smaller id; else the framework's own weight."""

TURNS: Final = f"""
  (select min(turn at time zone moment.zone) from (
     select cast(day as timestamp) as turn {_VERSIONS.replace("  where", "  cross join unnest(array[told.from_on, told.to_on]) day where", 1)}
        and day > {_DAY}) days)"""
"""When the next policy that could concern this begins or ends."""
