"""Days of classes, their blocks, who takes part, and how far each learner is."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from kit.models import DistrictKey, Utc
from services.learner_profile.models import Base


class ClassDay(Base):
    """The plan of one class for one day of the district's calendar; its row is the lock of whoever plans it."""

    __tablename__ = "class_day"

    district_id: Mapped[DistrictKey]
    class_id: Mapped[UUID] = mapped_column(primary_key=True)
    day_on: Mapped[date] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(server_default="0")
    recorded_at: Mapped[Utc] = mapped_column(server_default=func.now())
    recorded_by: Mapped[str | None]
    """The client, or the id of the person, who planned it."""


class ActivityBlock(Base):
    """A stretch of a class's day. Without seats it is for the whole class."""

    __tablename__ = "activity_block"
    __table_args__ = (
        CheckConstraint(
            "kind in ('INDIVIDUAL_INSTRUCTION', 'WHOLE_GROUP', 'SMALL_GROUP', 'INDEPENDENT_ONLINE')", name="kind"
        ),
        CheckConstraint("state in ('active', 'withdrawn')", name="state"),
        CheckConstraint("ends_at > starts_at", name="span"),
        Index("ix_activity_block_day", "district_id", "class_id", "day_on", "starts_at", "id"),
        ForeignKeyConstraint(
            ["district_id", "class_id", "day_on"], ["class_day.district_id", "class_day.class_id", "class_day.day_on"]
        ),
    )

    district_id: Mapped[DistrictKey]
    id: Mapped[UUID] = mapped_column(primary_key=True)
    """The planner's own name for it."""
    class_id: Mapped[UUID]
    day_on: Mapped[date]
    kind: Mapped[str]
    title: Mapped[str]
    group_title: Mapped[str | None]
    is_for_class: Mapped[bool]
    starts_at: Mapped[Utc]
    ends_at: Mapped[Utc]
    resource_id: Mapped[UUID | None]
    """Of the marketplace."""
    state: Mapped[str] = mapped_column(server_default="active")
    version: Mapped[int] = mapped_column(server_default="1")
    recorded_at: Mapped[Utc] = mapped_column(server_default=func.now())


class ActivitySeat(Base):
    """A learner for whom a block is planned that is not for the whole class."""

    __tablename__ = "activity_seat"
    __table_args__ = (
        Index("ix_activity_seat_learner", "district_id", "learner_id", "block_id"),
        ForeignKeyConstraint(["district_id", "block_id"], ["activity_block.district_id", "activity_block.id"]),
    )

    district_id: Mapped[DistrictKey]
    block_id: Mapped[UUID] = mapped_column(primary_key=True)
    learner_id: Mapped[UUID] = mapped_column(primary_key=True)


class ActivityAttempt(Base):
    """When a learner began and finished a block; each is said once."""

    __tablename__ = "activity_attempt"
    __table_args__ = (
        CheckConstraint("finished_at >= started_at", name="order"),
        ForeignKeyConstraint(["district_id", "block_id"], ["activity_block.district_id", "activity_block.id"]),
    )

    district_id: Mapped[DistrictKey]
    block_id: Mapped[UUID] = mapped_column(primary_key=True)
    learner_id: Mapped[UUID] = mapped_column(primary_key=True)
    started_at: Mapped[Utc]
    finished_at: Mapped[Utc | None]
