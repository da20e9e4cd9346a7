"""The shapes of entries, one for each kind; they are stored as they are and shown as they are stored."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, HttpUrl, PlainSerializer, TypeAdapter, computed_field, model_validator

from kit.graph import GraphModel
from kit.stored import storable
from services.learner_profile.profile.domain import normalised


def _secure(url: str) -> str:
    if TypeAdapter(HttpUrl).validate_python(url).scheme != "https":
        raise ValueError("is not an https address")
    return url


Text = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(storable)]
Note = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(storable)]
Link = Annotated[str, Field(max_length=2000), AfterValidator(storable), AfterValidator(_secure)]
_AS_NUMBER = PlainSerializer(float, return_type=float, when_used="json")
Number = Annotated[Decimal, Field(ge=-1_000_000, le=1_000_000, max_digits=12, decimal_places=4), _AS_NUMBER]
Basis = Literal["STATED", "OBSERVED"]


class Subscore(GraphModel):
    name: Text
    score: Number


class AssessmentResult(GraphModel):
    """Family 1. `assessment` is the identifier of its definition; `previousScore` makes growth visible."""

    kind: Literal["ASSESSMENT_RESULT"]
    assessment: Text
    score: Number
    performance_level: Text | None = None
    previous_score: Number | None = None
    subscores: Annotated[tuple[Subscore, ...], Field(max_length=50)] = ()


class CourseRecord(GraphModel):
    """Family 2: a course and what came of it."""

    kind: Literal["COURSE_RECORD"]
    title: Text
    course_code: Text | None = None
    term: Text
    state: Literal["PLANNED", "ENROLLED", "COMPLETED", "WITHDRAWN", "TRANSFERRED_IN"]
    grade: Text | None = None
    credits: Annotated[Decimal, Field(ge=0, le=100, max_digits=6, decimal_places=3), _AS_NUMBER] | None = None


class SkillRating(GraphModel):
    """Family 3. Who rates follows from who speaks; a system says it."""

    kind: Literal["SKILL_RATING"]
    skill: Literal["COMMUNICATION", "COLLABORATION", "CREATIVITY", "CRITICAL_THINKING"]
    rater: Literal["SELF", "TEACHER", "PEER"] | None = None
    rating: Number
    scale_min: Number
    scale_max: Number
    comment: Note | None = None

    @model_validator(mode="after")
    def _lies_on_its_scale(self) -> Self:
        if not self.scale_min <= self.rating <= self.scale_max or self.scale_min == self.scale_max:
            raise ValueError("the rating lies outside its scale")
        return self

    @computed_field  # type: ignore[prop-decorator]  # Pydantic's own way
    @property
    def normalised(self) -> float:
        """Where the rating lies on its scale, from 0 to 1."""
        return float(normalised(self.rating, self.scale_min, self.scale_max))


class Milestone(GraphModel):
    """Family 4: a step on the way to college."""

    kind: Literal["MILESTONE"]
    type: Literal["FAFSA", "APPLICATION", "VISIT", "ENTRANCE_EXAM", "OTHER"]
    title: Text
    due_on: date | None = None
    state: Literal["NOT_STARTED", "IN_PROGRESS", "SUBMITTED", "VERIFIED", "WAIVED"]
    reason: Note | None = None

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if self.state == "WAIVED" and not self.reason:
            raise ValueError("a waiver says why")
        return self


class Interest(GraphModel):
    """Family 5, beside goals."""

    kind: Literal["INTEREST"]
    label: Text
    basis: Basis


class Preference(GraphModel):
    """Family 6: conditions that help, stated or observed, never a fixed type of learner."""

    kind: Literal["PREFERENCE"]
    aspect: Literal["MODALITY", "GROUPING", "PACE", "ENVIRONMENT"]
    statement: Text
    basis: Basis
    is_retired: bool = False


class PortfolioItem(GraphModel):
    """Work of the learner's; a draft is seen by the learner alone."""

    kind: Literal["PORTFOLIO_ITEM"]
    title: Text
    url: Link
    state: Literal["DRAFT", "SHARED", "FEATURED"]
    description: Note | None = None
    evidence_ids: Annotated[tuple[Text, ...], Field(max_length=50)] = ()


class InventoryValue(GraphModel):
    name: Text
    value: Text


class InventoryResult(GraphModel):
    """What an inventory of interests or careers came to."""

    kind: Literal["INVENTORY_RESULT"]
    instrument: Text
    results: Annotated[tuple[InventoryValue, ...], Field(min_length=1, max_length=100)]


class Experience(GraphModel):
    """An internship, a capstone or the like; it counts once a mentor's word is verified."""

    kind: Literal["EXPERIENCE"]
    type: Literal["INTERNSHIP", "CAPSTONE", "DUAL_ENROLLMENT", "SERVICE_LEARNING", "OTHER"]
    title: Text
    state: Literal["PLANNED", "RUNNING", "VERIFIED"]
    partner: Text | None = None
    mentor: Text | None = None
    hours: Annotated[Decimal, Field(ge=0, le=10_000, max_digits=8, decimal_places=2), _AS_NUMBER] | None = None
    from_on: date | None = None
    to_on: date | None = None

    @model_validator(mode="after")
    def _was_vouched_for(self) -> Self:
        if self.state == "VERIFIED" and not self.mentor:
            raise ValueError("somebody vouches for what is verified")
        return self


class DigitalAccess(GraphModel):
    """Internet and device at home, in the words of Ed-Fi's digital equity collection."""

    kind: Literal["DIGITAL_ACCESS"]
    internet_access_in_residence: Literal["YES", "NO_NOT_AFFORDABLE", "NO_NOT_AVAILABLE", "NO_OTHER"]
    internet_access_type: Text | None = None
    internet_performance: Literal["YES_NO_ISSUES", "YES_WITH_ISSUES", "NO"] | None = None
    primary_learning_device: Text | None = None
    primary_learning_device_access: Literal["SHARED", "NOT_SHARED"] | None = None
    primary_learning_device_provider: Literal["PERSONAL", "SCHOOL", "OTHER"] | None = None


Content = Annotated[
    AssessmentResult
    | CourseRecord
    | SkillRating
    | Milestone
    | Interest
    | Preference
    | PortfolioItem
    | InventoryResult
    | Experience
    | DigitalAccess,
    Field(discriminator="kind"),
]
