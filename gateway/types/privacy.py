"""To whom a learner's records were disclosed."""

from enum import Enum

import strawberry
from strawberry import ID, UNSET

from gateway.joins import section
from gateway.types.connection import Connection
from gateway.types.scalars import DateTime
from gateway.types.sources import LEARNERS


@strawberry.enum(description="As what a recipient stood to the learner.")
class DisclosureBasis(Enum):
    SELF = "SELF"
    GUARDIAN = "GUARDIAN"
    STAFF = "STAFF"
    SYSTEM = "SYSTEM"


@strawberry.enum(
    description="Why records were shown: a family's own right, a school official's work, a district's system."
)
class DisclosurePurpose(Enum):
    INSPECTION = "INSPECTION"
    EDUCATIONAL_INTEREST = "EDUCATIONAL_INTEREST"
    DISTRICT_SERVICE = "DISTRICT_SERVICE"


@strawberry.type(description="Somebody was shown elements of a learner's records; reads within a second are one.")
class Disclosure:
    id: ID
    recipient: str | None = strawberry.field(
        description="A person's or a system's name; another guardian is not named."
    )
    basis: DisclosureBasis
    purpose: DisclosurePurpose
    elements: list[str] = strawberry.field(
        description="Sections of the graph or resources of OneRoster; `roster` is name and grade."
    )
    at: DateTime


@strawberry.type
class LearnerPrivacy:
    """What a learner's family may know of what others were shown."""

    @section(LEARNERS, "disclosures")
    def disclosures(self, first: int = 20, after: str | None = UNSET) -> Connection[Disclosure] | None:
        """The latest first, to the learner, guardians with rights and data stewards; to everybody else there are none."""
