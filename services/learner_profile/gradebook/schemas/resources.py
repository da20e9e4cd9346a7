"""The objects of the OneRoster gradebook: their members, envelopes and columns, in both versions of the binding."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from services.learner_profile.gradebook import models
from services.learner_profile.gradebook.schemas.members import Moment, Number, Objectives, ScoreDay, Steps
from services.learner_profile.oneroster.schemas.lists import Metadata, Reference
from services.learner_profile.oneroster.schemas.resources import Member, Resource
from services.learner_profile.oneroster.schemas.scalars import Code, Flag, Identity, Instant, Scalar, Word

_STATUSES: Final = ("exempt", "fully graded", "not submitted", "partially graded", "submitted")


@dataclass(frozen=True)
class Entry(Resource):
    """An object of the gradebook. `scope` is the word of its OAuth scopes; `core` opens it to the core scope too."""

    model: Any
    scope: str = "gradebook"
    core: bool = True


def _entry(one: str, many: str, model: Any, members: Mapping[str, Member], **more: Any) -> Entry:  # noqa: ANN401 - a table
    common: dict[str, Member] = {
        "sourcedId": Identity(model.sourced_id),
        "status": Word(model.status, blank="active", vocabulary=("active", "tobedeleted"), closed=True),
        "dateLastModified": Instant(model.date_last_modified),
        "metadata": Metadata(model.metadata_),
    }
    return Entry(one, many, model, {**common, **members}, **more)


def _item_members(model: Any, objectives: Any) -> dict[str, Member]:  # noqa: ANN401 - tables
    return {
        "title": Scalar(model.title, required=True),
        "description": Scalar(model.description),
        "class": Reference(model.class_sourced_id, kind="class"),
        "scoreScale": Reference(model.score_scale_sourced_id, kind="scoreScale"),
        "resultValueMin": Number(model.result_value_min),
        "resultValueMax": Number(model.result_value_max),
        "learningObjectiveSet": Objectives(objectives, model),
    }


def _result_members(model: Any, objectives: Any) -> dict[str, Member]:  # noqa: ANN401 - tables
    return {
        "student": Reference(model.student_sourced_id, required=True, kind="user"),
        "scoreScale": Reference(model.score_scale_sourced_id, kind="scoreScale"),
        "scoreStatus": Word(model.score_status, blank="fully graded", vocabulary=_STATUSES),
        "score": Number(model.score),
        "textScore": Code(model.text_score),
        "scoreDate": ScoreDay(model.score_on, required=True, instant=model.scored_at),
        "comment": Scalar(model.comment),
        "learningObjectiveSet": Objectives(objectives, model),
        "inProgress": Flag(model.in_progress),
        "incomplete": Flag(model.incomplete),
        "late": Flag(model.late),
        "missing": Flag(model.missing),
    }


CATEGORY = _entry(
    "category",
    "categories",
    models.Category,
    {"title": Scalar(models.Category.title, required=True), "weight": Number(models.Category.weight)},
)
LINE_ITEM = _entry(
    "lineItem",
    "lineItems",
    models.LineItem,
    {
        **_item_members(models.LineItem, models.LineItemObjective),
        "assignDate": Moment(models.LineItem.assign_at),
        "dueDate": Moment(models.LineItem.due_at),
        "school": Reference(models.LineItem.school_sourced_id, kind="org"),
        "category": Reference(models.LineItem.category_sourced_id, kind="category"),
        "gradingPeriod": Reference(models.LineItem.grading_period_sourced_id, kind="academicSession"),
        "academicSession": Reference(models.LineItem.academic_session_sourced_id, kind="academicSession"),
    },
)
RESULT = _entry(
    "result",
    "results",
    models.Result,
    {
        **_result_members(models.Result, models.ResultObjective),
        "lineItem": Reference(models.Result.item_sourced_id, required=True, kind="lineItem"),
        "class": Reference(models.Result.class_sourced_id, kind="class"),
    },
    aliases={"lineItem": "lineitem"},
)
SCORE_SCALE = _entry(
    "scoreScale",
    "scoreScales",
    models.ScoreScale,
    {
        "title": Scalar(models.ScoreScale.title, required=True),
        "type": Scalar(models.ScoreScale.type, blank="unspecified"),
        "course": Reference(models.ScoreScale.course_sourced_id, kind="course"),
        "class": Reference(models.ScoreScale.class_sourced_id, kind="class"),
        "scoreScaleValue": Steps(models.ScoreScale.steps),
    },
)
ASSESSMENT_LINE_ITEM = _entry(
    "assessmentLineItem",
    "assessmentLineItems",
    models.AssessmentLineItem,
    {
        **_item_members(models.AssessmentLineItem, models.AssessmentLineItemObjective),
        "parentAssessmentLineItem": Reference(models.AssessmentLineItem.parent_sourced_id, kind="assessmentLineItem"),
    },
    scope="assessment",
    core=False,
)
ASSESSMENT_RESULT = _entry(
    "assessmentResult",
    "assessmentResults",
    models.AssessmentResult,
    {
        **_result_members(models.AssessmentResult, models.AssessmentResultObjective),
        "assessmentLineItem": Reference(
            models.AssessmentResult.item_sourced_id, required=True, kind="assessmentLineItem"
        ),
        "scorePercentile": Number(models.AssessmentResult.percentile),
    },
    scope="assessment",
    core=False,
)

V1P2: Mapping[str, Entry] = {
    found.many: found for found in (CATEGORY, LINE_ITEM, RESULT, SCORE_SCALE, ASSESSMENT_LINE_ITEM, ASSESSMENT_RESULT)
}


def _in_v1p1(entry: Entry, model: Any, objectives: Any, *without: str) -> Entry:  # noqa: ANN401 - tables
    kept = {name: member for name, member in entry.members.items() if name not in without}
    return replace(entry, members={**kept, "learningObjectiveSet": Objectives(objectives, model, shown=False)})


V1P1: Mapping[str, Entry] = {
    "categories": replace(CATEGORY, members={name: CATEGORY.members[name] for name in CATEGORY.members if name != "weight"}),
    "lineItems": _in_v1p1(
        LINE_ITEM, models.LineItem, models.LineItemObjective, "scoreScale", "school", "academicSession"
    ),
    "results": _in_v1p1(
        RESULT, models.Result, models.ResultObjective, "scoreScale", "textScore", "class", "inProgress", "incomplete",
        "late", "missing",
    ),
}  # fmt: skip
