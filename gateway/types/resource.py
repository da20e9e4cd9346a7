"""Content that the marketplace lists."""

from typing import ClassVar

import strawberry
from strawberry import ID, UNSET

from gateway.joins import Source, carried
from gateway.types.competency import Competency
from gateway.types.connection import Edge, PageInfo
from gateway.types.sources import RESOURCES


@strawberry.type(description="What a resource serves, and how strongly.")
class Alignment:
    competency: Competency = carried("id", "identifier", "code")
    strength: float | None


@strawberry.type(description="Content that may be used in the district.")
class Resource:
    __home__: ClassVar[Source] = RESOURCES

    id: ID
    kind: str
    title: str
    description: str | None
    url: str | None
    launch_url: str | None = strawberry.field(description="Where a learner's work with it begins.")
    keywords: list[str] = strawberry.field(description="What it is about, in the listing's own words.")
    licence: str | None
    language: str
    grades: list[str]
    approval: str = strawberry.field(description="LISTED, UNDER_REVIEW or APPROVED.")
    reasons: list[str] = strawberry.field(description="Why it was found.")
    alignments: list[Alignment]


@strawberry.type(description="How many of the resources found share a value.")
class FacetValue:
    value: str
    count: int


@strawberry.type
class Facet:
    name: str
    values: list[FacetValue]


@strawberry.type(description="A page of what was found, with what could narrow it.")
class ResourceSearch:
    edges: list[Edge[Resource]]
    page_info: PageInfo
    total_count: int
    facets: list[Facet]


@strawberry.type(description="A resource and why it is suggested to this learner now.")
class SuggestedResource:
    reasons: list[str]
    competency: Competency = carried("id", "code", "statement", "frameworkId")
    resource: Resource


@strawberry.input(description="All members must hold; a list holds if one of its values does.")
class ResourceFilter:
    kinds: list[str] | None = UNSET
    licences: list[str] | None = UNSET
    competency_ids: list[ID] | None = UNSET
    grades: list[str] | None = UNSET
