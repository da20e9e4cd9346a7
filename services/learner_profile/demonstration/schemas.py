"""What comes in at the doors of rubrics and demonstrations."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field, PlainSerializer, model_validator

from kit.graph import GraphModel
from kit.stored import storable
from services.learner_profile.demonstration.domain import RubricState

Label = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(storable)]
Words = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(storable)]
Key = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
_AsNumber = PlainSerializer(float, return_type=float, when_used="json")
"""Nine digits: a double holds each such decimal so that its shortest form is the decimal itself."""
Points = Annotated[Decimal, Field(ge=0, max_digits=9, decimal_places=4), _AsNumber]
Weight = Annotated[Decimal, Field(gt=0, max_digits=9, decimal_places=4), _AsNumber]


class LevelIn(GraphModel):
    """One step of a criterion; its name is unique in the criterion."""

    name: Label
    points: Points
    description: Words | None = None


class CriterionIn(GraphModel):
    """What is looked at; `key` names it in scores and stays the same from version to version."""

    key: Key
    title: Label
    weight: Weight = Decimal(1)
    is_essential: bool = False
    competency_ids: Annotated[tuple[UUID, ...], Field(max_length=10)] = ()
    levels: Annotated[tuple[LevelIn, ...], Field(min_length=1, max_length=10)]

    @model_validator(mode="after")
    def _can_be_scored(self) -> Self:
        _refuse_twice([level.name for level in self.levels], "name")
        if not any(level.points for level in self.levels):
            raise ValueError("one level at least has points")
        return self


class RubricIn(GraphModel):
    """A rubric as its next version is to say it.

    `version` is the one that the client last saw, and absent for a rubric that is new. The same again changes nothing.
    """

    title: Label
    state: RubricState
    criteria: Annotated[tuple[CriterionIn, ...], Field(min_length=1, max_length=20)]
    version: Annotated[int, Field(ge=1, lt=1 << 62)] | None = None

    @model_validator(mode="after")
    def _names_each_criterion(self) -> Self:
        _refuse_twice([criterion.key for criterion in self.criteria], "key")
        return self


def _refuse_twice(names: Sequence[str], what: str) -> None:
    if len(set(names)) != len(names):
        raise ValueError(f"each {what} occurs once")


Version = Annotated[int, Field(ge=1, lt=1 << 62)]


class DemonstrationIn(GraphModel):
    """What the learner proposes to show, and the rubric by which it is to be judged.

    `version` is the one that the client last saw, and absent for a new proposal. The same again changes nothing.
    """

    learner_id: UUID
    rubric_id: UUID
    title: Label
    plan: Words
    version: Version | None = None


class DemonstrationDecisionIn(GraphModel):
    """Whether the learner goes ahead with the proposal as it stands in `version`."""

    version: Version
    decision: Literal["APPROVED", "RETURNED"]
    note: Words | None = None


class ChosenLevelIn(GraphModel):
    """A level of a criterion, by their names in the rubric."""

    criterion: Key
    level: Label


class ScoreIn(GraphModel):
    """A level for each criterion that was looked at; the same again changes nothing."""

    levels: Annotated[tuple[ChosenLevelIn, ...], Field(min_length=1, max_length=20)]
    note: Words | None = None

    @model_validator(mode="after")
    def _names_each_criterion(self) -> Self:
        _refuse_twice([chosen.criterion for chosen in self.levels], "criterion")
        return self
