"""Plans for a day, and how far a learner is."""

# ruff: noqa: A002 - arguments carry their public names
from collections.abc import Mapping
from enum import Enum
from typing import Annotated, Any

import strawberry
from strawberry import ID, UNSET

from gateway.joins import Reference, Write, joined
from gateway.types.day import ActivityBlock, BlockKind
from gateway.types.refusal import Refusal, StaleVersion
from gateway.types.roster import Class
from gateway.types.scalars import Date, DateTime
from gateway.types.sources import CLASSES, LEARNER_PROFILE


@strawberry.enum(description="What a learner says of an own block.")
class AttemptState(Enum):
    STARTED = "STARTED"
    DONE = "DONE"


@strawberry.input(description="One block, under the planner's own id; without learners it is for the whole class.")
class BlockInput:
    id: ID
    kind: BlockKind
    title: str
    starts_at: DateTime
    ends_at: DateTime
    resource_id: ID | None = UNSET
    group_title: str | None = UNSET
    learners: list[ID] | None = UNSET


@strawberry.type(description="A day of a class as it has been planned.")
class PlannedDay:
    day: Date
    version: int

    @joined(Reference(CLASSES, "classId"), name="class")
    def class_(self) -> Class | None:
        pass


@strawberry.type
class PlanDayPayload:
    planned: PlannedDay


@strawberry.type
class UpdateBlockPayload:
    block: ActivityBlock


PlanDayResult = Annotated[PlanDayPayload | StaleVersion | Refusal, strawberry.union("PlanDayResult")]
UpdateBlockResult = Annotated[UpdateBlockPayload | Refusal, strawberry.union("UpdateBlockResult")]


def _plan(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    blocks = [{name: value for name, value in one.items() if value is not None} for one in arguments["blocks"]]
    return {"blocks": blocks, "version": arguments.get("version")}


def _attempt(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"state": arguments["state"]}


@strawberry.type
class DayMutations:
    @joined(Write(LEARNER_PROFILE, "PUT", "/v1/classes/{classId}/days/{day}", "PlanDayPayload", "planned", _plan))
    def plan_day(
        self, class_id: ID, day: Date, blocks: list[BlockInput], version: int | None = UNSET
    ) -> PlanDayResult | None:
        """The whole plan of the class for the day: what is not in it any more is withdrawn."""

    @joined(Write(LEARNER_PROFILE, "PUT", "/v1/blocks/{id}/attempt", "UpdateBlockPayload", "block", _attempt))
    def update_block(self, id: ID, state: AttemptState) -> UpdateBlockResult | None:
        """The learner begins or finishes an own block; each is kept as it was first said."""
