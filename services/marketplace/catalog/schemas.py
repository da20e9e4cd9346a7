"""What goes in and out of the catalogue's doors."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AnyHttpUrl, BaseModel, ConfigDict, Field, StringConstraints, UrlConstraints, model_validator
from pydantic.alias_generators import to_camel

Words = Annotated[
    str, StringConstraints(min_length=1, max_length=300, strip_whitespace=True, pattern=r"^[^\x00-\x1f]+$")
]
Prose = Annotated[str, StringConstraints(max_length=10_000, pattern=r"^[^\x00]*$")]
Identifier = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f]+$")]
Link = Annotated[AnyHttpUrl, UrlConstraints(max_length=2000)]
Approval = Literal["listed", "under_review", "approved", "retired"]


class _Body(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", from_attributes=True)


class AlignmentBody(_Body):
    identifier: Identifier
    """The CASE identifier of the competency."""
    strength: Annotated[Decimal, Field(gt=0, le=1, decimal_places=3)] = Decimal(1)


class ResourceIn(_Body):
    title: Words
    kind: Words
    description: Prose | None = None
    url: Link | None = None
    licence: Words | None = None
    language: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$", max_length=35)] = "en"
    grades: Annotated[list[Words], Field(max_length=20)] = []
    keywords: Annotated[list[Words], Field(max_length=50)] = []
    approval: Approval = "listed"
    alignments: Annotated[list[AlignmentBody], Field(max_length=500)] = []

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len({alignment.identifier for alignment in self.alignments}) != len(self.alignments):
            raise ValueError("each competency is aligned once")
        return self


class ResourceOut(_Body):
    id: UUID
    title: str
    kind: str
    description: str | None
    url: str | None
    licence: str | None
    language: str
    grades: list[str]
    keywords: list[str]
    approval: Approval
    version: int
    recorded_at: datetime
