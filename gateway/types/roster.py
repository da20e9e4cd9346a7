"""People, classes and schools."""

from typing import ClassVar

import strawberry
from strawberry import ID, UNSET

from gateway.joins import Blend, Reference, Section, Source, joined, section
from gateway.types import suggestion
from gateway.types.aims import AimsOfLearner
from gateway.types.connection import Connection
from gateway.types.day import DayOfClass, DayOfLearner
from gateway.types.demonstration import DemonstrationsOfLearner
from gateway.types.insight import ClassInsight, DistrictInsight, LearnerInsight, MyInsight, SchoolInsight
from gateway.types.mastery import Evidence, ExplainedMastery, Mastery, StatusesOfLearner
from gateway.types.pathway import PathwayOfClass, PathwayOfLearner
from gateway.types.people import Person
from gateway.types.plan import PlanOfLearner
from gateway.types.privacy import LearnerPrivacy
from gateway.types.profile import ProfileOfLearner
from gateway.types.program import Cohort
from gateway.types.resource import SuggestedResource
from gateway.types.scalars import DateTime
from gateway.types.source_systems import SourcesOfDistrict
from gateway.types.sources import (
    CLASSES,
    COMPETENCY_RESOURCES,
    DISTRICT,
    LEARNERS,
    ME,
    SCHOOLS,
    SCHOOLS_IN_COHORTS,
)


@strawberry.type
class Course:
    id: ID
    title: str
    code: str | None
    subjects: list[str]


@strawberry.type(description="A school as the roster knows it.")
class School(SchoolInsight):
    __home__: ClassVar[Source] = SCHOOLS

    id: ID
    name: str
    level: str | None
    grades: list[str] | None
    identifier: str | None

    @section(SCHOOLS_IN_COHORTS, "cohort")
    def cohort(self) -> Cohort | None:
        """Where the school stands in its program."""

    @section(SCHOOLS, "learners")
    def learners(self, first: int = 50, after: str | None = UNSET) -> "Connection[Learner] | None":
        """Those of its learners whom the caller may see."""

    @section(SCHOOLS, "classes")
    def classes(self, first: int = 50, after: str | None = UNSET) -> "Connection[Class] | None":
        pass


@strawberry.type(description="A section that meets.")
class Class(DayOfClass, ClassInsight, PathwayOfClass):
    __home__: ClassVar[Source] = CLASSES

    id: ID
    title: str
    code: str | None
    subjects: list[str]
    periods: list[str]
    grades: list[str]
    teachers: list[Person] = strawberry.field(description="Those who teach it now.")

    @section(CLASSES, "learners")
    def learners(self, first: int = 50, after: str | None = UNSET) -> "Connection[Learner] | None":
        """Those of its learners whom the caller may see."""

    @section(CLASSES, "school")
    def school(self) -> School | None:
        pass

    @section(CLASSES, "course")
    def course(self) -> Course | None:
        pass


@strawberry.type(description="A learner, to those who may see the learner.")
class Learner(
    AimsOfLearner,
    DayOfLearner,
    DemonstrationsOfLearner,
    LearnerInsight,
    LearnerPrivacy,
    ProfileOfLearner,
    PlanOfLearner,
    PathwayOfLearner,
    StatusesOfLearner,
):
    __home__: ClassVar[Source] = LEARNERS

    id: ID
    display_name: str
    given_name: str | None
    family_name: str | None
    grade: str | None

    @section(LEARNERS, "school")
    def school(self) -> School | None:
        pass

    @section(LEARNERS, "classes")
    def classes(self) -> list[Class] | None:
        """Classes of today's enrolments."""

    @section(LEARNERS, "mastery")
    def mastery(
        self,
        first: int = 50,
        after: str | None = UNSET,
        competency_ids: list[ID] | None = UNSET,
        as_of: DateTime | None = UNSET,
    ) -> Connection[Mastery] | None:
        """As of a moment, or now."""

    @section(LEARNERS, "explainedMastery")
    def explained_mastery(
        self,
        first: int = 20,
        after: str | None = UNSET,
        competency_ids: list[ID] | None = UNSET,
        as_of: DateTime | None = UNSET,
    ) -> Connection[ExplainedMastery] | None:
        """Computed from the ledger again: which rule, which evidence with which weight, and what is missing."""

    @section(LEARNERS, "evidence")
    def evidence(self, first: int = 20, after: str | None = UNSET) -> Connection[Evidence] | None:
        """The latest first."""

    @joined(
        Blend(
            first=Section(LEARNERS, "needs"),
            then=Section(COMPETENCY_RESOURCES, "resources"),
            ids=suggestion.needed_ids,
            blend=suggestion.suggest,
            first_arguments=suggestion.needs_wanted,
            then_arguments=suggestion.resources_wanted,
        )
    )
    def suggested_resources(self, first: int = 5) -> Connection[SuggestedResource] | None:
        """Resources for what the learner has not mastered yet."""


@strawberry.type(description="What somebody is appointed to, and where.")
class Appointment:
    role: str
    org_id: ID | None
    org_name: str | None


@strawberry.type(description="The person whose token this is.")
class Me(MyInsight):
    __home__: ClassVar[Source] = ME

    id: ID
    display_name: str
    given_name: str | None
    family_name: str | None
    roles: list[Appointment]

    @joined(Reference(LEARNERS, "learnerId"))
    def learner(self) -> Learner | None:
        """The person as a learner, where the person is one."""

    @section(ME, "visibleLearners")
    def visible_learners(self, first: int = 20, after: str | None = UNSET) -> Connection[Learner] | None:
        """The learners in the person's own care, class or school; a role for the whole district has no list here."""


@strawberry.type(description="The caller's district.")
class District(DistrictInsight, SourcesOfDistrict):
    __home__: ClassVar[Source] = DISTRICT

    id: ID
    name: str
    slug: str
    time_zone: str

    @section(DISTRICT, "schools")
    def schools(self, first: int = 100, after: str | None = UNSET) -> Connection[School] | None:
        pass
