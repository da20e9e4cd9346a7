"""The plain fields of the roster's nouns, in the graph's names and shapes."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import SQLColumnExpression, func, select
from sqlalchemy.dialects.postgresql import JSON, aggregate_order_by
from sqlalchemy.orm import aliased

from kit.graph import EMPTY_LIST, document_of
from services.learner_profile import access
from services.learner_profile.roster.models import Class, Course, Enrollment, Org, Person

Fields = Mapping[str, SQLColumnExpression[Any]]


def person(row: type[Person]) -> Fields:
    given = func.coalesce(func.nullif(row.preferred_first_name, ""), row.given_name)
    family = func.coalesce(func.nullif(row.preferred_last_name, ""), row.family_name)
    return {"id": row.id, "displayName": given + " " + family, "givenName": given, "familyName": family}


def learner(row: type[Person]) -> Fields:
    return {**person(row), "grade": row.grades[1]}


def school(row: type[Org]) -> Fields:
    return {
        "id": row.id,
        "name": row.name,
        "identifier": row.identifier,
        "level": func.upper(row.level),
        "grades": row.grades,
    }


def class_(row: type[Class]) -> Fields:
    return {
        "id": row.id,
        "title": row.title,
        "code": row.class_code,
        "subjects": row.subjects,
        "periods": row.periods,
        "grades": row.grades,
        "teachers": _teachers(row),
    }


def course(row: type[Course]) -> Fields:
    return {"id": row.id, "title": row.title, "code": row.course_code, "subjects": row.subjects}


def json_of(fields: Fields) -> SQLColumnExpression[Any]:
    return document_of(fields, {}, None, ())


def _teachers(class_row: type[Class]) -> SQLColumnExpression[Any]:
    seat, teacher = aliased(Enrollment), aliased(Person)
    listed = aggregate_order_by(json_of(person(teacher)), teacher.family_name, teacher.given_name, teacher.id)
    rows = (
        select(func.coalesce(func.json_agg(listed, type_=JSON), EMPTY_LIST))
        .select_from(seat)
        .join(
            teacher,
            (teacher.district_id == seat.district_id)
            & (teacher.source == seat.source)
            & (teacher.sourced_id == seat.person_sourced_id),
        )
        .where(
            seat.district_id == class_row.district_id,
            seat.source == class_row.source,
            seat.class_sourced_id == class_row.sourced_id,
            seat.role == "teacher",
            access.enrolled_now(seat),
            teacher.status == "active",
        )
    )
    return rows.correlate(class_row).scalar_subquery()
