"""People by their names, and the caller."""

from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, exists, func, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from kit.graph import EMPTY_LIST, Binds, Noun, Page, Rows, Section, Single, beyond, connection
from services.learner_profile import access
from services.learner_profile.graph.queries import documents
from services.learner_profile.insight import queries as insight
from services.learner_profile.roster.models import Org, Person, SchoolEnrollment, StaffAssignment

_PERSON = aliased(Person, name="someone")
_ME = aliased(Person, name="me")


def _known(person: type[Person]) -> ColumnElement[bool]:
    """Everybody of the district may know who its staff are; a learner's name is a learner's record."""
    post = aliased(StaffAssignment)
    is_staff = exists().where(
        post.district_id == person.district_id, post.person_id == person.id, access.in_force(post)
    )
    return (person.status == "active") & or_(
        person.id == func.trellis_person(), is_staff, access.visible_learner(person)
    )


def _me(row: type[Person]) -> documents.Fields:
    return {**documents.person(row), "learnerId": _own_learner_id(row), "roles": _roles(row)}


def _own_learner_id(row: type[Person]) -> SQLColumnExpression[Any]:
    place = aliased(SchoolEnrollment)
    is_learner = select(place.learner_id).where(
        place.district_id == row.district_id, place.learner_id == row.id, access.in_force(place)
    )
    return is_learner.correlate(row).limit(1).scalar_subquery()


def _roles(row: type[Person]) -> SQLColumnExpression[Any]:
    post, org = aliased(StaffAssignment), aliased(Org)
    entry = func.json_build_object("role", func.upper(post.role), "orgId", post.org_id, "orgName", org.name)
    listed = aggregate_order_by(entry, post.role, post.org_id)
    rows = (
        select(func.coalesce(func.json_agg(listed), EMPTY_LIST))
        .select_from(post)
        .outerjoin(org, (org.district_id == post.district_id) & (org.id == post.org_id))
        .where(post.district_id == row.district_id, post.person_id == row.id, access.in_force(post))
    )
    return rows.correlate(row).scalar_subquery()


def _visible_learners(me: type[Person], binds: Binds) -> SQLColumnExpression[Any]:
    learner = aliased(Person)
    rows: Rows = select(learner.id.label("cursor"), documents.json_of(documents.learner(learner)).label("node")).where(
        learner.district_id == me.district_id,
        learner.id.in_(access.learners_near_me()),
        access.is_learner(learner),
        access.visible_learner(learner),
        beyond(learner, ("family_name", "given_name", "id"), binds),
    )
    return connection(rows, (learner.family_name, learner.given_name, learner.id), binds, me)


PERSONS = Noun(table=_PERSON, plain=documents.person, visible=_known)
ME = Single(
    table=_ME,
    plain=_me,
    where=lambda row: (
        (row.district_id == func.trellis_district())
        & (row.id == func.trellis_person())
        & (row.status == "active")
        & row.enabled
    ),
    sections={"visibleLearners": Section(_visible_learners, Page), **insight.ME_SECTIONS},
)
