"""What a learner could take up next, with the reason, and what was decided about it.

Three kinds of step, in this order: what has begun and is not mastered, the lowest first; what has not begun and whose
prerequisites are all mastered; and, for a learner of whom nothing is known yet, where the frameworks of the grade begin.
"""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import (
    ColumnElement,
    SQLColumnExpression,
    Text,
    and_,
    any_,
    case,
    cast,
    exists,
    func,
    literal,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSON, aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from kit.graph import Binds, GraphModel, Rows, Section, connection
from services.learner_profile.aims.models import StepDecision
from services.learner_profile.competency.models import Competency, CompetencyAssociation
from services.learner_profile.competency.queries import competency_reference
from services.learner_profile.mastery.models import Mastery
from services.learner_profile.roster.models import Person

MOST_STEPS = 50
_WORDS = {
    "MORE_EVIDENCE": "More evidence would show it",
    "BELOW_MASTERY": "On the way, and not mastered yet",
    "PREREQUISITES_MASTERED": "You have mastered what comes before: ",
    "FIRST_OF_GRADE": "A place to begin in your grade",
}


class StepArguments(GraphModel):
    first: Annotated[int, Field(ge=0, le=MOST_STEPS)] = 3


def _next_steps(person: Any, binds: Binds) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    step, competency = _steps(person).subquery("step"), aliased(Competency)
    decided = _latest(person, step.c.competency_id, step.c.stood_on)
    rows: Rows = (
        select(competency.id.label("cursor"), _document(step, competency, decided).label("node"))
        .select_from(step)
        .join(competency, and_(competency.district_id == person.district_id, competency.id == step.c.competency_id))
        .outerjoin(decided, literal_column("true"))
        .where(competency.state == "active", func.coalesce(decided.c.decision, "NONE") != "DECLINED")
    )
    order = (step.c.rank, step.c.score, competency.framework_id, competency.position, competency.id)
    return connection(rows, order, binds, person)


def _document(step: Any, competency: type[Competency], decided: Any) -> SQLColumnExpression[Any]:  # noqa: ANN401 - tables
    decision = case(
        (
            decided.c.decision.is_not(None),
            func.json_build_object(
                "decision", decided.c.decision, "party", decided.c.party, "at", decided.c.recorded_at,
                "note", decided.c.note, "personId", decided.c.person_id, type_=JSON,
            ),
        ),
    )  # fmt: skip
    reference = competency_reference(competency)
    words = case(
        *((step.c.code == code, literal(text)) for code, text in _WORDS.items() if code != "PREREQUISITES_MASTERED"),
        else_=literal(_WORDS["PREREQUISITES_MASTERED"]) + func.coalesce(step.c.because, ""),
    )
    need = func.json_build_object("state", step.c.state, "competency", reference, type_=JSON)
    basis = func.json_build_object("edges", func.json_build_array(func.json_build_object("node", need)), type_=JSON)
    return func.json_build_object(
        "competency", reference,
        "state", step.c.state,
        "reason", words,
        "reasonCode", step.c.code,
        "decision", decision,
        "suggestedResources", basis,
        type_=JSON,
    )  # fmt: skip


def _steps(person: Any) -> Any:  # noqa: ANN401 - tables and a union of SELECTs
    return union_all(_begun(person), _startable(person), _first_of_grade(person))


def _begun(person: Any) -> Rows:  # noqa: ANN401 - a table
    held = aliased(Mastery)
    is_thin = held.state == "INSUFFICIENT_EVIDENCE"
    return (
        select(
            held.competency_id,
            literal_column("0").label("rank"),
            held.score.label("score"),
            held.state.label("state"),
            case((is_thin, "MORE_EVIDENCE"), else_="BELOW_MASTERY").label("code"),
            held.version.label("stood_on"),
            cast(null(), Text).label("because"),
        )
        .where(held.district_id == person.district_id, held.learner_id == person.id)
        .where(held.state.in_(("INSUFFICIENT_EVIDENCE", "DEVELOPING")))
        .correlate(person)
    )


def _startable(person: Any) -> Rows:  # noqa: ANN401 - a table
    """Begins at what is mastered, so that it costs what the learner knows and not what the frameworks hold."""
    mastered, before, link, after = (
        aliased(Mastery),
        aliased(Competency),
        aliased(CompetencyAssociation),
        aliased(Competency),
    )
    named = aggregate_order_by(func.coalesce(before.code, before.statement), before.code)
    codes = func.array_to_string(func.array_agg(named), ", ")
    return (
        select(
            after.id,
            literal_column("1"),
            literal_column("0.0"),
            literal_column("'NOT_STARTED'"),
            literal_column("'PREREQUISITES_MASTERED'"),
            literal_column("0"),
            codes,
        )
        .select_from(mastered)
        .join(before, and_(before.district_id == mastered.district_id, before.id == mastered.competency_id))
        .join(link, and_(link.district_id == before.district_id, link.origin_identifier == before.identifier))
        .join(after, and_(after.district_id == link.district_id, after.identifier == link.destination_identifier))
        .where(mastered.district_id == person.district_id, mastered.learner_id == person.id)
        .where(mastered.state == "MASTERED", link.type == "precedes", link.state == "active", after.state == "active")
        .where(~has_begun(person, after.id), ~waits_for_more(person, after))
        .group_by(after.id)
        .correlate(person)
    )


def has_begun(person: Any, competency_id: SQLColumnExpression[UUID]) -> ColumnElement[bool]:  # noqa: ANN401 - a table
    """There is evidence, whatever it says."""
    held = aliased(Mastery)
    return (
        exists()
        .where(
            held.district_id == person.district_id,
            held.learner_id == person.id,
            held.competency_id == competency_id,
            held.state != "NOT_STARTED",
        )
        .correlate_except(held)
    )


def waits_for_more(person: Any, after: type[Competency]) -> ColumnElement[bool]:  # noqa: ANN401 - a table
    """A prerequisite that we hold is not mastered; one in a framework that we do not hold keeps nobody waiting."""
    link, before, held = aliased(CompetencyAssociation), aliased(Competency), aliased(Mastery)
    mastered = (
        select(held.competency_id)
        .where(held.district_id == person.district_id, held.learner_id == person.id, held.state == "MASTERED")
        .correlate_except(held)
    )
    needed = (
        select(before.id)
        .select_from(link)
        .join(before, and_(before.district_id == link.district_id, before.identifier == link.origin_identifier))
        .where(link.district_id == after.district_id, link.destination_identifier == after.identifier)
        .where(link.type == "precedes", link.state == "active", before.state == "active")
        .where(before.id.not_in(mastered))
    )
    return needed.correlate_except(link, before).exists()


def _first_of_grade(person: Any) -> Rows:  # noqa: ANN401 - a table
    """For a learner without any evidence: leaves of the grade that nothing precedes."""
    first, link, held = aliased(Competency), aliased(CompetencyAssociation), aliased(Mastery)
    is_known = (
        exists()
        .where(held.district_id == person.district_id, held.learner_id == person.id, held.state != "NOT_STARTED")
        .correlate_except(held)
    )
    follows = (
        exists()
        .where(
            link.district_id == first.district_id,
            link.destination_identifier == first.identifier,
            link.type.in_(("precedes", "isChildOf")),
            link.state == "active",
        )
        .correlate_except(link)
    )
    return (
        select(
            first.id,
            literal_column("2"),
            literal_column("0.0"),
            literal_column("'NOT_STARTED'"),
            literal_column("'FIRST_OF_GRADE'"),
            literal_column("0"),
            cast(null(), Text),
        )
        .where(
            ~is_known,
            first.district_id == person.district_id,
            first.state == "active",
            person.grades[1] == any_(first.grades),
            ~follows,
        )
        .correlate(person)
    )


def _latest(person: Any, competency_id: Any, stood_on: Any) -> Any:  # noqa: ANN401 - columns and a lateral subquery
    """The latest decision on the step as it stands; what was decided on another standing is history."""
    made = aliased(StepDecision)
    return (
        select(made.decision, made.party, made.recorded_at, made.note, made.person_id)
        .where(
            made.district_id == person.district_id,
            made.learner_id == person.id,
            made.competency_id == competency_id,
            made.stood_on == stood_on,
        )
        .order_by(made.recorded_at.desc(), made.id.desc())
        .limit(1)
        .lateral("decided")
    )


async def is_step(session: AsyncSession, learner_id: UUID, competency_id: UUID) -> int | None:
    """On which version of the learner's mastery the step stands; None where it is no step of the learner's now."""
    step = _steps(Person).subquery("step")
    stood_on = select(step.c.stood_on).where(step.c.competency_id == competency_id).scalar_subquery()
    wanted = select(stood_on).select_from(Person)
    found = wanted.where(Person.district_id == func.trellis_district(), Person.id == learner_id)
    return (await session.execute(found)).scalar_one_or_none()


async def decision_document(session: AsyncSession, decision_id: UUID) -> bytes:
    """One decision in the graph's shape, as the running transaction has it."""
    made, competency = aliased(StepDecision), aliased(Competency)
    document = func.json_build_object(
        "id", made.id, "decision", made.decision, "party", made.party, "at", made.recorded_at, "note", made.note,
        "learnerId", made.learner_id, "competency", competency_reference(competency),
        "personId", made.person_id, type_=JSON,
    )  # fmt: skip
    found = (
        select(cast(document, Text))
        .join(competency, and_(competency.district_id == made.district_id, competency.id == made.competency_id))
        .where(made.district_id == func.trellis_district(), made.id == decision_id)
    )
    return str((await session.execute(found)).scalar_one()).encode()


STEP_SECTIONS: dict[str, Section] = {"nextSteps": Section(_next_steps, StepArguments)}
