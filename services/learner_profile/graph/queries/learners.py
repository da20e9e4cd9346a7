"""Learners, with the sections that a page may ask for."""

from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from kit.graph import EMPTY_LIST, Binds, Noun, Section
from services.learner_profile import access
from services.learner_profile.aims import queries as aims
from services.learner_profile.day import queries as day
from services.learner_profile.demonstration import queries as demonstration
from services.learner_profile.evidence import queries as evidence
from services.learner_profile.graph.queries import documents
from services.learner_profile.insight import queries as insight
from services.learner_profile.mastery import queries as mastery
from services.learner_profile.pathway import queries as pathway
from services.learner_profile.plan import queries as plan
from services.learner_profile.privacy.queries import disclosures as privacy
from services.learner_profile.profile import queries as profile
from services.learner_profile.roster.models import Class, Enrollment, Org, Person, SchoolEnrollment

_LEARNER = aliased(Person, name="learner")


def _classes(learner: type[Person], _: Binds) -> SQLColumnExpression[Any]:
    seat, class_ = aliased(Enrollment), aliased(Class)
    listed = aggregate_order_by(documents.json_of(documents.class_(class_)), class_.title, class_.id)
    rows = (
        select(func.coalesce(func.json_agg(listed), EMPTY_LIST))
        .select_from(seat)
        .join(
            class_,
            (class_.district_id == seat.district_id)
            & (class_.source == seat.source)
            & (class_.sourced_id == seat.class_sourced_id),
        )
        .where(
            seat.district_id == learner.district_id,
            seat.source == learner.source,
            seat.person_sourced_id == learner.sourced_id,
            seat.role == "student",
            access.enrolled_now(seat),
            class_.status == "active",
            access.running(class_),
        )
    )
    return rows.correlate(learner).scalar_subquery()


def _school(learner: type[Person], _: Binds) -> SQLColumnExpression[Any]:
    place, school = aliased(SchoolEnrollment), aliased(Org)
    rows = (
        select(documents.json_of(documents.school(school)))
        .select_from(place)
        .join(school, (school.district_id == place.district_id) & (school.id == place.school_id))
        .where(place.district_id == learner.district_id, place.learner_id == learner.id, access.in_force(place))
        .order_by(place.is_primary.desc(), place.school_id)
        .limit(1)
    )
    return rows.correlate(learner).scalar_subquery()


def _visible(person: type[Person]) -> ColumnElement[bool]:
    return access.is_learner(person) & access.visible_learner(person)


LEARNERS = Noun(
    table=_LEARNER,
    plain=documents.learner,
    visible=_visible,
    sections={
        "classes": Section(_classes),
        "school": Section(_school),
        **mastery.SECTIONS,
        **evidence.SECTIONS,
        **aims.SECTIONS,
        **day.LEARNER_SECTIONS,
        **demonstration.LEARNER_SECTIONS,
        **insight.LEARNER_SECTIONS,
        **privacy.LEARNER_SECTIONS,
        **profile.SECTIONS,
        **plan.LEARNER_SECTIONS,
        **pathway.LEARNER_SECTIONS,
    },
)
