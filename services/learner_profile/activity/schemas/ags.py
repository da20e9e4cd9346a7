"""Line items and scores as LTI tools send them (AGS 2.0); members that are not known are left alone."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from kit.clock import Instant
from services.learner_profile.activity.schemas.mappings import Name, Value

_SHAPE = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)
Maximum = Annotated[Decimal, Field(gt=0, le=10**9, max_digits=20)]


class LineItemIn(BaseModel):
    model_config = _SHAPE

    label: Annotated[Value, Field(pattern=r"\S")]
    score_maximum: Maximum
    resource_id: Name | None = None
    resource_link_id: Name | None = None
    tag: Name | None = None
    start_date_time: Instant | None = None
    end_date_time: Instant | None = None


class ScoreIn(BaseModel):
    model_config = _SHAPE

    user_id: Name
    score_given: Annotated[Decimal, Field(ge=0, le=10**9, max_digits=20)] | None = None
    score_maximum: Maximum | None = None
    comment: Annotated[Value, Field(max_length=500)] | None = None
    timestamp: Instant
    activity_progress: Literal["Initialized", "Started", "InProgress", "Submitted", "Completed"]
    grading_progress: Literal["NotReady", "Failed", "Pending", "PendingManual", "FullyGraded"]

    @model_validator(mode="after")
    def _has_a_maximum(self) -> "ScoreIn":
        if self.score_given is not None and self.score_maximum is None:
            raise ValueError("scoreGiven needs scoreMaximum")
        return self

    def content(self) -> dict[str, Any]:
        """The score as it is kept."""
        said = self.model_dump(mode="json", by_alias=True, exclude_none=True)
        numbers: dict[str, Any] = {name: float(said[name]) for name in ("scoreGiven", "scoreMaximum") if name in said}
        return {**said, **numbers}
