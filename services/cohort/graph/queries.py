"""Schools as a program sees them, and programs."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, case, func, literal_column, select
from sqlalchemy.dialects.postgresql import JSON, aggregate_order_by
from sqlalchemy.orm import aliased

from kit.graph import EMPTY_LIST, Binds, Noun, Page, Rows, Section, beyond, connection, document_of
from services.cohort.program.models import Cohort, Placement, Program
from services.cohort.school.models import School

Fields = Mapping[str, SQLColumnExpression[Any]]
_SCHOOL = aliased(School, name="school")
_PROGRAM = aliased(Program, name="program")


def _everybody(row: type[School] | type[Program]) -> ColumnElement[bool]:
    """Open to everybody of the district."""
    return row.district_id == func.trellis_district()


def _cohort(row: type[Cohort]) -> Fields:
    today = select(func.trellis_today()).scalar_subquery()
    phase = case(
        (today < row.begins_on, "PLANNED"),
        (today < row.launches_on, "PLANNING"),
        (today < row.ends_on, "IMPLEMENTING"),
        else_="SUSTAINING",
    )
    return {
        "id": row.id,
        "name": row.name,
        "programId": row.program_id,
        "phase": phase,
        "window": func.json_build_object("from", row.begins_on, "to", row.ends_on),
        "capacity": func.json_build_object("schools", row.capacity, "used", _used(row)),
        "schools": _schools(row),
    }


def _used(cohort: type[Cohort]) -> SQLColumnExpression[int]:
    place = aliased(Placement)
    counted = select(func.count()).where(
        place.district_id == cohort.district_id, place.cohort_id == cohort.id, place.state == "active"
    )
    return counted.correlate(cohort).scalar_subquery()


def _schools(cohort: type[Cohort]) -> SQLColumnExpression[Any]:
    place, school = aliased(Placement), aliased(School)
    listed = aggregate_order_by(func.json_build_object("id", school.id, "name", school.name), school.name)
    rows = (
        select(func.coalesce(func.json_agg(listed, type_=JSON), EMPTY_LIST))
        .select_from(place)
        .join(school, (school.district_id == place.district_id) & (school.id == place.school_id))
        .where(place.district_id == cohort.district_id, place.cohort_id == cohort.id, place.state == "active")
    )
    return rows.correlate(cohort).scalar_subquery()


def _json(fields: Fields) -> SQLColumnExpression[Any]:
    return document_of(fields, {}, None, ())


def _cohort_of_school(school: type[School], _: Binds) -> SQLColumnExpression[Any]:
    """The school's cohort; of several programs, that of the place that was given last."""
    place, cohort = aliased(Placement), aliased(Cohort)
    rows = (
        select(_json(_cohort(cohort)))
        .select_from(place)
        .join(cohort, (cohort.district_id == place.district_id) & (cohort.id == place.cohort_id))
        .where(place.district_id == school.district_id, place.school_id == school.id, place.state == "active")
        .order_by(place.recorded_at.desc(), place.id)
        .limit(1)
    )
    return rows.correlate(school).scalar_subquery()


def _cohorts(program: type[Program], _: Binds) -> SQLColumnExpression[Any]:
    cohort = aliased(Cohort)
    listed = aggregate_order_by(_json(_cohort(cohort)), cohort.position, cohort.id)
    rows = select(func.coalesce(func.json_agg(listed, type_=JSON), EMPTY_LIST)).where(
        cohort.district_id == program.district_id, cohort.program_id == program.id
    )
    return rows.correlate(program).scalar_subquery()


def _placements(program: type[Program], binds: Binds) -> SQLColumnExpression[Any]:
    place, cohort, school = aliased(Placement), aliased(Cohort), aliased(School)
    node = {
        "id": place.id,
        "school": func.json_build_object("id", school.id, "name", school.name),
        "cohortId": cohort.id,
        "cohortName": cohort.name,
        "version": place.version,
        "placedOn": func.to_char(place.recorded_at, literal_column("'YYYY-MM-DD'")),
        "reason": place.reason,
    }
    rows: Rows = (
        select(place.id.label("cursor"), _json(node).label("node"))
        .select_from(place)
        .join(cohort, (cohort.district_id == place.district_id) & (cohort.id == place.cohort_id))
        .join(school, (school.district_id == place.district_id) & (school.id == place.school_id))
        .where(
            place.district_id == program.district_id,
            place.program_id == program.id,
            place.state == "active",
            beyond(place, ("id",), binds),
        )
    )
    return connection(rows, (place.id,), binds, program)


def _school_fields(row: type[School]) -> Fields:
    return {"id": row.id, "name": row.name}


def _program_fields(row: type[Program]) -> Fields:
    return {"id": row.id, "name": row.name, "mode": func.upper(row.mode), "mandate": row.mandate}


SCHOOLS = Noun(
    table=_SCHOOL,
    plain=_school_fields,
    visible=_everybody,
    sections={"cohort": Section(_cohort_of_school)},
)
PROGRAMS = Noun(
    table=_PROGRAM,
    plain=_program_fields,
    visible=_everybody,
    sections={"cohorts": Section(_cohorts), "placements": Section(_placements, Page)},
)
