"""Plans with their versions and what the parties answered."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Text, Uuid, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from kit.models import DistrictKey, Utc
from services.learner_profile.models import Base

_NEW_ID = text("uuid7()")
_PARTIES = "('LEARNER', 'GUARDIAN', 'TEACHER')"


class Plan(Base):
    """A learner's plan as it stands; a learner has one that is not closed."""

    __tablename__ = "plan"
    __table_args__ = (
        CheckConstraint("state in ('PROPOSED', 'ACTIVE', 'REVISED', 'CLOSED')", name="state"),
        CheckConstraint("version >= 1 and agreed_version between 1 and version", name="version"),
        Index(
            "uq_plan_open", "district_id", "learner_id", unique=True, postgresql_where=text("state <> 'CLOSED'::text")
        ),
        Index("ix_plan_learner", "district_id", "learner_id", "id"),
    )

    district_id: Mapped[DistrictKey]
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=_NEW_ID)
    learner_id: Mapped[UUID]
    state: Mapped[str]
    version: Mapped[int] = mapped_column(server_default="1")
    agreed_version: Mapped[int | None]
    """The latest version to which everybody who has to has agreed."""
    recorded_at: Mapped[Utc] = mapped_column(server_default=func.now())
    changed_at: Mapped[Utc] = mapped_column(server_default=func.now())


class PlanVersion(Base):
    """What a plan says at one version; rows are added, never changed."""

    __tablename__ = "plan_version"
    __table_args__ = (
        CheckConstraint(f"proposed_as in {_PARTIES}", name="proposed_as"),
        ForeignKeyConstraint(["district_id", "plan_id"], ["plan.district_id", "plan.id"]),
    )

    district_id: Mapped[DistrictKey]
    plan_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    goal_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    competency_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    supports: Mapped[list[str]] = mapped_column(ARRAY(Text))
    activities: Mapped[list[str]] = mapped_column(ARRAY(Text))
    review_on: Mapped[date | None]
    proposed_as: Mapped[str]
    proposed_by: Mapped[UUID]
    proposed_at: Mapped[Utc] = mapped_column(server_default=func.now())


class PlanResponse(Base):
    """One person's answer to one version; the latest of a person counts, the earlier ones stay."""

    __tablename__ = "plan_response"
    __table_args__ = (
        CheckConstraint(f"party in {_PARTIES}", name="party"),
        CheckConstraint("decision in ('AGREED', 'DECLINED')", name="decision"),
        Index("ix_plan_response_version", "district_id", "plan_id", "version", "person_id", "id"),
        ForeignKeyConstraint(
            ["district_id", "plan_id", "version"],
            ["plan_version.district_id", "plan_version.plan_id", "plan_version.version"],
        ),
    )

    district_id: Mapped[DistrictKey]
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=_NEW_ID)
    plan_id: Mapped[UUID]
    version: Mapped[int]
    person_id: Mapped[UUID]
    party: Mapped[str]
    decision: Mapped[str]
    recorded_at: Mapped[Utc] = mapped_column(server_default=func.now())
