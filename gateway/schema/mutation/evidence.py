"""Recording what learners have shown."""

# ruff: noqa: A002 - arguments carry their public names
from typing import Annotated

import strawberry
from strawberry import ID, UNSET

from gateway.joins import Write, joined
from gateway.schema.mutation.bodies import given_input
from gateway.types.mastery import Evidence
from gateway.types.refusal import Refusal
from gateway.types.scalars import DateTime
from gateway.types.sources import LEARNER_PROFILE


@strawberry.input(description="What somebody saw a learner do.")
class RecordEvidenceInput:
    learner_id: ID
    competency_id: ID
    score: float = strawberry.field(description="From 0 to 1.")
    kind: str | None = UNSET
    title: str | None = UNSET
    occurred_at: DateTime | None = strawberry.field(default=UNSET, description="Now, where it is not said.")
    source_event_id: str | None = strawberry.field(
        default=UNSET, description="The sender's own name: the same again changes nothing, another content corrects."
    )


@strawberry.type
class RecordEvidencePayload:
    evidence: Evidence


RecordEvidenceResult = Annotated[RecordEvidencePayload | Refusal, strawberry.union("RecordEvidenceResult")]


@strawberry.type
class EvidenceMutations:
    @joined(Write(LEARNER_PROFILE, "POST", "/v1/evidence", "RecordEvidencePayload", "evidence", given_input))
    def record_evidence(self, input: RecordEvidenceInput, idempotency_key: str) -> RecordEvidenceResult | None:
        """The same key with the same input answers what the first time made."""
