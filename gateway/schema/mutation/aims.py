"""Goals and what is decided about next steps."""

# ruff: noqa: A002 - arguments carry their public names
from collections.abc import Mapping
from typing import Annotated, Any

import strawberry
from strawberry import ID, UNSET

from gateway.joins import Write, carried, joined
from gateway.schema.mutation.bodies import given_input
from gateway.types.aims import Goal, GoalDecision, Party, StepDecisionKind
from gateway.types.competency import Competency
from gateway.types.refusal import Refusal, StaleVersion
from gateway.types.scalars import Date, DateTime
from gateway.types.sources import LEARNER_PROFILE


@strawberry.input(description="What the goal is to say. `version` is the one last seen, and left out for a new goal.")
class GoalInput:
    learner_id: ID
    title: str
    measure: str
    unit: str | None = UNSET
    baseline: float
    target: float
    due_on: Date | None = UNSET
    competency_ids: list[ID] | None = UNSET
    propose: bool | None = strawberry.field(
        default=UNSET, description="Ask guardians and teachers to agree; until then it is the learner's own draft."
    )
    version: int | None = UNSET


@strawberry.input(description="A value measured at an instant; now, where it is not said.")
class CheckInInput:
    value: float
    at: DateTime | None = UNSET
    note: str | None = UNSET


@strawberry.input
class StepDecisionInput:
    learner_id: ID
    competency_id: ID
    decision: StepDecisionKind
    note: str | None = UNSET


@strawberry.type
class GoalPayload:
    goal: Goal


@strawberry.type(description="A decision as it was recorded.")
class RecordedStepDecision:
    id: ID
    decision: StepDecisionKind
    party: Party
    at: DateTime
    note: str | None
    competency: Competency = carried("id", "code", "statement", "frameworkId")


@strawberry.type
class DecideNextStepPayload:
    decision: RecordedStepDecision


GoalResult = Annotated[GoalPayload | StaleVersion | Refusal, strawberry.union("GoalResult")]
DecideNextStepResult = Annotated[DecideNextStepPayload | Refusal, strawberry.union("DecideNextStepResult")]


def _said(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    named = ("version", "decision", "note")
    return {name: arguments[name] for name in named if arguments.get(name) is not None}


@strawberry.type
class AimMutations:
    @joined(Write(LEARNER_PROFILE, "PUT", "/v1/goals/{id}", "GoalPayload", "goal", given_input))
    def set_goal(self, id: ID, input: GoalInput) -> GoalResult | None:
        """The client names the goal: the same id again changes it, and new terms ask for new agreement."""

    @joined(Write(LEARNER_PROFILE, "PUT", "/v1/goals/{id}/response", "GoalPayload", "goal", _said))
    def respond_to_goal(
        self, id: ID, version: int, decision: GoalDecision, note: str | None = UNSET
    ) -> GoalResult | None:
        """Each guardian and teacher answers alone; one of them is enough."""

    @joined(Write(LEARNER_PROFILE, "PUT", "/v1/goals/{goalId}/check-ins/{id}", "GoalPayload", "goal", given_input))
    def check_in_goal(self, goal_id: ID, id: ID, input: CheckInInput) -> GoalResult | None:
        """The client names the check-in: the same id again changes nothing."""

    @joined(Write(LEARNER_PROFILE, "PUT", "/v1/goals/{id}/end", "GoalPayload", "goal", _said))
    def drop_goal(self, id: ID, version: int, note: str | None = UNSET) -> GoalResult | None:
        """The learner gives the goal up; what it was stays."""

    @joined(Write(LEARNER_PROFILE, "POST", "/v1/step-decisions", "DecideNextStepPayload", "decision", given_input))
    def decide_next_step(self, input: StepDecisionInput, idempotency_key: str) -> DecideNextStepResult | None:
        """The same key with the same input answers what the first time made."""
