"""What comes in at the doors of goals and next steps."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from kit.clock import Instant
from kit.graph import GraphModel
from kit.stored import storable

Label = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(storable)]
Note = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(storable)]
Measured = Annotated[Decimal, Field(ge=-1_000_000_000, le=1_000_000_000, max_digits=15, decimal_places=4)]


class GoalIn(GraphModel):
    """A learner's goal: what is measured, where it begins, where it is to go and by when.

    `version` is the one that the client last saw, and absent for a goal that is new.
    """

    learner_id: UUID
    title: Label
    measure: Label
    unit: Annotated[str, Field(min_length=1, max_length=40), AfterValidator(storable)] | None = None
    baseline: Measured
    target: Measured
    due_on: date | None = None
    competency_ids: Annotated[tuple[UUID, ...], Field(max_length=20)] = ()
    propose: bool = False
    """Show it to guardians and teachers and ask them to agree; until then it is the learner's own draft."""
    version: Annotated[int, Field(ge=1, lt=1 << 62)] | None = None

    @model_validator(mode="after")
    def _goes_somewhere(self) -> Self:
        if self.baseline == self.target:
            raise ValueError("target and baseline differ")
        return self


class ResponseIn(GraphModel):
    """Whether the caller agrees to the goal as it stands in `version`."""

    version: Annotated[int, Field(ge=1, lt=1 << 62)]
    decision: Literal["AGREED", "DECLINED"]
    note: Note | None = None


class CheckInIn(GraphModel):
    """A value measured at an instant; now, where it is not said."""

    value: Measured
    at: Instant | None = None
    note: Note | None = None


class DropIn(GraphModel):
    """The version that the learner gives up, and why."""

    version: Annotated[int, Field(ge=1, lt=1 << 62)]
    note: Note | None = None


class StepDecisionIn(GraphModel):
    """What somebody decides about one of the learner's next steps."""

    learner_id: UUID
    competency_id: UUID
    decision: Literal["ACCEPTED", "DECLINED"]
    note: Note | None = None
