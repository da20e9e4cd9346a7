"""Demonstrations: proposed, decided, and judged by a rubric."""

# ruff: noqa: A002 - arguments carry their public names
from collections.abc import Mapping
from typing import Annotated, Any

import strawberry
from strawberry import ID, UNSET

from gateway.joins import Write, joined
from gateway.schema.mutation.bodies import given_input
from gateway.types.demonstration import Demonstration, DemonstrationDecision
from gateway.types.refusal import Refusal, StaleVersion
from gateway.types.sources import LEARNER_PROFILE


@strawberry.input(description="What is to be shown. `version` is the one last seen, and left out for a new proposal.")
class DemonstrationInput:
    learner_id: ID
    rubric_id: ID
    title: str
    plan: str
    version: int | None = UNSET


@strawberry.input(description="A level of a criterion, by their names in the rubric.")
class ChosenLevelInput:
    criterion: str
    level: str


@strawberry.input(description="A level for each criterion that was looked at.")
class RubricScoreInput:
    levels: list[ChosenLevelInput]
    note: str | None = UNSET


@strawberry.type
class DemonstrationPayload:
    demonstration: Demonstration


DemonstrationResult = Annotated[DemonstrationPayload | StaleVersion | Refusal, strawberry.union("DemonstrationResult")]


def _said(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    named = ("version", "decision", "note")
    return {name: arguments[name] for name in named if arguments.get(name) is not None}


def _door(path: str = "", body: Any = given_input) -> Write:  # noqa: ANN401 - how a body is made
    door = f"/v1/demonstrations/{{id}}{path}"
    return Write(LEARNER_PROFILE, "PUT", door, "DemonstrationPayload", "demonstration", body)


@strawberry.type
class DemonstrationMutations:
    @joined(_door())
    def propose_demonstration(self, id: ID, input: DemonstrationInput) -> DemonstrationResult | None:
        """The client names the demonstration: the same id again changes the proposal."""

    @joined(_door("/decision", _said))
    def decide_demonstration(
        self, id: ID, version: int, decision: DemonstrationDecision, note: str | None = UNSET
    ) -> DemonstrationResult | None:
        """A teacher of the learner approves, or returns with a comment."""

    @joined(_door("/self-assessment"))
    def assess_self(self, id: ID, input: RubricScoreInput) -> DemonstrationResult | None:
        """The learner judges the work, which is done with that; no evidence."""

    @joined(_door("/score"))
    def score_demonstration(self, id: ID, input: RubricScoreInput) -> DemonstrationResult | None:
        """A teacher judges the work: evidence for each competency of the rubric. Another score corrects the first."""
