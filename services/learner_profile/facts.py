"""The state that each event of this service carries."""

from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from kit.facts import Fact


class SchoolChanged(Fact):
    """A school as the roster now has it."""

    school_id: UUID
    name: str
    level: str | None = Field(description="elementary, middle or high")
    grades: list[str]
    area: str | None
    status: Literal["active", "tobedeleted"]
    identifier: str | None
    merged_into: UUID | None


class StaffAssigned(Fact):
    """What a person of the staff is in an org; `to` is the first day on which it no longer holds."""

    person_id: UUID
    org_id: UUID
    role: str
    fte: Decimal | None
    from_: date | None = Field(alias="from")
    to: date | None


class RelationshipChanged(Fact):
    """Who stands to a learner in which right."""

    person_id: UUID
    learner_id: UUID
    kind: Literal["guardian"]
    rights: Literal["rights_holder", "contact", "court_restriction"]
    from_: date | None = Field(alias="from")
    to: date | None


class LearnerEnrolled(Fact):
    """A learner at a school; its end opens the return of a device."""

    learner_id: UUID
    school_id: UUID
    grade: str | None
    from_: date | None = Field(alias="from")
    to: date | None


class FrameworkItem(BaseModel):
    """One item of a framework."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="allow")

    id: UUID
    identifier: str
    code: str | None
    state: Literal["active", "withdrawn"]
    aliases: list[str]
    replaced_by: UUID | None


class FrameworkPublished(Fact):
    """A framework with all its items; a retired item sends its alignments back to review."""

    framework_id: UUID
    identifier: str
    title: str
    edition: str | None
    items: list[FrameworkItem]


PUBLISHED: dict[str, type[Fact]] = {
    "school.changed": SchoolChanged,
    "staff.assigned": StaffAssigned,
    "relationship.changed": RelationshipChanged,
    "learner.enrolled": LearnerEnrolled,
    "framework.published": FrameworkPublished,
}
