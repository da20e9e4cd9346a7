"""What a learner has shown, and how far that carries."""

from enum import Enum

import strawberry
from strawberry import ID

from gateway.joins import Reference, carried, joined, section
from gateway.types.competency import Competency
from gateway.types.people import Person
from gateway.types.scalars import DateTime
from gateway.types.sources import LEARNERS, PERSONS


@strawberry.enum(description="How far the evidence carries.")
class MasteryState(Enum):
    NOT_STARTED = "NOT_STARTED"
    INSUFFICIENT_EVIDENCE = "INSUFFICIENT_EVIDENCE"
    DEVELOPING = "DEVELOPING"
    MASTERED = "MASTERED"
    DECAYED = strawberry.enum_value("DECAYED", description="Once mastered, and what shows it has grown too old.")


@strawberry.enum(description="How a learner gets on with a competency that has begun and is not mastered.")
class PaceBand(Enum):
    AHEAD = "AHEAD"
    ON_PACE = "ON_PACE"
    BEHIND = "BEHIND"
    STALLED = "STALLED"


@strawberry.type(description="A learner's standing in one competency, as of a moment.")
class Mastery:
    competency: Competency = carried("id", "code", "statement", "frameworkId")
    state: MasteryState
    level: str | None = strawberry.field(description="Of the framework's own scale.")
    score: float | None = strawberry.field(description="From 0 to 1.")
    as_of: DateTime | None
    evidence_count: int
    pace: PaceBand | None = strawberry.field(
        description="Of what has begun and is not mastered, as it stands now; null with asOf."
    )


@strawberry.type(description="The rule in force; without an id the framework's own weight served.")
class MasteryRule:
    id: ID | None
    version: int | None
    method: str


@strawberry.type(
    description="A piece of evidence that counted; weight times score, summed, is the score before rounding."
)
class TracedEvidence:
    evidence_id: ID
    score: float
    weight: float


@strawberry.type(description="Evidence that a statement still needs; of any kind where none is named.")
class MissingEvidence:
    kind: str | None
    count: int


@strawberry.type(description="A standing with what it was made of.")
class ExplainedMastery:
    mastery: Mastery
    policy: MasteryRule
    trace: list[TracedEvidence] = strawberry.field(description="The latest first.")
    missing: list[MissingEvidence]


@strawberry.type(
    description="An educator says that a learner has mastered a competency; no rule and no score revokes it."
)
class ConferredStatus:
    id: ID
    competency: Competency = carried("id", "code", "statement", "frameworkId")
    basis: str = strawberry.field(description="On what it stands, in the educator's words.")
    conferred_by_id: ID
    conferred_at: DateTime
    withdrawn_at: DateTime | None = strawberry.field(description="When a person took it back; null while it holds.")
    withdrawal_reason: str | None

    @joined(Reference(PERSONS, "conferredById"))
    def conferred_by(self) -> Person | None:
        pass


@strawberry.type
class StatusesOfLearner:
    """What educators say a learner has mastered."""

    @section(LEARNERS, "statuses")
    def statuses(self) -> list[ConferredStatus] | None:
        """The latest first, those that were withdrawn among them."""


@strawberry.type(description="One thing that happened and that speaks for or against a competency.")
class Evidence:
    id: ID
    source_event_id: str | None = strawberry.field(description="The sender's own name for the event.")
    occurred_at: DateTime
    recorded_at: DateTime
    score: float | None = strawberry.field(description="From 0 to 1.")
    kind: str | None
    title: str | None
    competency: Competency = carried("id", "code", "statement", "frameworkId")
