"""Mastery as it is kept, and as the ledger gives it: the set-based form of the rules in `domain`."""

from typing import Any

from sqlalchemy import (
    Label,
    Numeric,
    SQLColumnExpression,
    and_,
    case,
    func,
    literal_column,
    select,
)
from sqlalchemy.orm import aliased

from kit.graph import Rows
from services.learner_profile.competency.models import Competency, Framework, ProficiencyLevel
from services.learner_profile.evidence.models import Evidence
from services.learner_profile.evidence.queries import stands
from services.learner_profile.mastery.domain import SCORE_PLACES

MOST_COMPETENCIES = 500


def standings(pieces: Rows) -> Rows:
    """Where learners stand by these pieces of evidence; one row for each learner and competency among them.

    `pieces` has the columns learner_id, competency_id, score, occurred_at, source and source_event_id; pieces without a
    score make a row that has not started. Of two that occurred at the same instant the one with the greater
    (source, source_event_id) is the later, so that their order of arrival does not matter.
    """
    figure = _figures(pieces)
    score: Label[Any] = _score(figure).label("score")
    scored = (
        select(figure, Competency.framework_id, Framework.minimum_evidence, score)
        .join(
            Competency, and_(Competency.district_id == func.trellis_district(), Competency.id == figure.c.competency_id)
        )
        .join(Framework, and_(Framework.district_id == Competency.district_id, Framework.id == Competency.framework_id))
        .subquery("scored")
    )
    level = _level(scored)
    enough = scored.c.evidence_count >= scored.c.minimum_evidence
    return select(
        scored.c.learner_id,
        scored.c.competency_id,
        case(
            (scored.c.evidence_count == 0, "NOT_STARTED"),
            (~enough, "INSUFFICIENT_EVIDENCE"),
            (level.c.is_mastered, "MASTERED"),
            else_="DEVELOPING",
        ).label("state"),
        case((enough, level.c.name)).label("level"),
        scored.c.score,
        scored.c.evidence_count,
        scored.c.as_of,
    ).join(level, literal_column("true"), isouter=True)


def _figures(pieces: Rows) -> Any:  # noqa: ANN401 - a subquery
    piece = pieces.subquery("piece")
    recency = (piece.c.occurred_at.desc(), piece.c.source.desc(), piece.c.source_event_id.desc())
    ranked = select(
        piece,
        func.row_number().over(partition_by=(piece.c.learner_id, piece.c.competency_id), order_by=recency).label("n"),
    ).subquery("ranked")
    return (
        select(
            ranked.c.learner_id,
            ranked.c.competency_id,
            func.count(ranked.c.score).label("evidence_count"),
            func.max(ranked.c.occurred_at).label("as_of"),
            func.max(ranked.c.score).filter(ranked.c.n == 1).label("latest"),
            func.sum(ranked.c.score).filter(ranked.c.n > 1).label("older"),
        )
        .group_by(ranked.c.learner_id, ranked.c.competency_id)
        .subquery("figure")
    )


def _score(figure: Any) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a subquery
    """`domain.weighted_latest`; PostgreSQL's numeric rounds halves away from zero, which for scores is up."""
    count, weight = figure.c.evidence_count - 1, Framework.latest_weight
    older = (weight * figure.c.latest * count + (1 - weight) * figure.c.older) / func.nullif(count, 0)
    return func.round(func.coalesce(older, figure.c.latest), SCORE_PLACES, type_=Numeric)


def _level(scored: Any) -> Any:  # noqa: ANN401 - a lateral subquery
    return (
        select(ProficiencyLevel.name, ProficiencyLevel.is_mastered)
        .where(
            ProficiencyLevel.district_id == func.trellis_district(),
            ProficiencyLevel.framework_id == scored.c.framework_id,
            ProficiencyLevel.lower_bound <= scored.c.score,
        )
        .order_by(ProficiencyLevel.lower_bound.desc())
        .limit(1)
        .lateral("level")
    )


def pieces_of(learner_id: SQLColumnExpression[Any], as_of: Any) -> Rows:  # noqa: ANN401 - an instant in SQL
    """A learner's evidence that counted at an instant."""
    piece = aliased(Evidence)
    return select(
        piece.learner_id,
        piece.competency_id,
        piece.score,
        piece.occurred_at,
        piece.source,
        piece.source_event_id,
    ).where(piece.district_id == func.trellis_district(), piece.learner_id == learner_id, stands(piece, as_of))
