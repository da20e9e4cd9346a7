"""The questions."""

# ruff: noqa: A002 - arguments carry their public names
import strawberry
from strawberry import ID, UNSET

from gateway.joins import Lookup, Search, Sole, joined
from gateway.types.competency import Competency, Framework
from gateway.types.demonstration import Rubric
from gateway.types.program import Program
from gateway.types.resource import ResourceFilter, ResourceSearch
from gateway.types.roster import Class, District, Learner, Me, School
from gateway.types.sources import (
    CLASSES,
    COMPETENCIES,
    DISTRICT,
    FRAMEWORKS,
    LEARNERS,
    MARKETPLACE,
    ME,
    PROGRAMS,
    RUBRICS,
    SCHOOLS,
)


@strawberry.type(description="What one may not see is null, exactly like what is not there.")
class Query:
    @joined(Sole(ME))
    def me(self) -> Me | None:
        """The person whose token this is; a system is refused."""

    @joined(Lookup(LEARNERS))
    def learner(self, id: ID) -> Learner | None:
        pass

    @joined(Lookup(CLASSES), name="class")
    def class_(self, id: ID) -> Class | None:
        pass

    @joined(Lookup(SCHOOLS))
    def school(self, id: ID) -> School | None:
        pass

    @joined(Sole(DISTRICT))
    def district(self) -> District | None:
        pass

    @joined(Lookup(FRAMEWORKS))
    def competency_framework(self, id: ID) -> Framework | None:
        pass

    @joined(Lookup(COMPETENCIES))
    def competency(self, id: ID) -> Competency | None:
        pass

    @joined(Lookup(RUBRICS))
    def rubric(self, id: ID) -> Rubric | None:
        """As it was last published."""

    @joined(Lookup(PROGRAMS))
    def program(self, id: ID) -> Program | None:
        pass

    @joined(Search(MARKETPLACE, "/graph/search-resources"))
    def search_resources(
        self,
        text: str | None = UNSET,
        filter: ResourceFilter | None = UNSET,
        first: int = 20,
        after: str | None = UNSET,
    ) -> ResourceSearch | None:
        """Approved content that matches."""
