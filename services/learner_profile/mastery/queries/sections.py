"""Mastery as the graph shows it: what is kept, or what was known at an instant."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import ARRAY, DateTime, SQLColumnExpression, Uuid, and_, any_, func, null, select, true, tuple_
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.orm import aliased

from kit.graph import Binds, Page, PageAsOf, Rows, Section, beyond, connection
from services.learner_profile.competency.models import Competency
from services.learner_profile.competency.queries import competency_reference
from services.learner_profile.insight.models import Pace
from services.learner_profile.mastery.models import Mastery
from services.learner_profile.mastery.queries.standings import pieces_of, standings

MOST_COMPETENCIES = 500


def mastery_document(row: Any, competency: Any, *, is_kept: bool = True) -> SQLColumnExpression[Any]:  # noqa: ANN401 - tables
    """Mastery of one competency in the graph's shape; what no row tells has not started.

    Pace is known of what is kept; of the past, or of what was computed for the occasion, it is null.
    """
    return func.json_build_object(
        "competency", competency_reference(competency),
        "state", func.coalesce(row.state, "NOT_STARTED"),
        "level", row.level,
        "score", row.score,
        "asOf", row.as_of,
        "evidenceCount", func.coalesce(row.evidence_count, 0),
        "pace", _pace(row, competency) if is_kept else null(),
        type_=JSON,
    )  # fmt: skip


def _pace(row: Any, competency: Any) -> SQLColumnExpression[Any]:  # noqa: ANN401 - tables
    """How the learner gets on with what has begun; finished work has no pace."""
    pace = aliased(Pace)
    return (
        select(pace.band)
        .where(
            pace.district_id == competency.district_id,
            pace.learner_id == row.learner_id,
            pace.competency_id == competency.id,
            row.state != "MASTERED",
        )
        .correlate(row, competency)
        .scalar_subquery()
    )


class MasteryArguments(PageAsOf):
    """`competencyIds` asks for exactly these, also where nothing has started; without it, what has evidence."""

    competency_ids: Annotated[tuple[UUID, ...], Field(max_length=MOST_COMPETENCIES)] | None = None


def _mastery(person: Any, binds: Binds) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    """A learner's mastery in the order of the frameworks."""
    if "as_of" in binds.given:
        return _known_at(person, binds)
    return _chosen(person, binds) if "competency_ids" in binds.given else _started(person, binds)


def _started(person: Any, binds: Binds) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    held, competency = aliased(Mastery), aliased(Competency)
    rows: Rows = (
        _nodes(held, competency, binds)
        .join_from(
            held,
            competency,
            and_(competency.district_id == held.district_id, competency.id == held.competency_id),
        )
        .where(held.district_id == person.district_id, held.learner_id == person.id, held.state != "NOT_STARTED")
    )
    return connection(rows, _order(competency), binds, person)


def _chosen(person: Any, binds: Binds) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    held, competency = aliased(Mastery), aliased(Competency)
    own = and_(
        held.district_id == competency.district_id,
        held.learner_id == person.id,
        held.competency_id == competency.id,
    )
    rows: Rows = (
        _nodes(held, competency, binds)
        .join_from(competency, held, own, isouter=True)
        .where(competency.district_id == person.district_id, _is_wanted(competency, binds))
    )
    return connection(rows, _order(competency), binds, person)


def _known_at(person: Any, binds: Binds) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    competency, as_of = aliased(Competency), binds("as_of", DateTime(timezone=True))
    stood = standings(pieces_of(person.id, as_of).correlate(person), as_of).correlate(person).subquery("stood")
    rows: Rows = (
        _nodes(stood.c, competency, binds, is_kept=False)
        .join_from(competency, stood, stood.c.competency_id == competency.id, isouter=True)
        .where(
            competency.district_id == person.district_id,
            _is_wanted(competency, binds) if "competency_ids" in binds.given else stood.c.state != "NOT_STARTED",
        )
    )
    return connection(rows, _order(competency), binds, person)


def _explained(person: Any, binds: Binds) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    """Mastery computed from the ledger again, with the rule that was used, what counted and what is missing."""
    competency = aliased(Competency)
    as_of = binds("as_of", DateTime(timezone=True)) if "as_of" in binds.given else None
    asked = standings(pieces_of(person.id, as_of).correlate(person), as_of, explained=True)
    stood = asked.correlate(person).subquery("stood")
    policy = func.json_build_object(
        "id", stood.c.policy_id, "version", stood.c.policy_version, "method", stood.c.method, type_=JSON
    )
    node = func.json_build_object(
        "mastery", mastery_document(stood.c, competency, is_kept=False),
        "policy", policy,
        "trace", stood.c.trace,
        "missing", stood.c.missing,
        type_=JSON,
    )  # fmt: skip
    rows: Rows = (
        select(competency.id.label("cursor"), node.label("node"))
        .join_from(competency, stood, stood.c.competency_id == competency.id)
        .where(
            competency.district_id == person.district_id,
            beyond(competency, ("framework_id", "position", "id"), binds),
            _is_wanted(competency, binds) if "competency_ids" in binds.given else true(),
        )
    )
    return connection(rows, _order(competency), binds, person)


def _is_wanted(competency: Any, binds: Binds) -> SQLColumnExpression[bool]:  # noqa: ANN401 - a table
    wanted: SQLColumnExpression[bool] = competency.id == any_(binds("competency_ids", ARRAY(Uuid)))
    return wanted


def _nodes(row: Any, competency: Any, binds: Binds, *, is_kept: bool = True) -> Rows:  # noqa: ANN401 - tables
    node: SQLColumnExpression[Any] = mastery_document(row, competency, is_kept=is_kept).label("node")
    return select(competency.id.label("cursor"), node).where(
        beyond(competency, ("framework_id", "position", "id"), binds)
    )


def _order(competency: Any) -> tuple[SQLColumnExpression[Any], ...]:  # noqa: ANN401 - a table
    return competency.framework_id, competency.position, competency.id


def _needs(person: Any, binds: Binds) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    """What the learner has begun and not mastered, the lowest score first; paging has no `after`, the head is what counts."""
    held, competency = aliased(Mastery), aliased(Competency)
    rows: Rows = (
        select(competency.id.label("cursor"), mastery_document(held, competency).label("node"))
        .join_from(
            held, competency, and_(competency.district_id == held.district_id, competency.id == held.competency_id)
        )
        .where(
            held.district_id == person.district_id,
            held.learner_id == person.id,
            held.state.in_(("INSUFFICIENT_EVIDENCE", "DEVELOPING", "DECAYED")),
            competency.state == "active",
        )
    )
    if "after" in binds.given:
        rows = rows.where(tuple_(held.score, competency.id) > _score_at(person, binds("after", Uuid)))
    return connection(rows, (held.score, competency.id), binds, person)


def _score_at(person: Any, competency_id: SQLColumnExpression[Any]) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    last = aliased(Mastery)
    return (
        select(last.score, last.competency_id)
        .where(
            last.district_id == person.district_id, last.learner_id == person.id, last.competency_id == competency_id
        )
        .correlate(person)
        .scalar_subquery()
    )


SECTIONS = {
    "mastery": Section(_mastery, MasteryArguments),
    "explainedMastery": Section(_explained, MasteryArguments),
    "needs": Section(_needs, Page),
}
"""Sections of the noun `learners`."""
