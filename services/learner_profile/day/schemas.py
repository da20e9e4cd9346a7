"""What comes in at the doors of a day."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from kit.clock import Instant
from kit.graph import GraphModel
from kit.stored import storable

MOST_BLOCKS = 100
MOST_MEMBERS = 200


Label = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(storable)]
Name = Annotated[str, Field(min_length=1, max_length=255), AfterValidator(storable)]


class BlockIn(GraphModel):
    """One block, under the planner's own id. `learners` are our ids, or sourcedIds of the class's own system; without
    them the block is for the whole class.
    """

    id: UUID
    kind: Literal["INDIVIDUAL_INSTRUCTION", "WHOLE_GROUP", "SMALL_GROUP", "INDEPENDENT_ONLINE"]
    title: Label
    starts_at: Instant
    ends_at: Instant
    resource_id: UUID | None = None
    group_title: Label | None = None
    learners: Annotated[tuple[Name, ...], Field(max_length=MOST_MEMBERS)] = ()

    @model_validator(mode="after")
    def _takes_time(self) -> Self:
        if self.ends_at <= self.starts_at:
            raise ValueError("a block ends after it starts")
        return self


class DayIn(GraphModel):
    """The whole plan of a class for one day: what is not in it any more is withdrawn.

    With `version`, it is refused where somebody else has planned the day since.
    """

    blocks: Annotated[tuple[BlockIn, ...], Field(max_length=MOST_BLOCKS)]
    version: Annotated[int, Field(ge=0, lt=1 << 62)] | None = None

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        if len({block.id for block in self.blocks}) < len(self.blocks):
            raise ValueError("each block has an id of its own")
        return self


class AttemptIn(GraphModel):
    """What the learner says of an own block; a block that is done was also begun."""

    state: Literal["STARTED", "DONE"]
