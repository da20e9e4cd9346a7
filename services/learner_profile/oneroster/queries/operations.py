"""The 41 read operations of OneRoster rostering as two tables: the collections, and what hangs below one of their objects."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, bindparam, exists, or_, true

from services.learner_profile.roster.models import (
    AcademicSession,
    Class,
    Course,
    Enrollment,
    Org,
    Person,
    PersonRole,
)

Condition = ColumnElement[bool]


def parent_id(collection: str) -> Any:  # noqa: ANN401 - a bind parameter fits any comparison
    """The bind parameter that holds the sourcedId of a parent out of this collection."""
    return bindparam(f"{collection}_id", type_=Text())


def _has_role(role: str, *more: Condition) -> Condition:
    return exists().where(
        PersonRole.district_id == Person.district_id,
        PersonRole.source == Person.source,
        PersonRole.person_sourced_id == Person.sourced_id,
        PersonRole.role == role,
        PersonRole.status == "active",
        *more,
    )


@dataclass(frozen=True)
class Collection:
    """The objects of a resource that satisfy a condition; `one` names them in operation ids."""

    path: str
    one: str
    resource: str
    condition: Condition


def _collection(path: str, one: str, resource: str = "", condition: Condition | None = None) -> Collection:
    return Collection(path, one, resource or path, true() if condition is None else condition)


COLLECTIONS = {
    found.path: found
    for found in (
        _collection("academicSessions", "AcademicSession"),
        _collection("classes", "Class"),
        _collection("courses", "Course"),
        _collection("demographics", "Demographics"),
        _collection("enrollments", "Enrollment"),
        _collection("gradingPeriods", "GradingPeriod", "academicSessions", AcademicSession.type == "gradingPeriod"),
        _collection("orgs", "Org"),
        _collection("schools", "School", "orgs", Org.type == "school"),
        _collection("students", "Student", "users", _has_role("student")),
        _collection("teachers", "Teacher", "users", _has_role("teacher")),
        _collection("terms", "Term", "academicSessions", AcademicSession.type == "term"),
        _collection("users", "User"),
    )
}


@dataclass(frozen=True)
class Operation:
    """A read. `parents` are the collections of the objects it hangs below, `condition` ties it to them."""

    id: str
    path: str
    resource: str
    condition: Condition
    parents: tuple[str, ...] = ()
    single: bool = False


def _reads_of(collection: Collection) -> tuple[Operation, Operation]:
    path, resource, condition = collection.path, collection.resource, collection.condition
    every = f"getAll{path[0].upper()}{path[1:]}"
    return (
        Operation(every, f"/{path}", resource, condition),
        Operation(f"get{collection.one}", f"/{path}/{{sourcedId}}", resource, condition, single=True),
    )


def _nested(
    operation: str, parents: tuple[str, ...], collection: str, condition: Condition, called: str = ""
) -> Operation:
    """`called` is the last step of the path where the collection is wider: who sits in a class as a student is one there."""
    steps = (f"/{parent}/{{{path_parameter(parent)}}}" for parent in parents)
    own = COLLECTIONS[collection]
    path = f"{''.join(steps)}/{called or collection}"
    return Operation(operation, path, own.resource, and_(own.condition, condition), parents)


def path_parameter(collection: str) -> str:
    one = COLLECTIONS[collection].one
    return f"{one[0].lower()}{one[1:]}SourcedId"


def _sits_in_class(role: str, *more: Condition) -> Condition:
    return exists().where(
        Enrollment.district_id == Person.district_id,
        Enrollment.source == Person.source,
        Enrollment.person_sourced_id == Person.sourced_id,
        Enrollment.class_sourced_id == parent_id("classes"),
        Enrollment.role == role,
        Enrollment.status == "active",
        *more,
    )


def _class_of(collection: str, role: str | None = None) -> Condition:
    return exists().where(
        Enrollment.district_id == Class.district_id,
        Enrollment.source == Class.source,
        Enrollment.class_sourced_id == Class.sourced_id,
        Enrollment.person_sourced_id == parent_id(collection),
        Enrollment.status == "active",
        true() if role is None else Enrollment.role == role,
    )


def _course_at_school() -> Condition:
    taught = exists().where(
        Class.district_id == Course.district_id,
        Class.source == Course.source,
        Class.course_sourced_id == Course.sourced_id,
        Class.school_sourced_id == parent_id("schools"),
        Class.status == "active",
    )
    return or_(Course.org_sourced_id == parent_id("schools"), taught)


def _term_at_school() -> Condition:
    """Sessions belong to no org: a school's terms are those that its classes run in, themselves or by a part of them."""
    part = AcademicSession.__table__.alias("part")
    part_runs = (
        exists()
        .where(
            part.c.district_id == AcademicSession.district_id,
            part.c.source == AcademicSession.source,
            part.c.parent_sourced_id == AcademicSession.sourced_id,
            part.c.sourced_id == Class.term_sourced_ids.any_(),
        )
        .correlate(AcademicSession, Class)
    )
    return exists().where(
        Class.district_id == AcademicSession.district_id,
        Class.source == AcademicSession.source,
        Class.school_sourced_id == parent_id("schools"),
        Class.status == "active",
        or_(AcademicSession.sourced_id == Class.term_sourced_ids.any_(), part_runs),
    )


