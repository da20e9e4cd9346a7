"""The methods of `domain.methods` as SQL over an array of scores, oldest first.

Everything is exact but for the one division of a mean, whose error is far below what could move the rounding to four places.
PostgreSQL's numeric rounds halves away from zero, which for scores is up.
"""

from typing import Any

from sqlalchemy import SQLColumnExpression, literal_column
from sqlalchemy.dialects.postgresql import JSON

from services.learner_profile.mastery.domain import SCORE_PLACES

_SCORE = """
case when cardinality({scores}) > 0 then round(case policy.method
  when 'HIGHEST' then (select max(s) from unnest({scores}) s)
  when 'LATEST' then {scores}[cardinality({scores})]
  when 'MEAN' then (select avg(s) from unnest({scores}) s)
  when 'N_AT_MASTERY' then
    (select case when count(*) >= policy.n then avg(s) end from unnest({scores}) s where s >= scale.threshold)
  when 'WEIGHTED_LATEST' then case when cardinality({scores}) = 1 then {scores}[1] else
    (select (policy.weight * {scores}[cardinality({scores})] * (count(*) - 1)
             + (1 - policy.weight) * (sum(s) - {scores}[cardinality({scores})])) / (count(*) - 1)
       from unnest({scores}) s) end
  when 'EXPONENTIALLY_WEIGHTED' then
    (select exponentially_weighted(s, policy.weight order by i) from unnest({scores}) with ordinality as one (s, i))
  when 'M_OF_N' then
    (select s from unnest({scores}[greatest(1, cardinality({scores}) - policy.n + 1):]) s
      order by s desc offset policy.m - 1 limit 1)
end, {places}) end"""

_WEIGHTS = """
(select coalesce(json_agg(json_build_object('evidenceId', id, 'score', s, 'weight', case policy.method
    when 'HIGHEST' then (rank = 1)::integer
    when 'LATEST' then (i = n)::integer
    when 'MEAN' then 1.0 / n
    when 'N_AT_MASTERY' then case when reached >= policy.n and s >= scale.threshold then 1.0 / reached else 0 end
    when 'WEIGHTED_LATEST' then case when n = 1 then 1 when i = n then policy.weight else (1 - policy.weight) / (n - 1) end
    when 'EXPONENTIALLY_WEIGHTED' then
      case when i = 1 then 1 else policy.weight end * power(1 - policy.weight, n - i)
    when 'M_OF_N' then (late_rank = policy.m and i > n - policy.n)::integer
  end) order by i desc), '[]'::json)
 from (
   select one.*, count(*) over () as n, row_number() over (order by s desc, i desc) as rank,
          count(*) filter (where s >= scale.threshold) over () as reached,
          row_number() over (order by (i > cardinality(figure.scores) - policy.n) desc, s desc, i desc) as late_rank
     from unnest(figure.ids, figure.scores) with ordinality as one (id, s, i)) weighed)"""


def score_of(scores: str) -> str:
    """`domain.score_of`, from the names `policy` and `scale` that the statement has."""
    return _SCORE.replace("{scores}", scores).replace("{places}", str(SCORE_PLACES))


def trace() -> SQLColumnExpression[Any]:
    """`domain.weights` with the pieces they belong to, latest first; what does not count at all is not in it."""
    return literal_column(_WEIGHTS, JSON)
