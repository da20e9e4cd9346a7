"""Competencies and the frameworks they belong to."""

from typing import TYPE_CHECKING, Annotated, ClassVar

import strawberry
from strawberry import ID, UNSET

from gateway.joins import Reference, Source, carried, joined, section
from gateway.types.connection import Connection
from gateway.types.sources import COMPETENCIES, COMPETENCY_RESOURCES, FRAMEWORKS

if TYPE_CHECKING:
    from gateway.types.resource import Resource

Listed = Annotated["Resource", strawberry.lazy("gateway.types.resource")]


@strawberry.type(description="Something a learner can come to know or do, from a CASE framework.")
class Competency:
    __home__: ClassVar[Source] = COMPETENCIES

    id: ID
    identifier: str | None = strawberry.field(description="The CASE GUID.")
    code: str | None = strawberry.field(
        description="The human coding scheme; the same code may occur in several frameworks."
    )
    statement: str | None = strawberry.field(description="May hold Markdown and LaTeX.")
    type: str | None
    grades: list[str] | None
    framework_id: ID | None

    @joined(Reference(FRAMEWORKS, "frameworkId"))
    def framework(self) -> "Framework | None":
        pass

    @section(COMPETENCIES, "prerequisites")
    def prerequisites(self) -> list["Prerequisite"] | None:
        """What comes directly before it, in the order of the packages that say so; dangling ones too."""

    @section(COMPETENCY_RESOURCES, "resources")
    def resources(self, first: int = 10) -> Connection[Listed] | None:
        """Approved content that is aligned to it."""


@strawberry.type(description="What a framework says comes before a competency.")
class Prerequisite:
    identifier: str = strawberry.field(description="The CASE GUID that the framework names.")
    competency: Competency | None = carried("id", "code", "statement", "frameworkId")


@strawberry.type(description="A CASE document: a tree of competencies.")
class Framework:
    __home__: ClassVar[Source] = FRAMEWORKS

    id: ID
    identifier: str
    title: str
    subject: str | None
    version: str | None
    state: str | None

    @section(FRAMEWORKS, "items")
    def items(self, first: int = 100, after: str | None = UNSET) -> Connection[Competency] | None:
        """In the framework's own order."""