_AT_SCHOOL = PersonRole.org_sourced_id == parent_id("schools")
_ENROLLED_AT_SCHOOL = Enrollment.school_sourced_id == parent_id("schools")
_CLASS_IN_SCHOOL = ("schools", "classes")

_NESTED = (
    _nested("getStudentsForClass", ("classes",), "users", _sits_in_class("student"), "students"),
    _nested("getTeachersForClass", ("classes",), "users", _sits_in_class("teacher"), "teachers"),
    _nested("getClassesForCourse", ("courses",), "classes", Class.course_sourced_id == parent_id("courses")),
    _nested("getClassesForSchool", ("schools",), "classes", Class.school_sourced_id == parent_id("schools")),
    _nested(
        "getEnrollmentsForClassInSchool",
        _CLASS_IN_SCHOOL,
        "enrollments",
        and_(Enrollment.class_sourced_id == parent_id("classes"), _ENROLLED_AT_SCHOOL),
    ),
    _nested(
        "getStudentsForClassInSchool",
        _CLASS_IN_SCHOOL,
        "users",
        _sits_in_class("student", _ENROLLED_AT_SCHOOL),
        "students",
    ),
    _nested(
        "getTeachersForClassInSchool",
        _CLASS_IN_SCHOOL,
        "users",
        _sits_in_class("teacher", _ENROLLED_AT_SCHOOL),
        "teachers",
    ),
    _nested("getCoursesForSchool", ("schools",), "courses", _course_at_school()),
    _nested("getEnrollmentsForSchool", ("schools",), "enrollments", _ENROLLED_AT_SCHOOL),
    _nested("getStudentsForSchool", ("schools",), "users", _has_role("student", _AT_SCHOOL), "students"),
    _nested("getTeachersForSchool", ("schools",), "users", _has_role("teacher", _AT_SCHOOL), "teachers"),
    _nested("getTermsForSchool", ("schools",), "terms", _term_at_school()),
    _nested("getClassesForStudent", ("students",), "classes", _class_of("students", "student")),
    _nested("getClassesForTeacher", ("teachers",), "classes", _class_of("teachers", "teacher")),
    _nested("getClassesForTerm", ("terms",), "classes", parent_id("terms") == Class.term_sourced_ids.any_()),
    _nested(
        "getGradingPeriodsForTerm",
        ("terms",),
        "gradingPeriods",
        AcademicSession.parent_sourced_id == parent_id("terms"),
    ),
    _nested("getClassesForUser", ("users",), "classes", _class_of("users")),
)


OPERATIONS = {
    operation.id: operation
    for operation in (*(read for found in COLLECTIONS.values() for read in _reads_of(found)), *_NESTED)
}
