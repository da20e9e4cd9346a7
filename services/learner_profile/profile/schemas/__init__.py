"""What comes in at the profile's doors, and what they answer."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from kit.clock import Instant
from kit.graph import GraphModel, Page
from services.learner_profile.profile.schemas.contents import Content, Number, Text

MOST_ENTRIES = 1000

Name = Text
"""Of an assessment or a record, as its sender calls it."""


class Kind(StrEnum):
    ASSESSMENT_RESULT = "ASSESSMENT_RESULT"
    COURSE_RECORD = "COURSE_RECORD"
    SKILL_RATING = "SKILL_RATING"
    MILESTONE = "MILESTONE"
    INTEREST = "INTEREST"
    PREFERENCE = "PREFERENCE"
    PORTFOLIO_ITEM = "PORTFOLIO_ITEM"
    INVENTORY_RESULT = "INVENTORY_RESULT"
    EXPERIENCE = "EXPERIENCE"
    DIGITAL_ACCESS = "DIGITAL_ACCESS"


class EntryIn(GraphModel):
    """One entry as a system tells it: `sourceRecordId` is the sender's own name for it, the same again changes nothing."""

    learner_sourced_id: Text
    source_record_id: Text
    occurred_at: Instant | None = None
    content: Content


class EntriesIn(GraphModel):
    """A batch; entries are read one by one, so that a bad one does not keep out the good ones."""

    entries: Annotated[tuple[dict[str, Any], ...], Field(min_length=1, max_length=MOST_ENTRIES)]


class OwnEntryIn(GraphModel):
    """One entry as somebody says it, about a learner to whom the speaker stands."""

    occurred_at: Instant | None = None
    content: Content


class RefusedEntry(GraphModel):
    """Which entry of the batch was not taken, and why."""

    index: int
    place: str
    code: str
    message: str


class EntriesReport(GraphModel):
    recorded: int
    unchanged: int
    refused: tuple[RefusedEntry, ...]


class EntryOut(GraphModel):
    """An entry as it stands."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID = Field(validation_alias="entry_id")
    kind: str
    revision: int
    state: str
    occurred_at: datetime
    recorded_at: datetime


class AssessmentIn(GraphModel):
    """An assessment and the scale that its results lie on."""

    title: Text
    type: Literal["FORMATIVE", "INTERIM", "HIGH_STAKES", "GROWTH"]
    is_internal: bool = False
    scale_min: Number
    scale_max: Number

    @model_validator(mode="after")
    def _goes_upwards(self) -> Self:
        if self.scale_min >= self.scale_max:
            raise ValueError("the scale ends above where it begins")
        return self


class AssessmentOut(GraphModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    identifier: str
    title: str
    type: str
    is_internal: bool
    scale_min: Decimal
    scale_max: Decimal
    version: int


class EntryPage(Page):
    """The latest first; `since` a day, as known at `asOf`."""

    first: Annotated[int, Field(ge=0, le=500)] = 20
    since: date | None = None
    as_of: Instant | None = None


class LatestFew(GraphModel):
    """The latest ones, without paging."""

    first: Annotated[int, Field(ge=0, le=100)] = 20
    as_of: Instant | None = None


class ResultPage(EntryPage):
    type: Literal["FORMATIVE", "INTERIM", "HIGH_STAKES", "GROWTH"] | None = None
    is_internal: bool | None = None


class CoursePage(EntryPage):
    term: Text | None = None
