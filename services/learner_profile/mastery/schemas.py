"""What goes in and out of the doors of mastery."""

from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from kit.clock import Instant
from kit.stored import storable
from services.learner_profile.mastery.domain import Method

Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(storable)]
Text = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(storable)]
Kind = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_ -]{0,39}$")]
Bound = Annotated[Decimal, Field(ge=0, lt=1, max_digits=7, decimal_places=6)]
Share = Annotated[Decimal, Field(ge=0, le=1, max_digits=5, decimal_places=4)]
Count = Annotated[int, Field(ge=1, le=100)]


class _Body(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True, from_attributes=True
    )


class MethodIn(_Body):
    """`weight` is the latest piece's share of WEIGHTED_LATEST and the rate of EXPONENTIALLY_WEIGHTED; `n` counts pieces for
    N_AT_MASTERY and M_OF_N, and `m` those of them that must do.
    """

    method: Method
    weight: Share = Decimal("0.65")
    n: Count = 1
    m: Count = 1

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.m > self.n:
            raise ValueError("m is not more than n")
        return self


class PolicyIn(MethodIn):
    """A policy for the district or for a framework, from its first day to before its last. Each change is a version."""

    name: Name
    scope: Literal["DISTRICT", "FRAMEWORK"]
    framework_id: UUID | None = None
    from_on: date | None = None
    to_on: date | None = None
    state: Literal["active", "withdrawn"] = "active"

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.framework_id is not None) != (self.scope == "FRAMEWORK"):
            raise ValueError("frameworkId belongs to the scope FRAMEWORK")
        if self.from_on and self.to_on and self.to_on <= self.from_on:
            raise ValueError("toOn comes after fromOn")
        return self


class PolicyOut(_Body):
    id: UUID
    version: int
    name: str
    scope: str
    framework_id: UUID | None
    method: Method
    weight: Decimal
    n: int
    m: int
    from_on: date | None
    to_on: date | None
    state: str
    recorded_at: datetime


class LevelIn(_Body):
    name: Name
    lower_bound: Bound
    is_mastered: bool


class ScaleIn(_Body):
    """Levels from the lowest; each holds from its lower bound to the next one's, the first from 0, so that there are no holes."""

    levels: Annotated[tuple[LevelIn, ...], Field(min_length=1, max_length=20)]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        bounds = [level.lower_bound for level in self.levels]
        if bounds[0] != 0 or any(low >= high for low, high in pairwise(bounds)):
            raise ValueError("the first level begins at 0 and bounds rise")
        if len({level.name for level in self.levels}) != len(bounds):
            raise ValueError("each level has a name of its own")
        mastered = [level.is_mastered for level in self.levels]
        if not any(mastered) or mastered != sorted(mastered):
            raise ValueError("some level is mastered, and so is every higher one")
        return self


class ScaleOut(_Body):
    framework_id: UUID
    version: int
    levels: tuple[LevelIn, ...]


class BlueprintIn(_Body):
    """Which evidence a statement takes: the kinds that count, how much of it, also of single kinds, and how recent."""

    kinds: Annotated[tuple[Kind, ...], Field(min_length=1, max_length=50)] | None = None
    minimum_count: Count
    minimum_by_kind: Annotated[dict[Kind, Count], Field(max_length=50)] = {}
    recency_days: Annotated[int, Field(ge=1, le=3660)] | None = None
    state: Literal["active", "withdrawn"] = "active"


class BlueprintOut(BlueprintIn):
    target_id: UUID
    version: int


class StatusIn(_Body):
    learner_id: UUID
    competency_id: UUID
    basis: Text
    """On what it stands, in the educator's words."""


class WithdrawalIn(_Body):
    reason: Text


class CompetencyOut(_Body):
    id: UUID
    code: str | None
    statement: str
    framework_id: UUID


class StatusOut(_Body):
    id: UUID
    learner_id: UUID
    competency_id: UUID
    competency: CompetencyOut
    basis: str
    conferred_by_id: UUID
    conferred_at: datetime
    withdrawn_at: datetime | None
    withdrawal_reason: str | None


class ReportIn(_Body):
    """Where the learners of a school stand in a framework, by what had happened and was known at `asOf`, or now."""

    title: Name
    school_id: UUID
    framework_id: UUID
    as_of: Instant | None = None
