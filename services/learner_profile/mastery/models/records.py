"""What people said and issued: added, never changed by a rule."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from kit.models import DistrictKey, SourcedId, Utc
from services.learner_profile.models import Base

_NEW_ID = text("uuid7()")


class MasteryStatus(Base):
    """An educator says that a learner has mastered a competency; no change of rule or score revokes it."""

    __tablename__ = "mastery_status"
    __table_args__ = (
        Index("ix_mastery_status_learner", "district_id", "learner_id", "competency_id"),
        ForeignKeyConstraint(["district_id", "competency_id"], ["competency.district_id", "competency.id"]),
    )

    district_id: Mapped[DistrictKey]
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=_NEW_ID)
    learner_id: Mapped[UUID]
    competency_id: Mapped[UUID]
    basis: Mapped[str]
    """On what it stands, in the educator's words."""
    conferred_by: Mapped[UUID]
    conferred_at: Mapped[Utc] = mapped_column(server_default=func.now())


class MasteryStatusWithdrawal(Base):
    """A person took a status back, and why."""

    __tablename__ = "mastery_status_withdrawal"
    __table_args__ = (
        ForeignKeyConstraint(["district_id", "status_id"], ["mastery_status.district_id", "mastery_status.id"]),
    )

    district_id: Mapped[DistrictKey]
    status_id: Mapped[UUID] = mapped_column(primary_key=True)
    reason: Mapped[str]
    withdrawn_by: Mapped[UUID]
    withdrawn_at: Mapped[Utc] = mapped_column(server_default=func.now())


class MasteryReport(Base):
    """A report of where the learners of a school stood, frozen when it was issued."""

    __tablename__ = "mastery_report"
    __table_args__ = (
        Index("ix_mastery_report_school", "district_id", "school_id", "issued_at"),
        ForeignKeyConstraint(["district_id", "framework_id"], ["framework.district_id", "framework.id"]),
    )

    district_id: Mapped[DistrictKey]
    id: Mapped[UUID] = mapped_column(primary_key=True)
    title: Mapped[str]
    school_id: Mapped[UUID]
    framework_id: Mapped[UUID]
    as_of: Mapped[Utc]
    """What had happened and was known by then is in it."""
    issued_at: Mapped[Utc] = mapped_column(server_default=func.now())
    issued_by: Mapped[SourcedId]
    """The client, or the id of the person, who issued it."""


class MasteryReportRow(Base):
    __tablename__ = "mastery_report_row"
    __table_args__ = (
        Index("ix_mastery_report_row_learner", "district_id", "learner_id", "report_id"),
        CheckConstraint("state in ('INSUFFICIENT_EVIDENCE', 'DEVELOPING', 'MASTERED', 'DECAYED')", name="state"),
        ForeignKeyConstraint(["district_id", "report_id"], ["mastery_report.district_id", "mastery_report.id"]),
        ForeignKeyConstraint(["district_id", "competency_id"], ["competency.district_id", "competency.id"]),
    )

    district_id: Mapped[DistrictKey]
    report_id: Mapped[UUID] = mapped_column(primary_key=True)
    learner_id: Mapped[UUID] = mapped_column(primary_key=True)
    competency_id: Mapped[UUID] = mapped_column(primary_key=True)
    state: Mapped[str]
    level: Mapped[str | None]
    score: Mapped[Decimal | None]
    evidence_count: Mapped[int]
    policy_id: Mapped[UUID | None]
    policy_version: Mapped[int | None]
