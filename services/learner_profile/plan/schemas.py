"""What comes in at the doors of plans."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from kit.graph import GraphModel
from kit.stored import storable

Label = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(storable)]
Lines = Annotated[tuple[Label, ...], Field(max_length=50)]
Ids = Annotated[tuple[UUID, ...], Field(max_length=50)]
Version = Annotated[int, Field(ge=1, lt=1 << 62)]


class PlanIn(GraphModel):
    """What the plan is to say from now on. `version` is the one last seen, and absent for a learner's new plan."""

    learner_id: UUID
    version: Version | None = None
    title: Label
    goal_ids: Ids = ()
    competency_ids: Ids = ()
    supports: Lines = ()
    activities: Lines = ()
    review_on: date | None = None


class PlanAnswerIn(GraphModel):
    """Whether the caller agrees to what the plan says in `version`."""

    version: Version
    decision: Literal["AGREED", "DECLINED"]


class PlanEndIn(GraphModel):
    """The version after which the plan is closed."""

    version: Version
