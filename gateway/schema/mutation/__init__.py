"""What changes something. Each refuses through its union; an error means that the outcome is unknown or nobody is signed in."""

import strawberry

from gateway.schema.mutation.aims import AimMutations
from gateway.schema.mutation.day import DayMutations
from gateway.schema.mutation.demonstration import DemonstrationMutations
from gateway.schema.mutation.evidence import EvidenceMutations
from gateway.schema.mutation.insight import InsightMutations
from gateway.schema.mutation.listings import ListingMutations
from gateway.schema.mutation.mastery import MasteryMutations
from gateway.schema.mutation.placements import PlacementMutations
from gateway.schema.mutation.plan import PlanMutations
from gateway.schema.mutation.profile import ProfileMutations


@strawberry.type
class Mutation(
    EvidenceMutations,
    AimMutations,
    DayMutations,
    PlacementMutations,
    ListingMutations,
    InsightMutations,
    MasteryMutations,
    DemonstrationMutations,
    ProfileMutations,
    PlanMutations,
):
    pass
