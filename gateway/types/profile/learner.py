"""What the profile adds to a learner."""

import strawberry
from strawberry import UNSET

from gateway.joins import section
from gateway.types.connection import Connection
from gateway.types.profile.entries import (
    AssessmentResult,
    CourseRecord,
    DigitalAccess,
    Experience,
    HomeAccess,
    Interest,
    InventoryResult,
    Milestone,
    PortfolioItem,
    Preference,
    SkillRatings,
)
from gateway.types.profile.words import AssessmentType
from gateway.types.scalars import Date, DateTime
from gateway.types.sources import LEARNERS


@strawberry.type
class ProfileOfLearner:
    """The six families; `asOf` answers what was known then."""

    @section(LEARNERS, "achievement")
    def achievement(
        self,
        first: int = 20,
        after: str | None = UNSET,
        type: AssessmentType | None = UNSET,  # noqa: A002 - the argument's public name
        is_internal: bool | None = UNSET,  # noqa: FBT001 - GraphQL names its arguments
        since: Date | None = UNSET,
        as_of: DateTime | None = UNSET,
    ) -> Connection[AssessmentResult] | None:
        """Family 1: formative, longitudinal, growth and high-stakes results, the latest first."""

    @section(LEARNERS, "courses")
    def courses(
        self, first: int = 50, after: str | None = UNSET, term: str | None = UNSET, as_of: DateTime | None = UNSET
    ) -> Connection[CourseRecord] | None:
        """Family 2: courses taken and their grades."""

    @section(LEARNERS, "skills")
    def skills(self) -> list[SkillRatings] | None:
        """Family 3: non-academic skills, as seen by all sides."""

    @section(LEARNERS, "collegeMilestones")
    def college_milestones(
        self, first: int = 20, after: str | None = UNSET, as_of: DateTime | None = UNSET
    ) -> Connection[Milestone] | None:
        """Family 4: behaviours on the way to college."""

    @section(LEARNERS, "interests")
    def interests(self, first: int = 20, as_of: DateTime | None = UNSET) -> list[Interest] | None:
        """Family 5, beside goals; the latest first."""

    @section(LEARNERS, "preferences")
    def preferences(
        self, first: int = 20, after: str | None = UNSET, as_of: DateTime | None = UNSET
    ) -> Connection[Preference] | None:
        """Family 6: what helps this learner."""

    @section(LEARNERS, "portfolio")
    def portfolio(
        self, first: int = 20, after: str | None = UNSET, as_of: DateTime | None = UNSET
    ) -> Connection[PortfolioItem] | None:
        """Past work; drafts to the learner alone."""

    @section(LEARNERS, "inventories")
    def inventories(
        self, first: int = 20, after: str | None = UNSET, as_of: DateTime | None = UNSET
    ) -> Connection[InventoryResult] | None:
        """Inventories of interests and careers."""

    @section(LEARNERS, "experiences")
    def experiences(
        self, first: int = 20, after: str | None = UNSET, as_of: DateTime | None = UNSET
    ) -> Connection[Experience] | None:
        """What counts beyond the classroom."""

    @section(LEARNERS, "digitalAccess")
    def digital_access(
        self, first: int = 5, after: str | None = UNSET, as_of: DateTime | None = UNSET
    ) -> Connection[DigitalAccess] | None:
        """What was told of internet and device at home, the latest first."""

    @section(LEARNERS, "homeAccess")
    def home_access(self) -> HomeAccess | None:
        """By what was told last."""
