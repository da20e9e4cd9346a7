"""A learner's pace, what staff are alerted to, and what the learner is ready for."""

from typing import Any

from sqlalchemy import SQLColumnExpression, and_, exists, func, or_, select
from sqlalchemy.dialects.postgresql import JSON, aggregate_order_by
from sqlalchemy.orm import aliased

from kit.graph import EMPTY_LIST, Binds, Page, Rows, Section, beyond, connection, document_of
from services.learner_profile import access
from services.learner_profile.competency.models import Competency
from services.learner_profile.competency.queries import competency_reference
from services.learner_profile.insight.models import AdvanceDecision, Alert, Pace
from services.learner_profile.mastery.models import Mastery
from services.learner_profile.roster.models import Person

_MOST = 50


def alert_fields(alert: Any, competency: Any) -> dict[str, SQLColumnExpression[Any]]:  # noqa: ANN401 - tables
    return {
        "id": alert.id,
        "kind": alert.kind,
        "state": func.upper(alert.state),
        "since": alert.since_on,
        "note": alert.note,
        "learnerId": alert.learner_id,
        "competency": competency_reference(competency),
    }


def decision_fields(decision: Any, competency: Any) -> dict[str, SQLColumnExpression[Any]]:  # noqa: ANN401 - tables
    return {
        "id": decision.id,
        "decision": func.upper(decision.decision),
        "note": decision.note,
        "decidedAt": decision.decided_at,
        "decidedById": decision.decided_by,
        "competency": competency_reference(competency),
    }


def _listed(rows: Rows, *order: SQLColumnExpression[Any], outer: Any) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    """The column `node` of the first rows, as a JSON array."""
    page = rows.correlate(outer).order_by(*order).limit(_MOST).subquery()
    return select(func.coalesce(func.json_agg(page.c.node), EMPTY_LIST)).scalar_subquery()


def _is_open(alert: Any) -> SQLColumnExpression[bool]:  # noqa: ANN401 - a table
    """Nobody has dealt with it, and its cause still holds."""
    held = aliased(Mastery)
    mastered = exists().where(
        held.district_id == alert.district_id,
        held.learner_id == alert.learner_id,
        held.competency_id == alert.competency_id,
        held.state == "MASTERED",
    )
    return and_(alert.state.in_(("new", "seen", "acted")), ~mastered)


def _pace_alerts(learner: Any, _: Binds) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    """The open ones, to those who work with the learner; nothing to everybody else."""
    alert, competency = aliased(Alert), aliased(Competency)
    rows: Rows = (
        select(document_of(alert_fields(alert, competency), {}, None, ()).label("node"))
        .join_from(alert, competency, _of(alert, competency))
        .where(alert.district_id == learner.district_id, alert.learner_id == learner.id, _is_open(alert))
        .where(access.works_with(learner))
    )
    return _listed(rows, alert.since_on, alert.id, outer=learner)


def _paces(learner: Any, _: Binds) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    """The pace of everything that has begun and is not mastered."""
    pace, held, competency = aliased(Pace), aliased(Mastery), aliased(Competency)
    node = func.json_build_object(
        "competency", competency_reference(competency),
        "band", pace.band,
        "since", pace.since_on,
        "dueOn", pace.due_on,
        "projectedOn", pace.projected_on,
        type_=JSON,
    )  # fmt: skip
    rows: Rows = (
        select(node.label("node"))
        .join_from(pace, competency, _of(pace, competency))
        .join(held, _same(held, pace))
        .where(pace.district_id == learner.district_id, pace.learner_id == learner.id, held.state != "MASTERED")
    )
    return _listed(rows, competency.framework_id, competency.position, outer=learner)


def _ready(learner: Any, _: Binds) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    """Mastered, and no educator has decided since: the longest waiting first."""
    held, competency, decision = aliased(Mastery), aliased(Competency), aliased(AdvanceDecision)
    decided = exists().where(
        _same(decision, held),
        or_(decision.decision.in_(("advanced", "overridden")), decision.decided_at >= held.changed_at),
    )
    node = func.json_build_object("competency", competency_reference(competency), "since", held.changed_at, type_=JSON)
    rows: Rows = (
        select(node.label("node"))
        .join_from(held, competency, _of(held, competency))
        .where(
            held.district_id == learner.district_id,
            held.learner_id == learner.id,
            held.state == "MASTERED",
            competency.state == "active",
            ~decided,
        )
    )
    return _listed(rows, held.changed_at, competency.id, outer=learner)


def _decisions(learner: Any, _: Binds) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    """The latest first."""
    decision, competency = aliased(AdvanceDecision), aliased(Competency)
    listed = aggregate_order_by(
        document_of(decision_fields(decision, competency), {}, None, ()), decision.decided_at.desc(), decision.id.desc()
    )
    rows = (
        select(func.coalesce(func.json_agg(listed), EMPTY_LIST))
        .select_from(decision)
        .join(competency, _of(decision, competency))
        .where(decision.district_id == learner.district_id, decision.learner_id == learner.id)
    )
    return rows.correlate(learner).scalar_subquery()


def _alerts(me: Any, binds: Binds) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    """Open alerts about the learners whom the caller teaches or whose school the caller serves."""
    alert, competency, learner = aliased(Alert), aliased(Competency), aliased(Person)
    rows: Rows = (
        select(alert.id.label("cursor"), document_of(alert_fields(alert, competency), {}, None, ()).label("node"))
        .join_from(alert, competency, _of(alert, competency))
        .join(learner, and_(learner.district_id == alert.district_id, learner.id == alert.learner_id))
        .where(
            alert.district_id == me.district_id,
            learner.id.in_(access.learners_near_me()),
            access.decides_for(learner),
            _is_open(alert),
            beyond(alert, ("since_on", "id"), binds),
        )
    )
    return connection(rows, (alert.since_on, alert.id), binds, me)


def _of(row: Any, competency: Any) -> SQLColumnExpression[bool]:  # noqa: ANN401 - tables
    return and_(competency.district_id == row.district_id, competency.id == row.competency_id)


def _same(one: Any, other: Any) -> SQLColumnExpression[bool]:  # noqa: ANN401 - tables
    return and_(
        one.district_id == other.district_id,
        one.learner_id == other.learner_id,
        one.competency_id == other.competency_id,
    )


LEARNER_SECTIONS = {
    "paceAlerts": Section(_pace_alerts),
    "paces": Section(_paces),
    "readyToAdvance": Section(_ready),
    "advanceDecisions": Section(_decisions),
}
ME_SECTIONS = {"alerts": Section(_alerts, Page)}
