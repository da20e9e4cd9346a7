"""Classes, open to those who may see one of their members' records or work at the class's school."""

from typing import Any

from sqlalchemy import SQLColumnExpression, select
from sqlalchemy.orm import aliased

from kit.graph import Binds, Noun, Page, Rows, Section, beyond, connection
from services.learner_profile import access
from services.learner_profile.day import queries as day
from services.learner_profile.graph.queries import documents
from services.learner_profile.insight import queries as insight
from services.learner_profile.pathway import queries as pathway
from services.learner_profile.roster.models import Class, Course, Enrollment, Org, Person

_CLASS = aliased(Class, name="class_")


def _learners(class_: type[Class], binds: Binds) -> SQLColumnExpression[Any]:
    seat, learner = aliased(Enrollment), aliased(Person)
    rows: Rows = (
        select(learner.id.label("cursor"), documents.json_of(documents.learner(learner)).label("node"))
        .select_from(seat)
        .join(
            learner,
            (learner.district_id == seat.district_id)
            & (learner.source == seat.source)
            & (learner.sourced_id == seat.person_sourced_id),
        )
        .where(
            seat.district_id == class_.district_id,
            seat.source == class_.source,
            seat.class_sourced_id == class_.sourced_id,
            seat.role == "student",
            access.enrolled_now(seat),
            access.visible_learner(learner),
            beyond(learner, ("family_name", "given_name", "id"), binds),
        )
    )
    return connection(rows, (learner.family_name, learner.given_name, learner.id), binds, class_)


def _school(class_: type[Class], _: Binds) -> SQLColumnExpression[Any]:
    school = aliased(Org)
    rows = select(documents.json_of(documents.school(school))).where(
        school.district_id == class_.district_id,
        school.source == class_.source,
        school.sourced_id == class_.school_sourced_id,
    )
    return rows.correlate(class_).scalar_subquery()


def _course(class_: type[Class], _: Binds) -> SQLColumnExpression[Any]:
    course = aliased(Course)
    rows = select(documents.json_of(documents.course(course))).where(
        course.district_id == class_.district_id,
        course.source == class_.source,
        course.sourced_id == class_.course_sourced_id,
    )
    return rows.correlate(class_).scalar_subquery()


CLASSES = Noun(
    table=_CLASS,
    plain=documents.class_,
    visible=access.visible_class,
    sections={
        "learners": Section(_learners, Page),
        "school": Section(_school),
        "course": Section(_course),
        **day.CLASS_SECTIONS,
        **insight.CLASS_SECTIONS,
        **pathway.class_sections(lambda learner: documents.json_of(documents.learner(learner))),
    },
)
