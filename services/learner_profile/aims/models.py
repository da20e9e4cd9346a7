"""Goals with their versions, check-ins and responses, and what was decided about next steps."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Text, Uuid, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from kit.models import DistrictKey, Utc
from services.learner_profile.models import Base

_NEW_ID = text("uuid7()")
_NOBODY = text("'{}'::uuid[]")
_STATES = "state in ('DRAFT', 'PROPOSED', 'AGREED', 'ON_TRACK', 'AT_RISK', 'MET', 'DROPPED')"
_PARTIES = "party in ('LEARNER', 'GUARDIAN', 'TEACHER')"


class Goal(Base):
    """A goal as it stands; the learner owns it."""

    __tablename__ = "goal"
    __table_args__ = (
        CheckConstraint(_STATES, name="state"),
        CheckConstraint("target <> baseline", name="way_to_go"),
        CheckConstraint("version >= terms_version and terms_version >= 1", name="version"),
        Index("ix_goal_learner", "district_id", "learner_id", "due_on", "id"),
    )

    district_id: Mapped[DistrictKey]
    id: Mapped[UUID] = mapped_column(primary_key=True)
    """The client's own name for it."""
    learner_id: Mapped[UUID]
    title: Mapped[str]
    measure: Mapped[str]
    """What is measured, in words."""
    unit: Mapped[str | None]
    baseline: Mapped[Decimal]
    target: Mapped[Decimal]
    due_on: Mapped[date | None]
    competency_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=_NOBODY)
    state: Mapped[str]
    version: Mapped[int] = mapped_column(server_default="1")
    terms_version: Mapped[int] = mapped_column(server_default="1")
    """The version that last changed what the goal says; responses belong to it."""
    agreed_at: Mapped[Utc | None]
    """When these terms were first agreed."""
    recorded_at: Mapped[Utc] = mapped_column(server_default=func.now())
    changed_at: Mapped[Utc] = mapped_column(server_default=func.now())


class GoalVersion(Base):
    """What a goal was at one version; rows are added, never changed."""

    __tablename__ = "goal_version"
    __table_args__ = (
        CheckConstraint(_STATES, name="state"),
        ForeignKeyConstraint(["district_id", "goal_id"], ["goal.district_id", "goal.id"]),
    )

    district_id: Mapped[DistrictKey]
    goal_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    terms_version: Mapped[int]
    title: Mapped[str]
    measure: Mapped[str]
    unit: Mapped[str | None]
    baseline: Mapped[Decimal]
    target: Mapped[Decimal]
    due_on: Mapped[date | None]
    competency_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    state: Mapped[str]
    note: Mapped[str | None]
    recorded_at: Mapped[Utc] = mapped_column(server_default=func.now())
    recorded_by: Mapped[UUID | None]


class GoalCheckIn(Base):
    """A value that somebody measured on the way; rows are added, never changed."""

    __tablename__ = "goal_check_in"
    __table_args__ = (
        CheckConstraint(_PARTIES, name="party"),
        Index("ix_goal_check_in_goal", "district_id", "goal_id", "occurred_at", "id"),
        ForeignKeyConstraint(["district_id", "goal_id"], ["goal.district_id", "goal.id"]),
    )

    district_id: Mapped[DistrictKey]
    id: Mapped[UUID] = mapped_column(primary_key=True)
    goal_id: Mapped[UUID]
    value: Mapped[Decimal]
    note: Mapped[str | None]
    party: Mapped[str]
    person_id: Mapped[UUID]
    occurred_at: Mapped[Utc]
    recorded_at: Mapped[Utc] = mapped_column(server_default=func.now())


class GoalResponse(Base):
    """One party's answer to one version of a goal's terms; the latest of a person counts, the earlier ones stay."""

    __tablename__ = "goal_response"
    __table_args__ = (
        CheckConstraint(_PARTIES, name="party"),
        CheckConstraint("decision in ('AGREED', 'DECLINED')", name="decision"),
        Index("ix_goal_response_goal", "district_id", "goal_id", "terms_version", "person_id", "id"),
        ForeignKeyConstraint(["district_id", "goal_id"], ["goal.district_id", "goal.id"]),
    )

    district_id: Mapped[DistrictKey]
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=_NEW_ID)
    goal_id: Mapped[UUID]
    terms_version: Mapped[int]
    person_id: Mapped[UUID]
    party: Mapped[str]
    decision: Mapped[str]
    note: Mapped[str | None] = mapped_column(Text)
    recorded_at: Mapped[Utc] = mapped_column(server_default=func.now())


class StepDecision(Base):
    """What somebody decided about a suggested next step; rows are added, and the latest counts."""

    __tablename__ = "step_decision"
    __table_args__ = (
        CheckConstraint(_PARTIES, name="party"),
        CheckConstraint("decision in ('ACCEPTED', 'DECLINED')", name="decision"),
        Index("ix_step_decision_step", "district_id", "learner_id", "competency_id", "recorded_at", "id"),
        ForeignKeyConstraint(["district_id", "competency_id"], ["competency.district_id", "competency.id"]),
    )

    district_id: Mapped[DistrictKey]
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=_NEW_ID)
    learner_id: Mapped[UUID]
    competency_id: Mapped[UUID]
    decision: Mapped[str]
    note: Mapped[str | None]
    party: Mapped[str]
    person_id: Mapped[UUID]
    stood_on: Mapped[int]
    """The version of the learner's mastery of the competency on which the step stood; 0 where nothing had started."""
    recorded_at: Mapped[Utc] = mapped_column(server_default=func.now())
