"""What the district adds to what the sources tell, and what follows from it."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from kit.models import DistrictKey, SourcedId, Utc
from services.learner_profile.models import Base


class District(Base):
    """A school district; everything else hangs below one."""

    __tablename__ = "district"
    __table_args__ = (UniqueConstraint("slug"),)

    district_id: Mapped[DistrictKey]
    slug: Mapped[str]
    name: Mapped[str]
    time_zone: Mapped[str] = mapped_column(server_default="America/New_York")
    created_at: Mapped[Utc] = mapped_column(server_default=func.now())


class SourceSystem(Base):
    """A system that pushes into a district, and who answers for it."""

    __tablename__ = "source_system"
    __table_args__ = (
        CheckConstraint("absence in ('remove', 'keep')", name="absence"),
        CheckConstraint("removal_share between 0 and 1", name="removal_share"),
        CheckConstraint("state in ('live', 'paused')", name="state"),
    )

    district_id: Mapped[DistrictKey]
    source: Mapped[SourcedId] = mapped_column(primary_key=True)
    name: Mapped[str]
    owner: Mapped[str | None]
    state: Mapped[str] = mapped_column(server_default="live")
    absence: Mapped[str] = mapped_column(server_default="remove")
    """What a row's absence from a bulk file means: `remove` marks it to be deleted, `keep` leaves it."""
    removal_share: Mapped[Decimal] = mapped_column(server_default="0.2")
    """The share of active people or enrolments (0 to 1) that a run may remove without a person's confirmation."""
    last_good_run_at: Mapped[datetime | None]
    """When a roster run of it was last applied, or a push of it taken; pushes are noted once a minute."""
    expected_every: Mapped[timedelta | None]
    """After so long without anything good the source is stale; null where nothing is expected of it."""


class StaffAssignment(Base):
    """What a person of the staff is in an org, told by a roster role or through the district's own door."""

    __tablename__ = "staff_assignment"
    __table_args__ = (
        CheckConstraint("fte >= 0 and fte <= 1", name="fte"),
        CheckConstraint("state in ('active', 'withdrawn')", name="state"),
        CheckConstraint("origin in ('roster', 'door')", name="origin"),
        Index("ix_staff_assignment_person", "district_id", "person_id"),
        Index("ix_staff_assignment_org", "district_id", "org_id", "role"),
    )

    district_id: Mapped[DistrictKey]
    id: Mapped[UUID] = mapped_column(primary_key=True)
    """For a row with origin `roster`, made from the source and the sourcedId of the role."""
    person_id: Mapped[UUID]
    org_id: Mapped[UUID]
    role: Mapped[str]
    fte: Mapped[Decimal | None]
    from_on: Mapped[date | None]
    to_on: Mapped[date | None]
    """The first day on which the assignment no longer holds."""
    origin: Mapped[str]
    source: Mapped[SourcedId | None]
    """The source system whose roster tells it; null for the district's own door."""
    state: Mapped[str] = mapped_column(server_default="active")
    version: Mapped[int] = mapped_column(server_default="1")
    recorded_at: Mapped[Utc] = mapped_column(server_default=func.now())


class SchoolEnrollment(Base):
    """A learner at a school, derived from the roster's student roles; what a school's leaders and other services go by."""

    __tablename__ = "school_enrollment"
    __table_args__ = (
        CheckConstraint("state in ('active', 'withdrawn')", name="state"),
        Index("ix_school_enrollment_school", "district_id", "school_id", "learner_id"),
    )

    district_id: Mapped[DistrictKey]
    learner_id: Mapped[UUID] = mapped_column(primary_key=True)
    school_id: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[SourcedId]
    grade: Mapped[str | None]
    from_on: Mapped[date | None]
    to_on: Mapped[date | None]
    """The first day on which the learner is no longer there."""
    is_primary: Mapped[bool]
    state: Mapped[str] = mapped_column(server_default="active")
    version: Mapped[int] = mapped_column(server_default="1")
    recorded_at: Mapped[Utc] = mapped_column(server_default=func.now())


class Guardianship(Base):
    """Who stands to a learner in which right; OneRoster has no field for custody, so it has a door of its own."""

    __tablename__ = "guardianship"
    __table_args__ = (
        CheckConstraint("kind in ('rights_holder', 'contact', 'court_restriction')", name="kind"),
        CheckConstraint("state in ('active', 'withdrawn')", name="state"),
        CheckConstraint("from_on is null or to_on is null or from_on <= to_on", name="window"),
        Index("ix_guardianship_guardian", "district_id", "guardian_id"),
        Index("ix_guardianship_learner", "district_id", "learner_id"),
    )

    district_id: Mapped[DistrictKey]
    id: Mapped[UUID] = mapped_column(primary_key=True)
    guardian_id: Mapped[UUID]
    learner_id: Mapped[UUID]
    kind: Mapped[str]
    from_on: Mapped[date | None]
    to_on: Mapped[date | None]
    """The first day on which it no longer holds."""
    state: Mapped[str] = mapped_column(server_default="active")
    version: Mapped[int] = mapped_column(server_default="1")
    recorded_at: Mapped[Utc] = mapped_column(server_default=func.now())
