"""What a search takes."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from kit.graph import GraphModel

_Word = Annotated[str, StringConstraints(max_length=300, pattern=r"^[^\x00]*$")]
_Words = Annotated[tuple[_Word, ...], Field(max_length=100)]


class ResourceFilter(GraphModel):
    kinds: _Words | None = None
    licences: _Words | None = None
    grades: _Words | None = None
    competency_ids: Annotated[tuple[UUID, ...], Field(max_length=100)] | None = None


class ResourceSearch(GraphModel):
    text: _Word | None = None
    filter: ResourceFilter | None = None
    first: Annotated[int, Field(ge=0, le=200)] = 20
    after: UUID | None = None
