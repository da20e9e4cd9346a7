"""The read operations of the OneRoster gradebook as a table: every collection, its objects, and what hangs below a parent."""

from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import ColumnElement, Text, and_, bindparam, exists, or_, true

from services.learner_profile.gradebook.models import Category, LineItem, Result, ScoreScale
from services.learner_profile.gradebook.schemas.members import named
from services.learner_profile.roster.models import AcademicSession, Class, Org, Person

Condition = ColumnElement[bool]
ROSTER_SOURCE: Any = bindparam("roster_source", type_=Text())


@dataclass(frozen=True)
class Parent:
    """An object that a collection hangs below: what it is called in paths, and where it stands."""

    path: str
    parameter: str
    model: Any
    condition: Condition = field(default_factory=true)

    @property
    def in_roster(self) -> bool:
        return self.model is not LineItem


PARENTS: Final = {
    parent.path: parent
    for parent in (
        Parent("classes", "classSourcedId", Class),
        Parent("schools", "schoolSourcedId", Org, Org.type == "school"),
        Parent("students", "studentSourcedId", Person),
        Parent("academicSessions", "academicSessionSourcedId", AcademicSession),
        Parent("lineItems", "lineItemSourcedId", LineItem),
    )
}


@dataclass(frozen=True)
class Operation:
    """A read. `parents` are the objects it hangs below, `condition` ties it to them."""

    id: str
    path: str
    resource: str
    condition: Condition = field(default_factory=true)
    parents: tuple[str, ...] = ()
    single: bool = False


def path_below(parents: tuple[str, ...], collection: str) -> str:
    steps = (f"/{name}/{{{PARENTS[name].parameter}}}" for name in parents)
    return f"{''.join(steps)}/{collection}"


def _below(operation: str, parents: tuple[str, ...], collection: str, condition: Condition) -> Operation:
    return Operation(operation, path_below(parents, collection), collection, condition, parents)


def _collection(path: str, one: str) -> tuple[Operation, Operation]:
    every = f"getAll{path[0].upper()}{path[1:]}"
    return (
        Operation(every, f"/{path}", path),
        Operation(f"get{one}", f"/{path}/{{sourcedId}}", path, single=True),
    )


_ITEM_OF_CLASS = and_(LineItem.roster_source == ROSTER_SOURCE, LineItem.class_sourced_id == named("classes"))
_RESULT_OF_CLASS = or_(
    and_(Result.roster_source == ROSTER_SOURCE, Result.class_sourced_id == named("classes")),
    exists().where(
        LineItem.district_id == Result.district_id,
        LineItem.source == Result.source,
        LineItem.sourced_id == Result.item_sourced_id,
        _ITEM_OF_CLASS,
    ),
)
_SCALE_OF_SCHOOL = exists().where(
    Class.district_id == ScoreScale.district_id,
    Class.source == ScoreScale.roster_source,
    Class.sourced_id == ScoreScale.class_sourced_id,
    Class.school_sourced_id == named("schools"),
)


def _operations() -> dict[str, Operation]:
    category_of_class = exists().where(
        LineItem.district_id == Category.district_id,
        LineItem.source == Category.source,
        LineItem.category_sourced_id == Category.sourced_id,
        LineItem.status == "active",
        _ITEM_OF_CLASS,
    )
    reads = (
        *_collection("categories", "Category"),
        *_collection("lineItems", "LineItem"),
        *_collection("results", "Result"),
        *_collection("scoreScales", "ScoreScale"),
        *_collection("assessmentLineItems", "AssessmentLineItem"),
        *_collection("assessmentResults", "AssessmentResult"),
        _below("getCategoriesForClass", ("classes",), "categories", category_of_class),
        _below("getLineItemsForClass", ("classes",), "lineItems", _ITEM_OF_CLASS),
        _below("getResultsForClass", ("classes",), "results", _RESULT_OF_CLASS),
        _below(
            "getResultsForLineItemForClass",
            ("classes", "lineItems"),
            "results",
            and_(Result.item_sourced_id == named("lineItems"), _RESULT_OF_CLASS),
        ),
        _below(
            "getResultsForStudentForClass",
            ("classes", "students"),
            "results",
            and_(
                Result.roster_source == ROSTER_SOURCE,
                Result.student_sourced_id == named("students"),
                _RESULT_OF_CLASS,
            ),
        ),
        _below(
            "getScoreScalesForClass",
            ("classes",),
            "scoreScales",
            and_(ScoreScale.roster_source == ROSTER_SOURCE, ScoreScale.class_sourced_id == named("classes")),
        ),
        _below(
            "getScoreScalesForSchool",
            ("schools",),
            "scoreScales",
            or_(ScoreScale.org_sourced_id == named("schools"), _SCALE_OF_SCHOOL),
        ),
    )
    return {operation.id: operation for operation in reads}


OPERATIONS: Final = _operations()
