"""What goes in and out of the program's doors."""

from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.alias_generators import to_camel

Mode = Literal["choice", "district", "competitive"]
Name = Annotated[
    str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True, pattern=r"^[^\x00-\x1f]+$")
]
Reason = Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\x00]*$")]


class _Body(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", from_attributes=True)


class ProgramIn(_Body):
    name: Name
    mode: Mode
    mandate: bool = True
    """Every school joins in the end."""


class ProgramOut(_Body):
    id: UUID
    name: str
    mode: Mode
    mandate: bool
    version: int
    recorded_at: datetime


class CohortIn(_Body):
    name: Name
    position: Annotated[int, Field(ge=0, le=1000)]
    begins_on: date
    launches_on: date
    ends_on: date
    capacity: Annotated[int, Field(ge=0, le=100_000)]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.begins_on <= self.launches_on <= self.ends_on or self.begins_on == self.ends_on:
            raise ValueError("a cohort begins, launches and ends in this order")
        return self


class CohortOut(_Body):
    id: UUID
    program_id: UUID
    name: str
    position: int
    begins_on: date
    launches_on: date
    ends_on: date
    capacity: int
    version: int
    recorded_at: datetime


class PlacementIn(_Body):
    cohort_id: UUID
    reason: Reason | None = None


class PlacementOut(_Body):
    id: UUID
    program_id: UUID
    school_id: UUID
    cohort_id: UUID
    reason: str | None
    state: Literal["active", "withdrawn"]
    version: int
    recorded_at: datetime
