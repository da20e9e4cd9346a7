"""What a learner aims at: goals, and the steps that suggest themselves next."""

from enum import Enum

import strawberry
from strawberry import ID, UNSET

from gateway.joins import Blend, Held, Reference, Section, carried, joined, section
from gateway.types import suggestion
from gateway.types.competency import Competency
from gateway.types.connection import Connection
from gateway.types.mastery import MasteryState
from gateway.types.people import Person
from gateway.types.resource import SuggestedResource
from gateway.types.scalars import Date, DateTime
from gateway.types.sources import COMPETENCY_RESOURCES, LEARNERS, PERSONS


@strawberry.enum(description="Which goals: those that wait for agreement, that are worked on, or that are over.")
class GoalStatus(Enum):
    WAITING = "WAITING"
    ACTIVE = "ACTIVE"
    CLOSED = "CLOSED"


@strawberry.enum(description="Where a goal is between its draft, which its learner alone sees, and its end.")
class GoalState(Enum):
    DRAFT = "DRAFT"
    PROPOSED = "PROPOSED"
    AGREED = "AGREED"
    ON_TRACK = "ON_TRACK"
    AT_RISK = "AT_RISK"
    MET = "MET"
    DROPPED = "DROPPED"


@strawberry.enum(description="As what somebody takes part in what is decided about a learner.")
class Party(Enum):
    LEARNER = "LEARNER"
    GUARDIAN = "GUARDIAN"
    TEACHER = "TEACHER"


@strawberry.enum
class GoalDecision(Enum):
    AGREED = "AGREED"
    DECLINED = "DECLINED"


@strawberry.enum
class StepDecisionKind(Enum):
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"


@strawberry.enum(description="Why something is a learner's next step.")
class StepReason(Enum):
    MORE_EVIDENCE = "MORE_EVIDENCE"
    BELOW_MASTERY = "BELOW_MASTERY"
    PREREQUISITES_MASTERED = "PREREQUISITES_MASTERED"
    FIRST_OF_GRADE = "FIRST_OF_GRADE"


@strawberry.type(description="A value that somebody measured on the way to a goal.")
class CheckIn:
    id: ID
    value: float
    at: DateTime
    note: str | None
    party: Party

    @joined(Reference(PERSONS, "personId"))
    def by(self) -> Person | None:
        """Null where the caller may not know the person."""


@strawberry.type(description="What one person has answered to a goal's terms as they stand.")
class GoalAgreement:
    party: Party
    decision: GoalDecision
    at: DateTime
    note: str | None

    @joined(Reference(PERSONS, "personId"))
    def by(self) -> Person | None:
        """Null where the caller may not know the person."""


@strawberry.type(description="What a goal was; what was agreed stays as it was.")
class GoalVersion:
    version: int
    state: GoalState
    title: str
    measure: str
    baseline: float
    target: float
    due_on: Date | None
    note: str | None
    at: DateTime


@strawberry.type(description="Something a learner wants to reach, and how it is measured; the learner owns it.")
class Goal:
    id: ID
    title: str
    measure: str = strawberry.field(description="What is measured, in words.")
    unit: str | None
    baseline: float
    target: float = strawberry.field(description="May lie below the baseline.")
    current: float | None = strawberry.field(description="The latest value measured.")
    progress: float = strawberry.field(description="The way made from baseline to target, from 0 to 1.")
    due_on: Date | None
    state: GoalState
    version: int = strawberry.field(description="Rises with every change; a change names the one it was made on.")
    competencies: list[Competency] = carried("id", "code", "statement", "frameworkId")
    check_ins: list[CheckIn] = strawberry.field(description="The latest first.")
    agreements: list[GoalAgreement]
    versions: list[GoalVersion] = strawberry.field(description="The latest first.")


@strawberry.type(description="What somebody decided about a next step.")
class StepDecision:
    decision: StepDecisionKind
    party: Party
    at: DateTime
    note: str | None

    @joined(Reference(PERSONS, "personId"))
    def by(self) -> Person | None:
        """Null where the caller may not know the person."""


@strawberry.type(
    description="What a learner could take up next; what was declined is gone until what it stood on changes."
)
class NextStep:
    competency: Competency = carried("id", "code", "statement", "frameworkId")
    state: MasteryState
    reason: str = strawberry.field(description="In words, for the learner.")
    reason_code: StepReason
    decision: StepDecision | None

    @joined(
        Blend(
            first=Held("suggestedResources"),
            then=Section(COMPETENCY_RESOURCES, "resources"),
            ids=suggestion.needed_ids,
            blend=suggestion.suggest,
            first_arguments=suggestion.needs_wanted,
            then_arguments=suggestion.resources_wanted,
        )
    )
    def suggested_resources(self, first: int = 2) -> Connection[SuggestedResource] | None:
        """Resources for this step."""


@strawberry.type
class AimsOfLearner:
    @section(LEARNERS, "goals")
    def goals(self, status: GoalStatus | None = UNSET, first: int = 20) -> list[Goal] | None:
        """What is due first comes first."""

    @section(LEARNERS, "nextSteps")
    def next_steps(self, first: int = 3) -> Connection[NextStep] | None:
        """What has begun and is not mastered, then what can be begun."""
