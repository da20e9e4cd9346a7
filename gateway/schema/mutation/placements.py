"""Where schools stand in programs."""

from collections.abc import Mapping
from typing import Annotated, Any

import strawberry
from strawberry import ID, UNSET

from gateway.joins import Reference, Write, joined
from gateway.types.program import Program
from gateway.types.refusal import Refusal
from gateway.types.roster import School
from gateway.types.sources import COHORT, PROGRAMS, SCHOOLS


@strawberry.type(description="A school's place in a program, as it stands now.")
class SchoolPlacement:
    id: ID
    cohort_id: ID
    version: int
    reason: str | None

    @joined(Reference(SCHOOLS, "schoolId"))
    def school(self) -> School | None:
        pass

    @joined(Reference(PROGRAMS, "programId"))
    def program(self) -> Program | None:
        pass


@strawberry.type
class PlaceSchoolPayload:
    placement: SchoolPlacement


PlaceSchoolResult = Annotated[PlaceSchoolPayload | Refusal, strawberry.union("PlaceSchoolResult")]


def _placement(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: arguments[name] for name in ("cohortId", "reason") if name in arguments}


@strawberry.type
class PlacementMutations:
    @joined(
        Write(
            COHORT,
            "PUT",
            "/v1/programs/{programId}/placements/{schoolId}",
            "PlaceSchoolPayload",
            "placement",
            _placement,
        )
    )
    def place_school(
        self, program_id: ID, school_id: ID, cohort_id: ID, reason: str | None = UNSET
    ) -> PlaceSchoolResult | None:
        """A school has one place in a program; placing it again moves it."""
