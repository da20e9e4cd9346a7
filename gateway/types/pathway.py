"""What the order of prerequisites opens to learners, and who of a class needs the same instruction."""

from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry import ID

from gateway.joins import carried, section
from gateway.types.competency import Competency
from gateway.types.scalars import Date
from gateway.types.sources import CLASSES, LEARNERS

if TYPE_CHECKING:
    from gateway.types.roster import Learner

Member = Annotated["Learner", strawberry.lazy("gateway.types.roster")]


@strawberry.type(description="A competency, and who of a class needs instruction in it now.")
class InstructionNeed:
    competency: Competency = carried("id", "code", "statement", "frameworkId")
    learners: list[Member]


@strawberry.type(description="What a learner can start, since everything that precedes it is mastered.")
class FrontierStep:
    competency: Competency = carried("id", "code", "statement", "frameworkId")
    prerequisites: list[Competency] = carried("id", "code", "statement", "frameworkId")


@strawberry.type(description="When a learner may come to master something, as things stand.")
class TrajectoryPoint:
    competency: Competency = carried("id", "code", "statement", "frameworkId")
    projected_on: Date | None = strawberry.field(description="Null while the work on it stands still or has no trend.")


@strawberry.type
class PathwayOfClass:
    @section(CLASSES, "needsInstruction")
    def needs_instruction(self, competency_ids: list[ID]) -> list[InstructionNeed] | None:
        """Learners who have begun and not mastered it, or are ready for it; null to whoever does not lead the class."""


@strawberry.type
class PathwayOfLearner:
    @section(LEARNERS, "frontier")
    def frontier(self, first: int = 10) -> list[FrontierStep] | None:
        """What has not begun and comes after what is mastered, in the frameworks' order."""

    @section(LEARNERS, "trajectory")
    def trajectory(self, months: int = 6) -> list[TrajectoryPoint] | None:
        """What has begun by its own trend, and what follows it at the learner's usual step; the earliest first."""
