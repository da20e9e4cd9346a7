"""What comes in at the ledger's door."""

from decimal import Decimal
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from kit.clock import Instant
from kit.stored import storable

Score = Annotated[Decimal, Field(ge=0, le=1, max_digits=30, description="From 0 to 1; kept to six places")]
Label = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(storable)]
Name = Annotated[str, Field(min_length=1, max_length=255), AfterValidator(storable)]


class EvidenceIn(BaseModel):
    """One piece of evidence. The learner is named by our id or, by systems, by the sourcedId of their roster; the
    competency by our id or by its CASE identifier. `sourceEventId` is the sender's own name for it: the same again changes
    nothing, another content under the same name is a correction.
    """

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True)

    learner_id: UUID | None = None
    learner_sourced_id: Name | None = None
    competency_id: UUID | None = None
    competency_identifier: Name | None = None
    score: Score
    kind: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_ -]{0,39}$")] = "observation"
    title: Label | None = None
    occurred_at: Instant | None = None
    """Now, where it is not said; never later than now."""
    source_event_id: Name | None = None

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        if (self.learner_id is None) == (self.learner_sourced_id is None):
            raise ValueError("name the learner by learnerId or by learnerSourcedId")
        if (self.competency_id is None) == (self.competency_identifier is None):
            raise ValueError("name the competency by competencyId or by competencyIdentifier")
        return self
