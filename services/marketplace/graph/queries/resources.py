"""Listings by id, and by the competency they serve."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Float, SQLColumnExpression, cast, func, literal_column, select
from sqlalchemy.dialects.postgresql import JSON, aggregate_order_by
from sqlalchemy.orm import aliased

from kit.graph import EMPTY_LIST, Binds, Noun, Page, Rows, Section, beyond, connection, document_of
from services.marketplace.catalog.models import Alignment, Resource
from services.marketplace.heard.models import Competency

Fields = Mapping[str, SQLColumnExpression[Any]]
_RESOURCE = aliased(Resource, name="resource_")
_COMPETENCY = aliased(Competency, name="competency_")


def listed(resource: type[Resource]) -> ColumnElement[bool]:
    """Open to everybody of the district until it is retired."""
    return resource.approval != "retired"


def fields(resource: type[Resource], reasons: SQLColumnExpression[Any] = EMPTY_LIST) -> Fields:
    return {
        "id": resource.id,
        "title": resource.title,
        "kind": resource.kind,
        "description": resource.description,
        "url": resource.url,
        "launchUrl": resource.url,
        "keywords": resource.keywords,
        "licence": resource.licence,
        "language": resource.language,
        "grades": resource.grades,
        "approval": func.upper(resource.approval),
        "reasons": reasons,
        "alignments": _alignments(resource),
    }


def json_of(named: Fields) -> SQLColumnExpression[Any]:
    return document_of(named, {}, None, ())


def _alignments(resource: type[Resource]) -> SQLColumnExpression[Any]:
    """The competencies that we have heard of; an alignment to one we have not waits unseen."""
    alignment, competency = aliased(Alignment), aliased(Competency)
    served = {"id": competency.id, "identifier": competency.identifier, "code": competency.code}
    entry = func.json_build_object("competency", json_of(served), "strength", cast(alignment.strength, Float))
    order = (alignment.strength.desc(), competency.code, competency.id)
    rows = (
        select(func.coalesce(func.json_agg(aggregate_order_by(entry, *order), type_=JSON), EMPTY_LIST))
        .select_from(alignment)
        .join(
            competency,
            (competency.district_id == alignment.district_id)
            & (competency.identifier == alignment.identifier)
            & (competency.state == "active"),
        )
        .where(alignment.district_id == resource.district_id, alignment.resource_id == resource.id)
    )
    return rows.correlate(resource).scalar_subquery()


def _resources(competency: type[Competency], binds: Binds) -> SQLColumnExpression[Any]:
    """The listings that serve a competency, the closest first."""
    alignment, resource = aliased(Alignment), aliased(Resource)
    because = func.json_build_array(
        literal_column("'Aligned to '") + func.coalesce(competency.code, competency.identifier)
    )
    rows: Rows = (
        select(resource.id.label("cursor"), json_of(fields(resource, because)).label("node"))
        .select_from(alignment)
        .join(resource, (resource.district_id == alignment.district_id) & (resource.id == alignment.resource_id))
        .where(
            alignment.district_id == competency.district_id,
            alignment.identifier == competency.identifier,
            listed(resource),
            beyond(resource, ("id",), binds),
        )
    )
    return connection(rows, (resource.id,), binds, competency)


RESOURCES = Noun(table=_RESOURCE, plain=fields, visible=listed)
COMPETENCIES = Noun(
    table=_COMPETENCY,
    plain=lambda row: {"id": row.id, "identifier": row.identifier, "code": row.code},
    visible=lambda row: row.state == "active",
    sections={"resources": Section(_resources, Page)},
)
