"""Frameworks and competencies as the graph shows them; every caller of the district may read them."""

from typing import Any

from sqlalchemy import SQLColumnExpression, and_, func, select, true
from sqlalchemy.orm import aliased

from kit.graph import Binds, Noun, Page, Rows, Section, beyond, connection, document_of
from services.learner_profile.competency.models import Competency, Framework
from services.learner_profile.competency.queries.prerequisites import prerequisites

Fields = dict[str, SQLColumnExpression[Any]]


def framework_fields(framework: Any) -> Fields:  # noqa: ANN401 - a table
    return {
        "id": framework.id,
        "identifier": framework.identifier,
        "title": framework.title,
        "subject": framework.subject,
        "version": framework.edition,
        "state": func.upper(framework.state),
    }


def competency_fields(competency: Any) -> Fields:  # noqa: ANN401 - a table
    return {
        "id": competency.id,
        "identifier": competency.identifier,
        "code": competency.code,
        "statement": competency.statement,
        "type": competency.type,
        "grades": competency.grades,
        "frameworkId": competency.framework_id,
        "state": func.upper(competency.state),
    }


def _items(framework: Any, binds: Binds) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    """The active items in the order of their package."""
    competency = aliased(Competency)
    rows: Rows = select(
        competency.id.label("cursor"), document_of(competency_fields(competency), {}, None, ()).label("node")
    ).where(
        competency.district_id == framework.district_id,
        competency.framework_id == framework.id,
        competency.state == "active",
        beyond(competency, ("position", "id"), binds),
    )
    return connection(rows, (competency.position, competency.id), binds, framework)


def _framework(competency: Any, _: Binds) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    framework = aliased(Framework)
    document = document_of(framework_fields(framework), {}, None, ())
    own = and_(framework.district_id == competency.district_id, framework.id == competency.framework_id)
    return select(document).where(own).correlate(competency).scalar_subquery()


FRAMEWORKS = Noun(
    table=aliased(Framework, name="framework_"),
    plain=framework_fields,
    visible=lambda _: true(),
    sections={"items": Section(_items, Page)},
)
COMPETENCIES = Noun(
    table=aliased(Competency, name="competency_"),
    plain=competency_fields,
    visible=lambda _: true(),
    sections={"framework": Section(_framework), "prerequisites": Section(prerequisites)},
)
