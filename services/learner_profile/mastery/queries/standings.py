"""Mastery as the ledger gives it: the set-based form of the rules in `domain`."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Integer,
    Label,
    Numeric,
    Select,
    SQLColumnExpression,
    Text,
    Uuid,
    and_,
    case,
    column,
    func,
    literal,
    literal_column,
    select,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSON
from sqlalchemy.orm import aliased

from kit.graph import Rows
from services.learner_profile.competency.models import Competency, Framework
from services.learner_profile.evidence.models import Evidence
from services.learner_profile.evidence.queries import stands
from services.learner_profile.mastery.queries import methods, rules
from services.learner_profile.roster.models import SchoolEnrollment

PIECE: Final = ("id", "learner_id", "competency_id", "score", "kind", "occurred_at", "source", "source_event_id")


def standings(
    pieces: Rows,
    as_of: Any = None,  # noqa: ANN401 - an instant in SQL
    *,
    policy: str = rules.POLICY,
    explained: bool = False,
) -> Rows:
    """Where learners stand by these pieces of evidence; one row for each learner and competency among them.

    `pieces` is a SELECT of what `pieces_of` selects; pieces without a score make a row that has not started. Of two that
    occurred at the same instant the one with the greater (source, source_event_id) is the later, so that their order of
    arrival does not matter.

    Rules are those in force at `as_of`, as they were known then, or now. `policy` is another way to choose a policy: a
    lateral query with the columns of `rules.POLICY`. `explained` adds the columns `trace`, `method` and `missing`.
    """
    scored = _scored(_figures(pieces, as_of, explained=explained), as_of, policy, explained=explained).subquery(
        "scored"
    )
    state = literal_column(_STATE, Text)
    level = case(
        (scored.c.enough, literal_column("scored.names[width_bucket(scored.score, scored.lower_bounds)]", Text))
    )
    kept = (
        "learner_id",
        "competency_id",
        "score",
        "evidence_count",
        "as_of",
        "policy_id",
        "policy_version",
        "stale_at",
    )
    told = ("trace", "method", "missing") if explained else ()
    return select(state.label("state"), level.label("level"), *(scored.c[name] for name in (*kept, *told)))


_STATE = """
case when scored.total = 0 then 'NOT_STARTED'
     when scored.enough then
       case when scored.mastered[width_bucket(scored.score, scored.lower_bounds)] then 'MASTERED' else 'DEVELOPING' end
     when scored.once_enough and scored.mastered[width_bucket(scored.once, scored.lower_bounds)] then 'DECAYED'
     else 'INSUFFICIENT_EVIDENCE' end"""

_ALLOWED = "piece.score is not null and coalesce(piece.kind = any(blueprint.kinds), true)"
_RECENT = "coalesce(piece.occurred_at > moment.at - make_interval(hours => 24 * blueprint.recency_days::integer), true)"
_DECAYS = "blueprint.recency_days is not null"
_COUNTED = "blueprint.minimum_by_kind <> '{}'"
_RECENCY = "order by piece.occurred_at, piece.source, piece.source_event_id"


def _figures(pieces: Rows, as_of: Any, *, explained: bool) -> Select[Any]:  # noqa: ANN401 - an instant in SQL
    piece, moment = pieces.subquery("piece"), rules.moment(as_of)
    blueprint = _lateral(
        rules.BLUEPRINT,
        "blueprint",
        competency_id=Uuid(),
        kinds=ARRAY(Text),
        minimum_count=Integer(),
        minimum_by_kind=JSON(),
        recency_days=Integer(),
    )
    columns: list[Label[Any]] = [
        literal_column("count(piece.score)").label("total"),
        literal_column("max(piece.occurred_at)").label("as_of"),
        _filtered(f"array_agg(piece.score {_RECENCY})", _ALLOWED, _RECENT).label("scores"),
        _filtered(f"array_agg(piece.score {_RECENCY})", _ALLOWED, _DECAYS).label("every"),
        _filtered("array_agg(piece.kind)", _ALLOWED, _RECENT, _COUNTED).label("kinds"),
        _filtered("array_agg(piece.kind)", _ALLOWED, _DECAYS, _COUNTED).label("every_kinds"),
        _filtered("min(piece.occurred_at)", _ALLOWED, _RECENT, _DECAYS).label("oldest"),
        *(
            literal_column(f"any_value(blueprint.{name})").label(name)
            for name in ("minimum_count", "minimum_by_kind", "recency_days")
        ),
    ]
    if explained:
        columns.append(_filtered(f"array_agg(piece.id {_RECENCY})", _ALLOWED, _RECENT).label("ids"))
    return (
        select(piece.c.learner_id, piece.c.competency_id, *columns)
        .select_from(
            piece.join(moment, true()).join(blueprint, blueprint.c.competency_id == piece.c.competency_id, isouter=True)
        )
        .group_by(piece.c.learner_id, piece.c.competency_id)
    )


def _scored(figures: Select[Any], as_of: Any, policy_text: str, *, explained: bool) -> Select[Any]:  # noqa: ANN401 - an instant in SQL
    figure, moment = figures.subquery("figure"), rules.moment(as_of)
    competency, framework = aliased(Competency, name="competency"), aliased(Framework, name="framework")
    scale = _lateral(rules.SCALE, "scale", names=ARRAY(Text), lower_bounds=ARRAY(Numeric), mastered=ARRAY(Boolean))
    policy = _lateral(policy_text, "policy", policy_id=Uuid(), version=Integer(), method=Text())
    score = _lateral(
        f"select {methods.score_of('figure.scores')} as score, {methods.score_of('figure.every')} as once offset 0",
        "result",
        score=Numeric(),
        once=Numeric(),
    )
    here = and_(competency.district_id == func.trellis_district(), competency.id == figure.c.competency_id)
    own = and_(framework.district_id == competency.district_id, framework.id == competency.framework_id)
    columns: list[Any] = [
        figure.c.learner_id,
        figure.c.competency_id,
        figure.c.total,
        figure.c.as_of,
        literal_column("coalesce(cardinality(figure.scores), 0)").label("evidence_count"),
        score.c.score,
        score.c.once,
        literal_column(_ENOUGH.format(scores="scores", kinds="kinds", score="score"), Boolean).label("enough"),
        literal_column(_ENOUGH.format(scores="every", kinds="every_kinds", score="once"), Boolean).label("once_enough"),
        scale.c.names,
        scale.c.lower_bounds,
        scale.c.mastered,
        policy.c.policy_id,
        policy.c.version.label("policy_version"),
        literal_column(f"least(figure.oldest + {_AGE}, {rules.TURNS})").label("stale_at"),
    ]
    if explained:
        columns += [methods.trace().label("trace"), policy.c.method, literal_column(_MISSING, JSON).label("missing")]
    return select(*columns).select_from(
        figure.join(moment, true())
        .join(competency, here)
        .join(framework, own)
        .join(scale, true())
        .join(policy, true())
        .join(score, true())
    )


_AGE = "make_interval(hours => 24 * figure.recency_days::integer)"
_LACKS = """
select need.key as kind, need.value::integer - (select count(*) from unnest(figure.{kinds}) kind where kind = need.key) as count
  from jsonb_each_text(figure.minimum_by_kind) need"""
_LEAST = "coalesce(figure.minimum_count, framework.minimum_evidence)"
_ENOUGH = (
    "(result.{score} is not null and cardinality(figure.{scores}) >= "
    + _LEAST
    + " and (figure.minimum_by_kind is null or not exists (select from ("
    + _LACKS.replace("{kinds}", "{kinds}")
    + ") lack where lack.count > 0)))"
)
_MISSING = f"""
(select coalesce(json_agg(json_build_object('kind', lack.kind, 'count', lack.count) order by lack.kind nulls first), '[]'::json)
 from (
   select null as kind, greatest({_LEAST} - coalesce(cardinality(figure.scores), 0), case policy.method
     when 'N_AT_MASTERY' then policy.n - (select count(*) from unnest(figure.scores) s where s >= scale.threshold)
     when 'M_OF_N' then policy.m - coalesce(cardinality(figure.scores), 0) else 0 end) as count
   union all {_LACKS.format(kinds="kinds")}) lack
 where lack.count > 0)"""


def _filtered(aggregate: str, *conditions: str) -> SQLColumnExpression[Any]:
    return literal_column(f"{aggregate} filter (where {' and '.join(conditions)})")


def _lateral(query: str, name: str, **columns: Any) -> Any:  # noqa: ANN401 - SQL types, and a FROM element
    return text(query).columns(*(column(key, kind) for key, kind in columns.items())).lateral(name)


def pieces_of(learner_id: SQLColumnExpression[Any], as_of: Any = None) -> Rows:  # noqa: ANN401 - an instant in SQL
    """A learner's evidence that counted at an instant, or now."""
    piece = aliased(Evidence)
    return select(*(getattr(piece, name) for name in PIECE)).where(
        piece.district_id == func.trellis_district(), piece.learner_id == learner_id, stands(piece, as_of)
    )


def of_school(school_id: UUID, framework_id: UUID, as_of: datetime) -> Rows:
    """Where the learners who are at a school now stood in a framework at an instant."""
    piece, place, competency, at = aliased(Evidence), aliased(SchoolEnrollment), aliased(Competency), literal(as_of)
    pieces = select(*(getattr(piece, name) for name in PIECE)).where(
        piece.district_id == func.trellis_district(),
        piece.learner_id.in_(
            select(place.learner_id).where(
                place.district_id == func.trellis_district(), place.school_id == school_id, place.state == "active"
            )
        ),
        piece.competency_id.in_(
            select(competency.id).where(
                competency.district_id == func.trellis_district(), competency.framework_id == framework_id
            )
        ),
        stands(piece, at),
    )
    return standings(pieces, at)
