"""Goals with their progress, check-ins, responses and versions."""

from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    SQLColumnExpression,
    Text,
    any_,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import JSON, aggregate_order_by, distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from kit.graph import EMPTY_LIST, Binds, GraphModel, Section
from services.learner_profile import access
from services.learner_profile.aims.domain import PROGRESS_PLACES
from services.learner_profile.aims.models import Goal, GoalCheckIn, GoalResponse, GoalVersion
from services.learner_profile.competency.models import Competency
from services.learner_profile.competency.queries import competency_reference

MOST_GOALS = 100
_STATES = {
    "waiting": ("DRAFT", "PROPOSED"),
    "active": ("AGREED", "ON_TRACK", "AT_RISK"),
    "closed": ("MET", "DROPPED"),
}


class GoalStatus(StrEnum):
    """Which goals are asked for; ACTIVE ones are agreed and worked on."""

    WAITING = "WAITING"
    ACTIVE = "ACTIVE"
    CLOSED = "CLOSED"


class GoalArguments(GraphModel):
    status: GoalStatus | None = None
    first: Annotated[int, Field(ge=0, le=MOST_GOALS)] = 20


def _goals(person: Any, binds: Binds) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    """What is due first comes first; a draft is there for its learner alone."""
    goal = aliased(Goal)
    page = (
        select(goal_json(goal).label("node"))
        .where(
            goal.district_id == person.district_id,
            goal.learner_id == person.id,
            or_(goal.state != "DRAFT", access.is_me(person)),
            _has_status(goal, binds),
        )
        .order_by(goal.due_on.asc().nulls_last(), goal.id)
        .limit(binds("first", Integer))
        .correlate(person)
        .subquery()
    )
    return select(func.coalesce(func.json_agg(page.c.node, type_=JSON), EMPTY_LIST)).scalar_subquery()


def _has_status(goal: type[Goal], binds: Binds) -> ColumnElement[bool]:
    if "status" not in binds.given:
        return true()
    status = case(
        (goal.state.in_(_STATES["waiting"]), "WAITING"),
        (goal.state.in_(_STATES["closed"]), "CLOSED"),
        else_="ACTIVE",
    )
    return status == binds("status", Text)


def goal_json(goal: type[Goal]) -> SQLColumnExpression[Any]:
    """A goal as the graph shows it."""
    current = _current(goal)
    return func.json_build_object(
        "id", goal.id,
        "title", goal.title,
        "measure", goal.measure,
        "unit", goal.unit,
        "baseline", goal.baseline,
        "target", goal.target,
        "current", current,
        "progress", _progress(goal, current),
        "dueOn", goal.due_on,
        "state", goal.state,
        "version", goal.version,
        "competencies", _competencies(goal),
        "checkIns", _check_ins(goal),
        "agreements", _responses(goal),
        "versions", _versions(goal),
        type_=JSON,
    )  # fmt: skip


def _current(goal: type[Goal]) -> SQLColumnExpression[Any]:
    seen = aliased(GoalCheckIn)
    latest = select(seen.value).where(seen.district_id == goal.district_id, seen.goal_id == goal.id)
    return latest.order_by(seen.occurred_at.desc(), seen.id.desc()).limit(1).correlate(goal).scalar_subquery()


def _progress(goal: type[Goal], current: SQLColumnExpression[Any]) -> SQLColumnExpression[Any]:
    """`domain.progress`, and 0 before the first check-in; PostgreSQL's numeric rounds halves away from zero."""
    share = (current - goal.baseline) / (goal.target - goal.baseline)
    made = func.coalesce(share, literal_column("0"))
    clamped = func.least(literal_column("1"), func.greatest(literal_column("0"), made))
    return func.round(clamped, PROGRESS_PLACES)


def _competencies(goal: type[Goal]) -> SQLColumnExpression[Any]:
    competency = aliased(Competency)
    order = (competency.framework_id, competency.position, competency.id)
    listed = select(
        func.coalesce(func.json_agg(aggregate_order_by(competency_reference(competency), *order)), EMPTY_LIST)
    ).where(competency.district_id == goal.district_id, competency.id == any_(goal.competency_ids))
    return listed.correlate(goal).scalar_subquery()


def _check_ins(goal: type[Goal]) -> SQLColumnExpression[Any]:
    seen = aliased(GoalCheckIn)
    entry = func.json_build_object(
        "id", seen.id, "value", seen.value, "at", seen.occurred_at, "note", seen.note,
        "party", seen.party, "personId", seen.person_id, type_=JSON,
    )  # fmt: skip
    rows = (
        select(entry.label("node"))
        .where(seen.district_id == goal.district_id, seen.goal_id == goal.id)
        .order_by(seen.occurred_at.desc(), seen.id.desc())
        .limit(MOST_GOALS)
    )
    return _listed(rows, goal)


def _responses(goal: type[Goal]) -> SQLColumnExpression[Any]:
    """The latest word of each person on the terms as they stand."""
    said = aliased(GoalResponse)
    entry = func.json_build_object(
        "party", said.party, "decision", said.decision, "at", said.recorded_at, "note", said.note,
        "personId", said.person_id, type_=JSON,
    )  # fmt: skip
    rows = (
        select(entry.label("node"))
        .ext(distinct_on(said.person_id))
        .where(
            said.district_id == goal.district_id,
            said.goal_id == goal.id,
            said.terms_version == goal.terms_version,
        )
        .order_by(said.person_id, said.recorded_at.desc(), said.id.desc())
    )
    return _listed(rows, goal)


def _versions(goal: type[Goal]) -> SQLColumnExpression[Any]:
    """What it was, the latest first, without the learner's own drafts."""
    kept = aliased(GoalVersion)
    entry = func.json_build_object(
        "version", kept.version, "state", kept.state, "title", kept.title, "measure", kept.measure,
        "baseline", kept.baseline, "target", kept.target, "dueOn", kept.due_on, "note", kept.note,
        "at", kept.recorded_at, type_=JSON,
    )  # fmt: skip
    rows = (
        select(entry.label("node"))
        .where(
            kept.district_id == goal.district_id,
            kept.goal_id == goal.id,
            or_(kept.state != "DRAFT", goal.learner_id == func.trellis_person()),
        )
        .order_by(kept.version.desc())
        .limit(MOST_GOALS)
    )
    return _listed(rows, goal)


def _listed(rows: Select[Any], goal: type[Goal]) -> SQLColumnExpression[Any]:
    page = rows.correlate(goal).subquery()
    return select(func.coalesce(func.json_agg(page.c.node, type_=JSON), EMPTY_LIST)).scalar_subquery()


async def goal_document(session: AsyncSession, goal_id: UUID) -> bytes:
    """One goal in the graph's shape, as the running transaction has it."""
    found = select(cast(goal_json(Goal), Text)).where(Goal.district_id == func.trellis_district(), Goal.id == goal_id)
    return str((await session.execute(found)).scalar_one()).encode()


GOAL_SECTIONS: dict[str, Section] = {"goals": Section(_goals, GoalArguments)}
