"""The ledger of evidence: rows are added, never changed and never removed."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from kit.models import DistrictKey, SourcedId, Utc
from services.learner_profile.models import Base


class Evidence(Base):
    """One revision of one piece of evidence.

    A piece is known by (source, source_event_id). A correction is its next revision and names the row that it supersedes; a
    deletion is a revision in state `withdrawn`. What stood at an instant is the highest revision recorded until then.
    """

    __tablename__ = "evidence"
    __table_args__ = (
        CheckConstraint("score >= 0 and score <= 1", name="score"),
        CheckConstraint("state in ('active', 'withdrawn')", name="state"),
        CheckConstraint("revision >= 1", name="revision"),
        UniqueConstraint("district_id", "source", "source_event_id", "revision"),
        Index("ix_evidence_competency", "district_id", "learner_id", "competency_id", "occurred_at"),
        Index("ix_evidence_learner", "district_id", "learner_id", "occurred_at", "id"),
        Index(
            "ix_evidence_later",
            "district_id",
            "source",
            "source_event_id",
            "revision",
            "recorded_at",
            postgresql_where=text("revision > 1"),
        ),
        ForeignKeyConstraint(["district_id", "competency_id"], ["competency.district_id", "competency.id"]),
    )

    district_id: Mapped[DistrictKey]
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuid7()"))
    learner_id: Mapped[UUID]
    competency_id: Mapped[UUID]
    score: Mapped[Decimal]
    """From 0 to 1, rounded half up to six places."""
    raw_score: Mapped[Decimal | None]
    raw_text: Mapped[str | None]
    kind: Mapped[str]
    title: Mapped[str | None]
    source: Mapped[SourcedId]
    source_event_id: Mapped[SourcedId]
    revision: Mapped[int] = mapped_column(server_default="1")
    supersedes_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(server_default="active")
    occurred_at: Mapped[Utc]
    """When it happened; never later than `recorded_at`."""
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())
    """When we learned it."""
    recorded_by: Mapped[str | None]
