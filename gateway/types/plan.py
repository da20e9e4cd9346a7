"""What a learner, the guardians and the teachers plan together, and by what right somebody sees a learner."""

from enum import Enum
from typing import Annotated, ClassVar

import strawberry
from strawberry import ID

from gateway.joins import Reference, Source, carried, joined, section
from gateway.types.aims import Goal, Party
from gateway.types.competency import Competency
from gateway.types.people import Person
from gateway.types.scalars import Date, DateTime
from gateway.types.sources import LEARNERS, PERSONS, PLANS


@strawberry.enum(description="By what right the caller sees a learner's records.")
class ViewerRight(Enum):
    SELF = "SELF"
    GUARDIAN = "GUARDIAN"
    TEACHER = "TEACHER"
    SCHOOL = "SCHOOL"
    DISTRICT = "DISTRICT"


@strawberry.enum(
    description="PROPOSED until all have agreed, ACTIVE then, REVISED while a newer version waits for agreement."
)
class PlanState(Enum):
    PROPOSED = "PROPOSED"
    ACTIVE = "ACTIVE"
    REVISED = "REVISED"
    CLOSED = "CLOSED"


@strawberry.enum(description="What a party answers to a version of a plan.")
class PlanDecision(Enum):
    AGREED = "AGREED"
    DECLINED = "DECLINED"


@strawberry.type(description="What one person has answered to the version that stands.")
class PlanApproval:
    party: Party
    state: PlanDecision
    at: DateTime

    @joined(Reference(PERSONS, "personId"))
    def by(self) -> Person | None:
        """Null where the caller may not know the person."""


@strawberry.type(description="One version of a plan, which stays as it was proposed.")
class PlanVersion:
    version: int
    title: str
    proposed_as: Party
    proposed_at: DateTime


@strawberry.type(
    description="A part that differs between two versions; an entry of a list that changed is two changes."
)
class PlanChange:
    path: str = strawberry.field(description="The part, such as `/title` or `/supports`.")
    before: str | None = strawberry.field(description="Null for what was added.")
    after: str | None = strawberry.field(description="Null for what was taken out.")


@strawberry.type(
    description="A learner's plan. It is active once the learner, a guardian with rights and a teacher have agreed to its "
    "version; a learner of age needs no guardian."
)
class Plan:
    __home__: ClassVar[Source] = PLANS

    id: ID
    version: int = strawberry.field(description="Rises with every proposal, to which nobody has agreed yet.")
    state: PlanState
    title: str
    supports: list[str]
    activities: list[str]
    review_on: Date | None
    goals: list[Goal] = strawberry.field(description="As they stand now.")
    competencies: list[Competency] = carried("id", "code", "statement", "frameworkId")
    approvals: list[PlanApproval] = strawberry.field(description="In the order in which they came.")
    missing_approvals: list[Party] = strawberry.field(
        description="The kinds of party of whom nobody has agreed yet to the version that stands."
    )
    versions: list[PlanVersion] = strawberry.field(description="The latest first.")

    @section(PLANS, "diff")
    def diff(
        self,
        from_: Annotated[int, strawberry.argument(name="from")],
        to: int,
    ) -> list[PlanChange] | None:
        """What differs between two versions; null where there are none such."""


@strawberry.type
class PlanOfLearner:
    @section(LEARNERS, "plan")
    def plan(self) -> Plan | None:
        """The plan that is open, or else the last one."""

    @section(LEARNERS, "viewerRights")
    def viewer_rights(self) -> list[ViewerRight] | None:
        """Every right by which the caller sees the learner."""
