"""What the marketplace lists."""

# ruff: noqa: A002 - arguments carry their public names
from enum import Enum
from typing import Annotated

import strawberry
from strawberry import ID, UNSET

from gateway.joins import Reference, Write, joined
from gateway.schema.mutation.bodies import given_input
from gateway.types.refusal import Refusal
from gateway.types.resource import Resource
from gateway.types.sources import MARKETPLACE, RESOURCES


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


CreateListingResult = Annotated[CreateListingPayload | Refusal, strawberry.union("CreateListingResult")]


@strawberry.type
class ListingMutations:
    @joined(Write(MARKETPLACE, "PUT", "/v1/resources/{id}", "CreateListingPayload", "listing", given_input))
    def create_listing(self, id: ID, input: ListingInput) -> CreateListingResult | None:
        """The client names what it lists: the same id again changes the listing."""
