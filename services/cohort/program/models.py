"""Programs are data: the mode, the number of cohorts and their length are never code."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from kit.models import DistrictKey, Utc
from services.cohort.models import Base


class Program(Base):
    """A rollout; its mode says how schools come to their cohort, its mandate whether every school joins in the end."""

    __tablename__ = "program"
    __table_args__ = (CheckConstraint("mode in ('choice', 'district', 'competitive')", name="mode"),)

    district_id: Mapped[DistrictKey]
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    mode: Mapped[str]
    mandate: Mapped[bool]
    version: Mapped[int] = mapped_column(server_default="1")
    recorded_at: Mapped[Utc] = mapped_column(server_default=func.now())


class Cohort(Base):
    """Schools that go through a program together, in one window."""

    __tablename__ = "cohort"
    __table_args__ = (
        ForeignKeyConstraint(["district_id", "program_id"], ["program.district_id", "program.id"]),
        UniqueConstraint("district_id", "program_id", "id"),
        CheckConstraint("begins_on < ends_on", name="window"),
        CheckConstraint("launches_on between begins_on and ends_on", name="launch"),
        CheckConstraint("capacity >= 0", name="capacity"),
        Index("ix_cohort_program", "district_id", "program_id", "position"),
    )

    district_id: Mapped[DistrictKey]
    id: Mapped[UUID] = mapped_column(primary_key=True)
    program_id: Mapped[UUID]
    name: Mapped[str]
    position: Mapped[int]
    begins_on: Mapped[date]
    launches_on: Mapped[date]
    """When its schools begin to work in the new way; what lies before is planning."""
    ends_on: Mapped[date]
    """The first day after it."""
    capacity: Mapped[int]
    """How many schools it takes."""
    version: Mapped[int] = mapped_column(server_default="1")
    recorded_at: Mapped[Utc] = mapped_column(server_default=func.now())


class Placement(Base):
    """A school's place in a program; one for each school and program."""

    __tablename__ = "placement"
    __table_args__ = (
        ForeignKeyConstraint(
            ["district_id", "program_id", "cohort_id"], ["cohort.district_id", "cohort.program_id", "cohort.id"]
        ),
        CheckConstraint("state in ('active', 'withdrawn')", name="state"),
        Index("ix_placement_cohort", "district_id", "cohort_id"),
        Index("ix_placement_school", "district_id", "school_id"),
    )

    district_id: Mapped[DistrictKey]
    id: Mapped[UUID] = mapped_column(primary_key=True)
    """Made from the program and the school, so that two who place at once meet in one row."""
    program_id: Mapped[UUID]
    school_id: Mapped[UUID]
    cohort_id: Mapped[UUID]
    reason: Mapped[str | None]
    state: Mapped[str] = mapped_column(server_default="active")
    version: Mapped[int] = mapped_column(server_default="1")
    recorded_at: Mapped[Utc] = mapped_column(server_default=func.now())
