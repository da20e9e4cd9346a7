"""What goes in and out of the roster's own doors."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.alias_generators import to_camel

SourcedId = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f]+$")]
Kind = Literal["rights_holder", "contact", "court_restriction"]
StaffRole = Literal[
    "principal",
    "counselor",
    "teacher",
    "district_leader",
    "district_analyst",
    "data_steward",
    "reviewer",
    "contracting",
    "finance",
    "it",
    "vendor",
    "program_director",
]


class _Body(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", from_attributes=True)


class _Window(_Body):
    from_on: date | None = None
    to_on: date | None = None
    """The first day on which it no longer holds."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.from_on and self.to_on and self.to_on < self.from_on:
            raise ValueError("toOn does not come before fromOn")
        return self


class GuardianshipIn(_Window):
    """People are named by the identifiers of the source that rosters them."""

    guardian_sourced_id: SourcedId
    learner_sourced_id: SourcedId
    kind: Kind
    source: SourcedId | None = None
    """The source whose identifiers these are; a system's own roster source when absent, else `sis`."""


class GuardianshipOut(_Body):
    id: UUID
    guardian_id: UUID
    learner_id: UUID
    kind: Kind
    from_on: date | None
    to_on: date | None
    state: Literal["active", "withdrawn"]
    version: int
    recorded_at: datetime


class StaffAssignmentIn(_Window):
    person_sourced_id: SourcedId
    org_sourced_id: SourcedId
    role: StaffRole
    fte: Annotated[Decimal, Field(ge=0, le=1, decimal_places=3)] | None = None
    source: SourcedId | None = None


class StaffAssignmentOut(_Body):
    id: UUID
    person_id: UUID
    org_id: UUID
    role: str
    fte: Decimal | None
    from_on: date | None
    to_on: date | None
    origin: Literal["roster", "door"]
    state: Literal["active", "withdrawn"]
    version: int
    recorded_at: datetime
