"""How learners show what they know, and the rubrics by which it is judged."""

from enum import Enum
from typing import ClassVar

import strawberry
from strawberry import ID

from gateway.joins import Reference, Source, carried, joined, section
from gateway.types.competency import Competency
from gateway.types.people import Person
from gateway.types.scalars import DateTime
from gateway.types.sources import LEARNERS, PERSONS, RUBRICS


@strawberry.enum(description="Drafts are their makers' own; a retired rubric stays in sight.")
class RubricState(Enum):
    DRAFT = "DRAFT"
    PUBLISHED = "PUBLISHED"
    RETIRED = "RETIRED"


@strawberry.type(description="One step of a criterion.")
class RubricLevel:
    name: str = strawberry.field(description="Unique in its criterion.")
    points: float
    description: str | None


@strawberry.type(description="What a rubric looks at.")
class RubricCriterion:
    key: str = strawberry.field(description="Its name in scores, the same from version to version.")
    title: str
    weight: float
    is_essential: bool = strawberry.field(description="A score without it is not complete.")
    competencies: list[Competency] = carried("id", "code", "statement", "frameworkId")
    levels: list[RubricLevel]


@strawberry.type(description="How work is judged: criteria, each with levels. What was published stays as it was.")
class Rubric:
    __home__: ClassVar[Source] = RUBRICS

    id: ID
    version: int = strawberry.field(description="The latest that was published or retired.")
    title: str
    state: RubricState
    criteria: list[RubricCriterion] = strawberry.field(description="In the rubric's own order.")


@strawberry.enum(description="Where a demonstration is between its proposal and its score.")
class DemonstrationState(Enum):
    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"
    RETURNED = "RETURNED"
    DONE = "DONE"
    ASSESSED = "ASSESSED"


@strawberry.enum
class DemonstrationDecision(Enum):
    APPROVED = "APPROVED"
    RETURNED = "RETURNED"


@strawberry.type(description="The level that was chosen for a criterion, by their names in the rubric.")
class ChosenLevel:
    criterion: str
    level: str


@strawberry.type(description="How a demonstration was judged.")
class RubricScore:
    levels: list[ChosenLevel]
    total: float = strawberry.field(
        description="From 0 to 1: weighted points over weighted most points, of the criteria that were scored."
    )
    note: str | None
    at: DateTime

    @joined(Reference(PERSONS, "personId"))
    def by(self) -> Person | None:
        """Null where the caller may not know the person."""


@strawberry.type(description="How a learner wants to show something, or has shown it.")
class Demonstration:
    id: ID
    title: str
    plan: str = strawberry.field(description="What the learner is going to do, in words.")
    state: DemonstrationState
    version: int = strawberry.field(description="Rises with every change; a change names the one it was made on.")
    note: str | None = strawberry.field(description="What was said with the latest decision.")
    rubric_id: ID
    rubric_version: int = strawberry.field(description="The version that it is judged by, whatever comes later.")
    self_assessment: RubricScore | None = strawberry.field(description="The learner's own, which is no evidence.")
    score: RubricScore | None = strawberry.field(description="The teacher's latest.")

    @joined(Reference(RUBRICS, "rubricId"))
    def rubric(self) -> Rubric | None:
        """As it is shown now."""


@strawberry.type
class DemonstrationsOfLearner:
    @section(LEARNERS, "demonstrations")
    def demonstrations(self, first: int = 20) -> list[Demonstration] | None:
        """The latest first."""
