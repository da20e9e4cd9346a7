"""What learners can take up by the order of prerequisites, and who of a class needs the same instruction.

Members of a cycle of prerequisites wait for each other until the framework is mended.
"""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    SQLColumnExpression,
    Uuid,
    and_,
    any_,
    case,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSON, aggregate_order_by
from sqlalchemy.orm import aliased

from kit.graph import EMPTY_LIST, Binds, GraphModel, Section
from services.learner_profile import access
from services.learner_profile.aims.queries import has_begun, waits_for_more
from services.learner_profile.competency.models import Competency, CompetencyAssociation
from services.learner_profile.competency.queries import competency_reference
from services.learner_profile.mastery.models import Mastery
from services.learner_profile.roster.models import Class, Enrollment, Person

MOST_AT_ONCE = 50
Document = Callable[[type[Person]], SQLColumnExpression[Any]]
"""How the graph shows a learner."""


class NeedArguments(GraphModel):
    competency_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=MOST_AT_ONCE)]


class FrontierArguments(GraphModel):
    first: Annotated[int, Field(ge=0, le=MOST_AT_ONCE)] = 10


def class_sections(document: Document) -> dict[str, Section]:
    """Sections of the noun `classes`, which show learners as `document` does."""

    def needs(class_: Any, binds: Binds) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
        """Null for whoever does not lead the class."""
        competency = aliased(Competency)
        order = (competency.framework_id, competency.position, competency.id)
        need = func.json_build_object(
            "competency", competency_reference(competency), "learners", _in_need(class_, competency, document),
            type_=JSON,
        )  # fmt: skip
        listed = (
            select(func.coalesce(func.json_agg(aggregate_order_by(need, *order)), EMPTY_LIST))
            .where(
                competency.district_id == class_.district_id,
                competency.id == any_(binds("competency_ids", ARRAY(Uuid))),
                competency.state == "active",
            )
            .correlate(class_)
            .scalar_subquery()
        )
        return case((access.leads_class(class_), listed))

    return {"needsInstruction": Section(needs, NeedArguments)}


def _in_need(class_: type[Class], competency: type[Competency], document: Document) -> SQLColumnExpression[Any]:
    """Learners of the class for whom it has begun and is not mastered, or who have all it needs and have not begun."""
    seat, learner = aliased(Enrollment), aliased(Person)
    begun = has_begun(learner, competency.id)
    is_next = or_(and_(begun, ~_is_mastered(learner, competency)), and_(~begun, ~waits_for_more(learner, competency)))
    listed = aggregate_order_by(document(learner), learner.family_name, learner.given_name, learner.id)
    rows = (
        select(func.coalesce(func.json_agg(listed), EMPTY_LIST))
        .select_from(learner)
        .where(
            learner.district_id == class_.district_id,
            learner.source == class_.source,
            exists()
            .where(
                seat.district_id == learner.district_id,
                seat.source == learner.source,
                seat.person_sourced_id == learner.sourced_id,
                seat.class_sourced_id == class_.sourced_id,
                seat.role == "student",
                access.enrolled_now(seat),
            )
            .correlate(learner, class_),
            access.visible_learner(learner),
            is_next,
        )
    )
    return rows.correlate(class_, competency).scalar_subquery()


def _is_mastered(learner: type[Person], competency: type[Competency]) -> ColumnElement[bool]:
    held = aliased(Mastery)
    return (
        exists()
        .where(
            held.district_id == learner.district_id,
            held.learner_id == learner.id,
            held.competency_id == competency.id,
            held.state == "MASTERED",
        )
        .correlate_except(held)
    )


def _frontier(person: Any, binds: Binds) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    """Begins at what is mastered, so that it costs what the learner knows and not what the frameworks hold."""
    held, before, link, after = (
        aliased(Mastery),
        aliased(Competency),
        aliased(CompetencyAssociation),
        aliased(Competency),
    )
    opened_by = aggregate_order_by(competency_reference(before), before.code, before.id)
    node = func.json_build_object(
        "competency", competency_reference(after), "prerequisites", func.json_agg(opened_by), type_=JSON
    )
    page = (
        select(node.label("node"))
        .select_from(held)
        .join(before, and_(before.district_id == held.district_id, before.id == held.competency_id))
        .join(link, and_(link.district_id == before.district_id, link.origin_identifier == before.identifier))
        .join(after, and_(after.district_id == link.district_id, after.identifier == link.destination_identifier))
        .where(held.district_id == person.district_id, held.learner_id == person.id, held.state == "MASTERED")
        .where(link.type == "precedes", link.state == "active", after.state == "active")
        .where(~has_begun(person, after.id), ~waits_for_more(person, after))
        .group_by(after.district_id, after.id)
        .order_by(after.framework_id, after.position, after.id)
        .limit(binds("first", Integer))
        .correlate(person)
        .subquery()
    )
    return select(func.coalesce(func.json_agg(page.c.node), EMPTY_LIST)).scalar_subquery()


LEARNER_SECTIONS = {"frontier": Section(_frontier, FrontierArguments)}
