"""The ledger of profile entries: rows are added, never changed and never removed; and what assessments are scored on."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from kit.models import DistrictKey, Json, SourcedId, Utc
from services.learner_profile.models import Base


class ProfileEntry(Base):
    """One revision of one thing that is known of a learner.

    A thing is known by (source, kind, source_record_id). A correction is its next revision and names the row it supersedes; a
    deletion is a revision in state `withdrawn`. What stood at an instant is the highest revision recorded until then.
    `content` has the shape of its kind (`schemas`), in the graph's own names.
    """

    __tablename__ = "profile_entry"
    __table_args__ = (
        CheckConstraint("state in ('active', 'withdrawn')", name="state"),
        CheckConstraint("revision >= 1", name="revision"),
        UniqueConstraint("district_id", "source", "kind", "source_record_id", "revision"),
        Index("ix_profile_entry_learner", "district_id", "learner_id", "kind", "occurred_at", "id"),
    )

    district_id: Mapped[DistrictKey]
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuid7()"))
    entry_id: Mapped[UUID]
    """The thing itself; its first revision's id."""
    learner_id: Mapped[UUID]
    kind: Mapped[str]
    source: Mapped[SourcedId]
    """The system that tells it, or `person:` and the id of who says it."""
    source_record_id: Mapped[SourcedId]
    revision: Mapped[int] = mapped_column(server_default="1")
    supersedes_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(server_default="active")
    content: Mapped[Json]
    occurred_at: Mapped[Utc]
    """When it happened; never later than `recorded_at`."""
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())
    """When we learned it."""
    recorded_by: Mapped[str | None]


class Assessment(Base):
    """An assessment's definition: results outside its scale are refused."""

    __tablename__ = "assessment"
    __table_args__ = (
        CheckConstraint("type in ('FORMATIVE', 'INTERIM', 'HIGH_STAKES', 'GROWTH')", name="type"),
        CheckConstraint("scale_min < scale_max", name="scale"),
        UniqueConstraint("district_id", "identifier"),
    )

    district_id: Mapped[DistrictKey]
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuid7()"))
    identifier: Mapped[SourcedId]
    title: Mapped[str]
    type: Mapped[str]
    is_internal: Mapped[bool]
    """Made by the district itself, beside the state's fixed tests."""
    scale_min: Mapped[Decimal]
    scale_max: Mapped[Decimal]
    version: Mapped[int] = mapped_column(server_default="1")
    recorded_at: Mapped[Utc] = mapped_column(server_default=func.now())
