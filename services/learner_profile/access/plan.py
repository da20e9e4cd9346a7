"""Who counts as a party to a learner's plan now, and by what right the caller sees a learner."""

from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, Text, and_, any_, case, exists, func, null, or_, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import aliased

from services.learner_profile.access.caller import (
    CALLER,
    SEES_EVERY_LEARNER,
    WARDS,
    all_of,
    enrolled_now,
    goes_on_seeing,
    holds_role,
    in_force,
    of_age,
    one,
    running,
)
from services.learner_profile.access.learners import PersonTable, at_a_school_i_serve, taught_by_me
from services.learner_profile.roster.models import Class, Enrollment, Guardianship, Person

Id = SQLColumnExpression[Any]


def takes_part(party: SQLColumnExpression[str], person_id: Id, learner_id: Id) -> ColumnElement[bool]:
    """Who once took part as this party still may: an answer counts no longer than its giver's right to give it."""
    return case(
        (party == "GUARDIAN", guards(person_id, learner_id)),
        (party == "TEACHER", _teaches(person_id, learner_id)),
        else_=person_id == learner_id,
    )


def guards(person_id: Id, learner_id: Id) -> ColumnElement[bool]:
    """The person holds a guardian's rights in the learner's records now, by the rule for the caller's own."""
    held, person = aliased(Guardianship), aliased(Person)
    return exists(
        select(held.learner_id)
        .join(person, and_(person.district_id == held.district_id, person.id == held.guardian_id))
        .where(
            held.district_id == func.trellis_district(),
            held.guardian_id == person_id,
            held.learner_id == learner_id,
            person.status == "active",
            in_force(held),
            or_(held.kind == "court_restriction", ~of_age(held.learner_id), goes_on_seeing(held)),
        )
        .group_by(held.learner_id)
        .having(func.bool_or(held.kind == "rights_holder") & ~func.bool_or(held.kind == "court_restriction"))
        .correlate_except(held, person)
    )


def viewer_rights(learner: PersonTable) -> SQLColumnExpression[Any]:
    """By what right the caller sees the learner's records, each right that the caller has; a system has none of these."""
    rights = {
        "SELF": learner.id == one(CALLER.c.id),
        "GUARDIAN": learner.id == any_(all_of(WARDS.c.learner_id)),
        "TEACHER": taught_by_me(learner),
        "SCHOOL": at_a_school_i_serve(learner),
        "DISTRICT": holds_role(*SEES_EVERY_LEARNER),
    }
    named: list[SQLColumnExpression[str | None]] = [case((holds, right)) for right, holds in rights.items()]
    return func.to_json(func.array_remove(array[Any](named, type_=Text()), null()))


def _teaches(person_id: Id, learner_id: Id) -> ColumnElement[bool]:
    """The person teaches a class now in which the learner sits now."""
    teacher, lesson, class_ = aliased(Person), aliased(Enrollment), aliased(Class)
    learner, seat = aliased(Person), aliased(Enrollment)
    tables = (teacher, lesson, class_, learner, seat)
    return (
        exists()
        .where(
            teacher.district_id == func.trellis_district(),
            teacher.id == person_id,
            teacher.status == "active",
            learner.district_id == teacher.district_id,
            learner.id == learner_id,
            learner.source == teacher.source,
            *_sits(lesson, teacher, "teacher"),
            *_sits(seat, learner, "student"),
            lesson.class_sourced_id == seat.class_sourced_id,
            class_.district_id == teacher.district_id,
            class_.source == teacher.source,
            class_.sourced_id == seat.class_sourced_id,
            class_.status == "active",
            running(class_),
        )
        .correlate_except(*tables)
    )


def _sits(seat: type[Enrollment], person: type[Person], role: str) -> tuple[ColumnElement[bool], ...]:
    return (
        seat.district_id == person.district_id,
        seat.source == person.source,
        seat.person_sourced_id == person.sourced_id,
        seat.role == role,
        enrolled_now(seat),
    )
