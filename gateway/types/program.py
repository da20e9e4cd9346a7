"""Programs: how schools come into personalized learning, cohort by cohort."""

from typing import TYPE_CHECKING, Annotated, ClassVar

import strawberry
from strawberry import ID, UNSET

from gateway.joins import Source, carried, section
from gateway.types.connection import Connection
from gateway.types.scalars import Date
from gateway.types.sources import PROGRAMS

if TYPE_CHECKING:
    from gateway.types.roster import School

Enrolled = Annotated["School", strawberry.lazy("gateway.types.roster")]


@strawberry.type(description="From the first day to the last.")
class Window:
    from_: Date = strawberry.field(name="from")
    to: Date | None


@strawberry.type(description="How many schools a cohort takes, and how many it has.")
class Capacity:
    schools: int
    used: int


@strawberry.type(description="Schools that go through a program together.")
class Cohort:
    id: ID
    name: str
    program_id: ID
    phase: str | None = strawberry.field(description="PLANNED, PLANNING, IMPLEMENTING or SUSTAINING.")
    window: Window | None
    capacity: Capacity | None
    schools: list[Enrolled] = carried("id", "name")


@strawberry.type(description="A school's place in a cohort.")
class Placement:
    id: ID
    school: Enrolled = carried("id", "name")
    cohort_id: ID
    cohort_name: str
    version: int
    placed_on: Date | None
    reason: str | None


@strawberry.type(description="A rollout with its cohorts.")
class Program:
    __home__: ClassVar[Source] = PROGRAMS

    id: ID
    name: str
    mode: str = strawberry.field(description="CHOICE, DISTRICT or COMPETITIVE.")
    mandate: bool = strawberry.field(description="Whether every school joins in the end.")

    @section(PROGRAMS, "cohorts")
    def cohorts(self) -> list[Cohort] | None:
        """In the order of their windows."""

    @section(PROGRAMS, "placements")
    def placements(self, first: int = 50, after: str | None = UNSET) -> Connection[Placement] | None:
        """Which schools stand where."""
