"""What changes something. Each refuses through its union; an error means that the outcome is unknown or nobody is signed in."""

# ruff: noqa: A002 - arguments carry their public names
from collections.abc import Mapping
from enum import Enum
from typing import Annotated, Any

import strawberry
from strawberry import ID, UNSET

from gateway.joins import Reference, Write, joined
from gateway.types.mastery import Evidence
from gateway.types.program import Program
from gateway.types.refusal import Refusal
from gateway.types.resource import Resource
from gateway.types.roster import School
from gateway.types.scalars import DateTime
from gateway.types.sources import COHORT, LEARNER_PROFILE, MARKETPLACE, PROGRAMS, RESOURCES, SCHOOLS


@strawberry.input(description="What somebody saw a learner do.")
class RecordEvidenceInput:
    learner_id: ID
    competency_id: ID
    score: float = strawberry.field(description="From 0 to 1.")
    kind: str | None = UNSET
    title: str | None = UNSET
    occurred_at: DateTime | None = strawberry.field(default=UNSET, description="Now, where it is not said.")
    source_event_id: str | None = strawberry.field(
        default=UNSET, description="The sender's own name: the same again changes nothing, another content corrects."
    )


@strawberry.type
class RecordEvidencePayload:
    evidence: Evidence


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


@strawberry.enum
class ListingApproval(Enum):
    LISTED = "listed"
    UNDER_REVIEW = "under_review"
    APPROVED = "approved"
    RETIRED = "retired"


@strawberry.input(description="What a resource serves, by its CASE identifier, and how strongly, up to 1.")
class AlignmentInput:
    identifier: str
    strength: float = 1.0


@strawberry.input
class ListingInput:
    title: str
    kind: str
    description: str | None = UNSET
    url: str | None = UNSET
    licence: str | None = UNSET
    language: str | None = UNSET
    grades: list[str] | None = UNSET
    keywords: list[str] | None = UNSET
    approval: ListingApproval | None = UNSET
    alignments: list[AlignmentInput] | None = UNSET


@strawberry.type
class Listing:
    id: ID
    version: int

    @joined(Reference(RESOURCES, "id"))
    def resource(self) -> Resource | None:
        """As it can be found now."""


@strawberry.type
class CreateListingPayload:
    listing: Listing


RecordEvidenceResult = Annotated[RecordEvidencePayload | Refusal, strawberry.union("RecordEvidenceResult")]
CreateListingResult = Annotated[CreateListingPayload | Refusal, strawberry.union("CreateListingResult")]
PlaceSchoolResult = Annotated[PlaceSchoolPayload | Refusal, strawberry.union("PlaceSchoolResult")]


def _input(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in arguments["input"].items() if value is not None}


def _placement(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: arguments[name] for name in ("cohortId", "reason") if name in arguments}


@strawberry.type
class Mutation:
    @joined(Write(LEARNER_PROFILE, "POST", "/v1/evidence", "RecordEvidencePayload", "evidence", _input))
    def record_evidence(self, input: RecordEvidenceInput, idempotency_key: str) -> RecordEvidenceResult | None:
        """The same key with the same input answers what the first time made."""

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

    @joined(Write(MARKETPLACE, "PUT", "/v1/resources/{id}", "CreateListingPayload", "listing", _input))
    def create_listing(self, id: ID, input: ListingInput) -> CreateListingResult | None:
        """The client names what it lists: the same id again changes the listing."""
