"""Copies of what the learner profile service tells of schools and staff."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from kit.models import DistrictKey
from services.cohort.models import Base


class School(Base):
    """A school of the roster; the highest (epoch, version) wins."""

    __tablename__ = "school"
    __table_args__ = (CheckConstraint("state in ('active', 'withdrawn')", name="state"),)

    district_id: Mapped[DistrictKey]
    id: Mapped[UUID] = mapped_column(primary_key=True)
    epoch: Mapped[int]
    version: Mapped[int]
    state: Mapped[str]
    name: Mapped[str]
    level: Mapped[str | None]
    grades: Mapped[list[str]] = mapped_column(ARRAY(Text))
    area: Mapped[str | None]
    merged_into: Mapped[UUID | None]
    occurred_at: Mapped[datetime]


class StaffAssignment(Base):
    """What a person of the staff is in an org."""

    __tablename__ = "staff_assignment"
    __table_args__ = (
        CheckConstraint("state in ('active', 'withdrawn')", name="state"),
        Index("ix_staff_assignment_person", "district_id", "person_id"),
    )

    district_id: Mapped[DistrictKey]
    id: Mapped[UUID] = mapped_column(primary_key=True)
    epoch: Mapped[int]
    version: Mapped[int]
    state: Mapped[str]
    person_id: Mapped[UUID]
    org_id: Mapped[UUID]
    role: Mapped[str]
    from_on: Mapped[date | None]
    to_on: Mapped[date | None]
