"""What maps a source's objects and actors, and what still waits."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from kit.stored import storable

Name = Annotated[str, Field(min_length=1, max_length=255), AfterValidator(storable)]
Value = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(storable)]
_SHAPE = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class MappingIn(BaseModel):
    """What a source calls an object or an actor, and what that is.

    An `object` (an IRI, an activity id, a line item's or a resource's id) is the competency of a CASE identifier. An `actor` is
    a learner by the sourcedId of a roster; with the match `prefix`, what follows the prefix is that sourcedId. An xAPI agent's
    name is `account:<homePage>:<name>`, `mailto:<address>`, `mbox_sha1sum:<hash>` or an OpenID; an address names a learner only
    where a mapping says so.
    """

    model_config = ConfigDict(**_SHAPE, extra="forbid", frozen=True)

    source: Name | None = None
    """Whose names these are; a system's own where it is not said."""
    kind: Literal["object", "actor"]
    match: Literal["exact", "prefix"] = "exact"
    value: Value
    competency_identifier: UUID | None = None
    roster_source: Name | None = None
    learner_sourced_id: Name | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        is_object = self.kind == "object"
        if is_object != (self.competency_identifier is not None):
            raise ValueError("an object, and nothing else, has a competencyIdentifier")
        if is_object and (self.roster_source or self.learner_sourced_id):
            raise ValueError("an object is no learner")
        if not is_object and (self.match == "exact") != (self.learner_sourced_id is not None):
            raise ValueError("an actor, unless it is mapped by prefix, has a learnerSourcedId")
        return self


class MappingOut(BaseModel):
    model_config = ConfigDict(**_SHAPE, from_attributes=True)

    id: UUID
    source: str
    kind: Literal["object", "actor"]
    match: Literal["exact", "prefix"]
    value: str
    competency_identifier: str | None
    roster_source: str | None
    learner_sourced_id: str | None
    state: Literal["active", "withdrawn"]
    version: int
    changed_at: datetime


class MappingPage(BaseModel):
    mappings: list[MappingOut]


class WaitingOut(BaseModel):
    """What some observations wait for: `name` is the actor where it is the learner, else the narrowest object."""

    model_config = _SHAPE

    source: str
    waiting_for: Literal["learner", "competency", "score"]
    name: str | None
    count: int
    first_seen_at: datetime
    last_seen_at: datetime


class WaitingPage(BaseModel):
    waiting: list[WaitingOut]
    counts: dict[str, int]
