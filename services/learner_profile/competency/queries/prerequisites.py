"""What comes before a competency, as every framework of the district tells it."""

from typing import Any

from sqlalchemy import SQLColumnExpression, and_, func, select
from sqlalchemy.dialects.postgresql import JSON, aggregate_order_by
from sqlalchemy.orm import aliased

from kit.graph import EMPTY_LIST, Binds
from services.learner_profile.competency.models import Competency, CompetencyAssociation
from services.learner_profile.competency.queries.references import competency_reference


def prerequisites(competency: Any, _: Binds) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    """The origins of active `precedes` edges, each once however many frameworks tell it, in the order of their packages.

    One step back only, so that a cycle in somebody's data does no harm. A dangling edge, whose origin the district does not
    hold or has withdrawn, is told with `competency` null.
    """
    link, before = aliased(CompetencyAssociation), aliased(Competency)
    told = (
        select(link.origin_identifier.label("identifier"), func.min(link.position).label("position"))
        .where(link.district_id == competency.district_id, link.destination_identifier == competency.identifier)
        .where(link.type == "precedes", link.state == "active")
        .group_by(link.origin_identifier)
        .correlate(competency)
        .subquery()
    )
    held = and_(
        before.district_id == func.trellis_district(),
        before.identifier == told.c.identifier,
        before.state == "active",
    )
    reference = select(competency_reference(before)).where(held).correlate(told).scalar_subquery()
    document = func.json_build_object("identifier", told.c.identifier, "competency", reference, type_=JSON)
    listed = func.json_agg(aggregate_order_by(document, told.c.position, told.c.identifier), type_=JSON)
    return select(func.coalesce(listed, EMPTY_LIST)).select_from(told).scalar_subquery()
