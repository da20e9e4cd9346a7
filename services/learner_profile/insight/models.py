"""Pace, alerts, decisions to advance, and figures as they were published."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from kit.models import DistrictKey, Utc
from services.learner_profile.models import Base

_BANDS = "('AHEAD', 'ON_PACE', 'BEHIND', 'STALLED')"
_ALERTS = "kind in ('PACE_BEHIND', 'PACE_STALLED')"


class Pace(Base):
    """How fast a learner gets on with a competency that has begun and is not mastered; computed, and can be again."""

    __tablename__ = "pace"
    __table_args__ = (CheckConstraint(f"band in {_BANDS}", name="band"),)

    district_id: Mapped[DistrictKey]
    learner_id: Mapped[UUID] = mapped_column(primary_key=True)
    competency_id: Mapped[UUID] = mapped_column(primary_key=True)
    band: Mapped[str]
    since_on: Mapped[date]
    """The day from which the band holds."""
    due_on: Mapped[date | None]
    projected_on: Mapped[date | None]
    """The day on which the trend reaches mastery; null where it does not lead there."""
    changed_at: Mapped[Utc]


class PaceTarget(Base):
    """The day by which a class is to have mastered a competency; where there is none, the end of the school year counts."""

    __tablename__ = "pace_target"
    __table_args__ = (
        ForeignKeyConstraint(["district_id", "competency_id"], ["competency.district_id", "competency.id"]),
    )

    district_id: Mapped[DistrictKey]
    class_id: Mapped[UUID] = mapped_column(primary_key=True)
    competency_id: Mapped[UUID] = mapped_column(primary_key=True)
    due_on: Mapped[date]
    set_by: Mapped[str]
    recorded_at: Mapped[Utc] = mapped_column(server_default=func.now())


class AlertRule(Base):
    """When staff are alerted; without a row the rule's own default holds."""

    __tablename__ = "alert_rule"
    __table_args__ = (
        CheckConstraint(_ALERTS, name="kind"),
        CheckConstraint("after_days between 0 and 365", name="after_days"),
    )

    district_id: Mapped[DistrictKey]
    kind: Mapped[str] = mapped_column(primary_key=True)
    is_enabled: Mapped[bool]
    after_days: Mapped[int]
    """For PACE_STALLED the days without evidence, for PACE_BEHIND the days that the learner has been behind."""
    recorded_at: Mapped[Utc] = mapped_column(server_default=func.now())


class Alert(Base):
    """Something that staff should look at. It expires with its cause, whatever was answered."""

    __tablename__ = "alert"
    __table_args__ = (
        CheckConstraint(_ALERTS, name="kind"),
        CheckConstraint("state in ('new', 'seen', 'acted', 'dismissed', 'expired')", name="state"),
        Index(
            "uq_alert_open",
            "district_id",
            "learner_id",
            "competency_id",
            "kind",
            unique=True,
            postgresql_where=text("state <> 'expired'"),
        ),
    )

    district_id: Mapped[DistrictKey]
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuid7()"))
    kind: Mapped[str]
    learner_id: Mapped[UUID]
    competency_id: Mapped[UUID]
    since_on: Mapped[date]
    state: Mapped[str] = mapped_column(server_default="new")
    note: Mapped[str | None]
    answered_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None]
    raised_at: Mapped[Utc] = mapped_column(server_default=func.now())


class AdvanceDecision(Base):
    """An educator's word on whether a learner goes on; nobody advances automatically. Rows are added only."""

    __tablename__ = "advance_decision"
    __table_args__ = (
        CheckConstraint("decision in ('advanced', 'held', 'overridden')", name="decision"),
        CheckConstraint("decision <> 'overridden' or note is not null", name="note"),
        Index("ix_advance_decision_learner", "district_id", "learner_id", "competency_id", "decided_at"),
        ForeignKeyConstraint(["district_id", "competency_id"], ["competency.district_id", "competency.id"]),
    )

    district_id: Mapped[DistrictKey]
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuid7()"))
    learner_id: Mapped[UUID]
    competency_id: Mapped[UUID]
    decision: Mapped[str]
    note: Mapped[str | None]
    decided_by: Mapped[UUID]
    decided_at: Mapped[Utc] = mapped_column(server_default=func.now())


class FiguresDay(Base):
    """A day whose figures have been taken."""

    __tablename__ = "figures_day"

    district_id: Mapped[DistrictKey]
    on_day: Mapped[date] = mapped_column(primary_key=True)
    taken_at: Mapped[Utc] = mapped_column(server_default=func.now())


class ProgressSnapshot(Base):
    """Where the learners of a class, a school or the district stood in a framework on a day. Rows are added only."""

    __tablename__ = "progress_snapshot"
    __table_args__ = (CheckConstraint("scope in ('class', 'school', 'district')", name="scope"),)

    district_id: Mapped[DistrictKey]
    scope: Mapped[str] = mapped_column(primary_key=True)
    scope_id: Mapped[UUID] = mapped_column(primary_key=True)
    framework_id: Mapped[UUID] = mapped_column(primary_key=True)
    on_day: Mapped[date] = mapped_column(primary_key=True)
    learners: Mapped[int]
    """With evidence in the framework."""
    assessed: Mapped[int]
    """Pairs of learner and competency with evidence."""
    mastered: Mapped[int]
    developing: Mapped[int]
    insufficient: Mapped[int]


class GapFigure(Base):
    """A published figure of a subgroup: what may not be shown is not stored. Rows are added only."""

    __tablename__ = "gap_figure"
    __table_args__ = (
        CheckConstraint("people is null = suppressed", name="suppressed"),
        CheckConstraint("people is not null or value is null", name="value"),
    )

    district_id: Mapped[DistrictKey]
    scope_id: Mapped[UUID] = mapped_column(primary_key=True)
    """A school, or the district by its own id."""
    dimension: Mapped[str] = mapped_column(primary_key=True)
    group_name: Mapped[str] = mapped_column(primary_key=True)
    """Empty for everybody."""
    on_day: Mapped[date] = mapped_column(primary_key=True)
    people: Mapped[int | None]
    value: Mapped[Decimal | None]
    """The mean over people of the share of their assessed competencies that is mastered, half up to four places."""
    suppressed: Mapped[bool]
