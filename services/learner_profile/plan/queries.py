"""Plans as the graph shows them, and what their commands look up."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    SQLColumnExpression,
    Text,
    and_,
    any_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSON, aggregate_order_by, array, distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from kit.graph import EMPTY_LIST, Binds, GraphModel, Noun, Section
from services.learner_profile import access
from services.learner_profile.aims.models import Goal
from services.learner_profile.aims.queries import goal_json
from services.learner_profile.competency.models import Competency
from services.learner_profile.competency.queries import competency_reference
from services.learner_profile.plan.domain import PARTIES
from services.learner_profile.plan.models import Plan, PlanResponse, PlanVersion

MOST_VERSIONS = 100
_SETTLED = ("ACTIVE", "CLOSED")
"""States in which nobody is waited for: what all have agreed to stands, whoever leaves later."""
_PLAN = aliased(Plan, name="learning_plan")


class DiffArguments(GraphModel):
    from_version: Annotated[int, Field(ge=1, lt=1 << 62, alias="from")]
    to_version: Annotated[int, Field(ge=1, lt=1 << 62, alias="to")]


def _fields(plan: Any) -> dict[str, SQLColumnExpression[Any]]:  # noqa: ANN401 - a table
    return {
        "id": plan.id,
        "version": plan.version,
        "state": plan.state,
        **_said(plan),
        "approvals": _approvals(plan),
        "missingApprovals": case((plan.state.in_(_SETTLED), EMPTY_LIST), else_=func.to_json(_missing(plan))),
        "versions": _versions(plan),
    }


def _said(plan: Any) -> dict[str, SQLColumnExpression[Any]]:  # noqa: ANN401 - a table
    """What the version that stands says."""

    def part(of: Any) -> SQLColumnExpression[Any]:  # noqa: ANN401 - an expression over the version
        stands = _version_of(plan, kept, plan.version)
        return select(of).where(stands).correlate(plan).scalar_subquery()

    kept, goal, competency = aliased(PlanVersion), aliased(Goal), aliased(Competency)
    goals = (
        select(func.coalesce(func.json_agg(aggregate_order_by(goal_json(goal), goal.due_on, goal.id)), EMPTY_LIST))
        .where(goal.district_id == kept.district_id, goal.id == any_(kept.goal_ids), goal.state != "DRAFT")
        .correlate(kept)
        .scalar_subquery()
    )
    order = (competency.framework_id, competency.position, competency.id)
    listed = func.json_agg(aggregate_order_by(competency_reference(competency), *order))
    competencies = (
        select(func.coalesce(listed, EMPTY_LIST))
        .where(competency.district_id == kept.district_id, competency.id == any_(kept.competency_ids))
        .correlate(kept)
        .scalar_subquery()
    )
    return {
        "title": part(kept.title),
        "supports": part(func.to_json(kept.supports)),
        "activities": part(func.to_json(kept.activities)),
        "reviewOn": part(kept.review_on),
        "goals": part(goals),
        "competencies": part(competencies),
    }


def _version_of(plan: Any, kept: Any, version: Any) -> ColumnElement[bool]:  # noqa: ANN401 - tables and a number
    return and_(kept.district_id == plan.district_id, kept.plan_id == plan.id, kept.version == version)


def _latest(plan: Any) -> Any:  # noqa: ANN401 - a table, and a SELECT of answers
    """The latest answer of each person to the version that stands."""
    said = aliased(PlanResponse)
    return (
        select(said.person_id, said.party, said.decision, said.recorded_at)
        .ext(distinct_on(said.person_id))
        .where(_version_of(plan, said, plan.version))
        .order_by(said.person_id, said.recorded_at.desc(), said.id.desc())
        .correlate(plan)
        .subquery()
    )


def _approvals(plan: Any) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    """Of guardians only those who still hold rights: that a court has restricted one is not for the others to see."""
    said = _latest(plan)
    entry = func.json_build_object(
        "party", said.c.party, "state", said.c.decision, "at", said.c.recorded_at, "personId", said.c.person_id,
        type_=JSON,
    )  # fmt: skip
    shown = or_(said.c.party != "GUARDIAN", access.guards(said.c.person_id, plan.learner_id))
    listed = aggregate_order_by(entry, said.c.recorded_at, said.c.person_id)
    return select(func.coalesce(func.json_agg(listed), EMPTY_LIST)).where(shown).scalar_subquery()


def _missing(plan: Any) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    """The kinds of party of whom nobody has agreed to the version that stands who still is one."""
    asked: list[SQLColumnExpression[str | None]] = [
        case((and_(_needs(plan, party), ~_has_agreed(plan, party)), literal(party))) for party in PARTIES
    ]
    return func.array_remove(array[Any](asked, type_=Text()), null())


def _needs(plan: Any, party: str) -> ColumnElement[bool]:  # noqa: ANN401 - a table
    return ~access.of_age(plan.learner_id) if party == "GUARDIAN" else literal(value=True)


def _has_agreed(plan: Any, party: str) -> ColumnElement[bool]:  # noqa: ANN401 - a table
    said = _latest(plan)
    counts = access.takes_part(said.c.party, said.c.person_id, plan.learner_id)
    agreed = select(said.c.person_id).where(said.c.party == party, said.c.decision == "AGREED", counts)
    return agreed.exists()


def _versions(plan: Any) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    kept = aliased(PlanVersion)
    entry = func.json_build_object(
        "version", kept.version, "title", kept.title, "proposedAs", kept.proposed_as, "proposedAt", kept.proposed_at,
        type_=JSON,
    )  # fmt: skip
    rows = (
        select(entry.label("node"))
        .where(kept.district_id == plan.district_id, kept.plan_id == plan.id)
        .order_by(kept.version.desc())
        .limit(MOST_VERSIONS)
        .correlate(plan)
        .subquery()
    )
    return select(func.coalesce(func.json_agg(rows.c.node, type_=JSON), EMPTY_LIST)).scalar_subquery()


def _diff(plan: Any, binds: Binds) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    """`domain.diff`; null where the plan has no such versions."""
    first, last = binds("from_version", BigInteger), binds("to_version", BigInteger)
    before, after = _lines(plan, first), _lines(plan, last)
    change = func.json_build_object(
        "path", func.coalesce(before.c.path, after.c.path), "before", before.c.value, "after", after.c.value, type_=JSON
    )
    order = (func.coalesce(before.c.path, after.c.path), func.coalesce(before.c.item, after.c.item))
    joined = before.join(after, and_(before.c.path == after.c.path, before.c.item == after.c.item), full=True)
    changes = (
        select(func.coalesce(func.json_agg(aggregate_order_by(change, *order)), EMPTY_LIST))
        .select_from(joined)
        .where(before.c.value.is_distinct_from(after.c.value))
        .scalar_subquery()
    )
    least, most = func.least(first, last), func.greatest(first, last)
    return case((and_(least >= 1, most <= plan.version), changes))


def _lines(plan: Any, version: SQLColumnExpression[int]) -> Any:  # noqa: ANN401 - a table, and a subquery
    """The parts of a version: a path, the entry of a list or nothing, and the value."""
    kept = aliased(PlanVersion)
    stands = _version_of(plan, kept, version)
    single = {"/title": kept.title, "/reviewOn": cast(kept.review_on, Text)}
    lists = {
        "/goalIds": kept.goal_ids,
        "/competencyIds": kept.competency_ids,
        "/supports": kept.supports,
        "/activities": kept.activities,
    }
    lines: list[Select[Any, Any, Any]] = [
        select(literal(path).label("path"), literal("").label("item"), value.label("value"))
        .where(stands, value.is_not(None))
        .correlate(plan)
        for path, value in single.items()
    ]
    for path, column in lists.items():
        entry = cast(func.unnest(column), Text)
        entries = select(entry.label("item")).where(stands).correlate(plan).distinct().subquery()
        lines.append(select(literal(path), entries.c.item, entries.c.item))
    return union_all(*lines).subquery()


def _of_learner(person: Any, _: Binds) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    """The plan that is open, or else the last one."""
    plan = aliased(Plan)
    wanted: Select[Any] = (
        select(_document(plan))
        .where(plan.district_id == person.district_id, plan.learner_id == person.id)
        .order_by((plan.state == "CLOSED").asc(), plan.id.desc())
        .limit(1)
    )
    return wanted.correlate(person).scalar_subquery()


def _viewer_rights(person: Any, _: Binds) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    return access.viewer_rights(person)


def _document(plan: Any) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    parts: list[Any] = [part for name, column in _fields(plan).items() for part in (name, column)]
    return func.json_build_object(*parts, type_=JSON)


async def plan_document(session: AsyncSession, plan_id: UUID) -> bytes:
    """One plan in the graph's shape, as the running transaction has it."""
    found = select(cast(_document(Plan), Text)).where(Plan.district_id == func.trellis_district(), Plan.id == plan_id)
    return str((await session.execute(found)).scalar_one()).encode()


async def missing_approvals(session: AsyncSession, plan_id: UUID) -> Sequence[str]:
    """The kinds of party that have still to agree to the version that stands."""
    wanted = select(_missing(Plan)).where(Plan.district_id == func.trellis_district(), Plan.id == plan_id)
    missing: Sequence[str] = (await session.execute(wanted)).scalar_one()
    return missing


async def goals_shown(session: AsyncSession, learner_id: UUID, wanted: Sequence[UUID]) -> bool:
    """Whether all of these are goals of the learner that are no drafts."""
    if not wanted:
        return True
    held = select(func.count()).where(
        Goal.district_id == func.trellis_district(),
        Goal.learner_id == learner_id,
        Goal.id.in_(wanted),
        Goal.state != "DRAFT",
    )
    return bool((await session.execute(held)).scalar_one() == len(set(wanted)))


LEARNER_SECTIONS = {"plan": Section(_of_learner), "viewerRights": Section(_viewer_rights)}
PLANS = Noun(
    table=_PLAN,
    plain=_fields,
    visible=lambda plan: access.visible_learner_id(plan.learner_id),
    sections={"diff": Section(_diff, DiffArguments)},
)
