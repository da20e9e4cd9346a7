"""Where each learner stands on each competency now; everything here can be computed from the ledger again."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from kit.models import DistrictKey, Utc
from services.learner_profile.models import Base


class Mastery(Base):
    __tablename__ = "mastery"
    __table_args__ = (
        CheckConstraint(
            "state in ('NOT_STARTED', 'INSUFFICIENT_EVIDENCE', 'DEVELOPING', 'MASTERED', 'DECAYED')", name="state"
        ),
        CheckConstraint("evidence_count >= 0", name="evidence_count"),
        Index("ix_mastery_competency", "district_id", "competency_id", "learner_id"),
        Index("ix_mastery_stale", "district_id", "stale_at", postgresql_where=text("stale_at is not null")),
    )

    district_id: Mapped[DistrictKey]
    learner_id: Mapped[UUID] = mapped_column(primary_key=True)
    competency_id: Mapped[UUID] = mapped_column(primary_key=True)
    state: Mapped[str]
    level: Mapped[str | None]
    """The name of a step of the framework's proficiency scale; null while evidence is insufficient."""
    score: Mapped[Decimal | None]
    """From 0 to 1, rounded half up to four places; null without evidence."""
    evidence_count: Mapped[int]
    as_of: Mapped[Utc | None]
    """When the latest piece of evidence occurred."""
    policy_id: Mapped[UUID | None]
    """Whose method was used; null where no policy was in force and the framework's own weight served."""
    policy_version: Mapped[int | None]
    stale_at: Mapped[Utc | None]
    """When the passing of time alone changes this: a piece grows too old, or a policy begins or ends."""
    version: Mapped[int] = mapped_column(server_default="1")
    changed_at: Mapped[Utc] = mapped_column(server_default=func.now())
