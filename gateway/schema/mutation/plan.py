"""Learning plans: proposed, answered and closed by their parties."""

# ruff: noqa: A002 - arguments carry their public names
from collections.abc import Mapping
from typing import Annotated, Any

import strawberry
from strawberry import ID, UNSET

from gateway.joins import Write, joined
from gateway.schema.mutation.bodies import given_input
from gateway.types.plan import Plan, PlanDecision
from gateway.types.refusal import Refusal, StaleVersion
from gateway.types.scalars import Date
from gateway.types.sources import LEARNER_PROFILE


@strawberry.input(
    description="What the plan is to say from now on. `version` is the one last seen, and left out for a new plan."
)
class PlanInput:
    learner_id: ID
    version: int | None = UNSET
    title: str
    goal_ids: list[ID] | None = UNSET
    competency_ids: list[ID] | None = UNSET
    supports: list[str] | None = UNSET
    activities: list[str] | None = UNSET
    review_on: Date | None = UNSET


@strawberry.type
class PlanPayload:
    plan: Plan


@strawberry.type(description="The plan after the answer.")
class PlanResponse:
    plan: Plan


PlanResult = Annotated[PlanPayload | StaleVersion | Refusal, strawberry.union("PlanResult")]
PlanResponseResult = Annotated[PlanResponse | StaleVersion | Refusal, strawberry.union("PlanResponseResult")]


def _answer(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: arguments[name] for name in ("version", "decision")}


def _end(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"version": arguments["version"]}


@strawberry.type
class PlanMutations:
    @joined(Write(LEARNER_PROFILE, "POST", "/v1/plans", "PlanPayload", "plan", given_input))
    def propose_plan(self, input: PlanInput, idempotency_key: str) -> PlanResult | None:
        """A new version asks everybody for agreement again, who proposes it too."""

    @joined(Write(LEARNER_PROFILE, "POST", "/v1/plans/{planId}/responses", "PlanResponse", "plan", _answer))
    def respond_to_plan(
        self, plan_id: ID, version: int, decision: PlanDecision, idempotency_key: str
    ) -> PlanResponseResult | None:
        """Each party answers for itself; the latest answer of a person counts."""

    @joined(Write(LEARNER_PROFILE, "PUT", "/v1/plans/{planId}/end", "PlanPayload", "plan", _end))
    def close_plan(self, plan_id: ID, version: int) -> PlanResult | None:
        """The plan ends and stays as it was; the learner may have a new one."""
