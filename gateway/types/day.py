"""A learner's day, and a class's."""

from enum import Enum
from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry import ID, UNSET

from gateway.joins import Reference, joined, section
from gateway.types.resource import Resource
from gateway.types.scalars import Date, DateTime
from gateway.types.sources import CLASSES, LEARNERS, RESOURCES

if TYPE_CHECKING:
    from gateway.types.roster import Learner

Member = Annotated["Learner", strawberry.lazy("gateway.types.roster")]


@strawberry.enum(description="The four kinds of work that a day rotates through.")
class BlockKind(Enum):
    INDIVIDUAL_INSTRUCTION = "INDIVIDUAL_INSTRUCTION"
    WHOLE_GROUP = "WHOLE_GROUP"
    SMALL_GROUP = "SMALL_GROUP"
    INDEPENDENT_ONLINE = "INDEPENDENT_ONLINE"


@strawberry.enum(description="MISSED once the end has come and the learner has not begun.")
class BlockStatus(Enum):
    PLANNED = "PLANNED"
    STARTED = "STARTED"
    DONE = "DONE"
    MISSED = "MISSED"


@strawberry.type(description="A stretch of a learner's day, and how far the learner is with it.")
class ActivityBlock:
    id: ID
    kind: BlockKind
    title: str
    group_title: str | None
    starts_at: DateTime
    ends_at: DateTime
    status: BlockStatus
    class_id: ID

    @joined(Reference(RESOURCES, "resourceId"))
    def resource(self) -> Resource | None:
        """What the learner works with."""


@strawberry.type(description="How many of a day's blocks are where.")
class DayProgress:
    planned: int
    started: int
    done: int
    missed: int


@strawberry.type(description="One day of a learner in the district's own time zone.")
class LearnerDay:
    day: Date
    blocks: list[ActivityBlock] = strawberry.field(description="In the order of the day.")
    progress: DayProgress


@strawberry.type(description="A learner for whom a block is planned.")
class BlockMember:
    status: BlockStatus

    @joined(Reference(LEARNERS, "learnerId"))
    def learner(self) -> Member | None:
        pass


@strawberry.type(description="A stretch of a class's day.")
class PlannedBlock:
    id: ID
    kind: BlockKind
    title: str
    group_title: str | None
    starts_at: DateTime
    ends_at: DateTime
    is_for_class: bool
    members: list[BlockMember] = strawberry.field(description="Those whom the caller may see.")

    @joined(Reference(RESOURCES, "resourceId"))
    def resource(self) -> Resource | None:
        """What its learners work with."""


@strawberry.type(description="One day of a class in the district's own time zone.")
class ClassDay:
    day: Date
    version: int = strawberry.field(description="Rises when the day is planned anew; 0 where it never was.")
    blocks: list[PlannedBlock] = strawberry.field(description="In the order of the day.")


@strawberry.type
class DayOfLearner:
    @section(LEARNERS, "today")
    def today(self, day: Date | None = UNSET) -> LearnerDay | None:
        """The blocks of a day; of the district's own today, where it is not said."""


@strawberry.type
class DayOfClass:
    @section(CLASSES, "day")
    def day(self, day: Date | None = UNSET) -> ClassDay | None:
        """What is planned for a day; for the district's own today, where it is not said."""
