"""Schools and the district itself; everybody of the district may know them, and their people only as access allows."""

from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, func, select
from sqlalchemy.orm import aliased

from kit.graph import Binds, Noun, Page, Rows, Section, Single, beyond, connection
from services.learner_profile import access
from services.learner_profile.graph.queries import documents
from services.learner_profile.insight import queries as insight
from services.learner_profile.roster.models import Class, District, Org, Person, SchoolEnrollment
from services.learner_profile.source import queries as source

_SCHOOL = aliased(Org, name="school")


def _known(school: type[Org]) -> ColumnElement[bool]:
    return (school.type == "school") & (school.status == "active")


def _learners(school: type[Org], binds: Binds) -> SQLColumnExpression[Any]:
    place, learner = aliased(SchoolEnrollment), aliased(Person)
    order = (learner.family_name, learner.given_name, learner.id)
    rows: Rows = (
        select(learner.id.label("cursor"), documents.json_of(documents.learner(learner)).label("node"))
        .select_from(place)
        .join(learner, (learner.district_id == place.district_id) & (learner.id == place.learner_id))
        .where(
            place.district_id == school.district_id,
            place.school_id == school.id,
            access.in_force(place),
            access.visible_learner(learner),
            beyond(learner, ("family_name", "given_name", "id"), binds),
        )
    )
    return connection(rows, order, binds, school)


def _classes(school: type[Org], binds: Binds) -> SQLColumnExpression[Any]:
    class_ = aliased(Class)
    rows: Rows = select(class_.id.label("cursor"), documents.json_of(documents.class_(class_)).label("node")).where(
        class_.district_id == school.district_id,
        class_.source == school.source,
        class_.school_sourced_id == school.sourced_id,
        access.visible_class(class_),
        beyond(class_, ("title", "id"), binds),
    )
    return connection(rows, (class_.title, class_.id), binds, school)


SCHOOLS = Noun(
    table=_SCHOOL,
    plain=documents.school,
    visible=_known,
    sections={"learners": Section(_learners, Page), "classes": Section(_classes, Page), **insight.SCHOOL_SECTIONS},
)


def _schools(district: type[District], binds: Binds) -> SQLColumnExpression[Any]:
    school = aliased(Org)
    rows: Rows = select(school.id.label("cursor"), documents.json_of(documents.school(school)).label("node")).where(
        school.district_id == district.district_id,
        _known(school),
        beyond(school, ("name", "id"), binds),
    )
    return connection(rows, (school.name, school.id), binds, district)


def _district(row: type[District]) -> documents.Fields:
    return {"id": row.district_id, "name": row.name, "slug": row.slug, "timeZone": row.time_zone}


DISTRICT = Single(
    table=aliased(District, name="own_district"),
    plain=_district,
    where=lambda row: row.district_id == func.trellis_district(),
    sections={"schools": Section(_schools, Page), **insight.DISTRICT_SECTIONS, **source.DISTRICT_SECTIONS},
)
