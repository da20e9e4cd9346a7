"""Facts of other services as they last told them; the highest (epoch, version) wins, a withdrawal stays as a state.

There are no foreign keys between them: they arrive in any order.
"""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from kit.models import DistrictKey, SourcedId
from services.marketplace.models import Base


class Heard:
    """What every copy carries."""

    district_id: Mapped[DistrictKey]
    id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-9)
    epoch: Mapped[int]
    version: Mapped[int]
    state: Mapped[str]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[CheckConstraint | Index, ...]:  # noqa: N805 - SQLAlchemy's class-level attribute
        return (CheckConstraint("state in ('active', 'withdrawn')", name="state"), *getattr(cls, "_indexes", ()))


class School(Heard, Base):
    __tablename__ = "school"

    name: Mapped[str]
    level: Mapped[str | None]
    grades: Mapped[list[str]] = mapped_column(ARRAY(Text))
    area: Mapped[str | None]


class StaffAssignment(Heard, Base):
    __tablename__ = "staff_assignment"
    _indexes = (Index("ix_staff_assignment_person", "district_id", "person_id"),)

    person_id: Mapped[UUID]
    org_id: Mapped[UUID]
    role: Mapped[str]
    from_on: Mapped[date | None]
    to_on: Mapped[date | None]


class Relationship(Heard, Base):
    """Who stands to a learner in which right."""

    __tablename__ = "relationship"
    _indexes = (
        Index("ix_relationship_person", "district_id", "person_id"),
        Index("ix_relationship_learner", "district_id", "learner_id"),
    )

    person_id: Mapped[UUID]
    learner_id: Mapped[UUID]
    kind: Mapped[str]
    rights: Mapped[str | None]
    from_on: Mapped[date | None]
    to_on: Mapped[date | None]


class LearnerEnrollment(Heard, Base):
    """A learner at a school; `id` is made from both."""

    __tablename__ = "learner_enrollment"
    _indexes = (
        Index("ix_learner_enrollment_learner", "district_id", "learner_id"),
        Index("ix_learner_enrollment_school", "district_id", "school_id"),
    )

    learner_id: Mapped[UUID]
    school_id: Mapped[UUID]
    grade: Mapped[str | None]
    from_on: Mapped[date | None]
    to_on: Mapped[date | None]


class Placement(Heard, Base):
    """A school's place in a program."""

    __tablename__ = "placement"
    _indexes = (Index("ix_placement_school", "district_id", "school_id"),)

    school_id: Mapped[UUID]
    program_id: Mapped[UUID]
    cohort_id: Mapped[UUID]
    from_on: Mapped[date | None]
    to_on: Mapped[date | None]


class Framework(Heard, Base):
    __tablename__ = "framework"

    identifier: Mapped[SourcedId]
    title: Mapped[str | None]


class Competency(Heard, Base):
    """An item of a framework; its epoch and version are the framework's."""

    __tablename__ = "competency"
    _indexes = (
        Index("ix_competency_identifier", "district_id", "identifier"),
        Index("ix_competency_framework", "district_id", "framework_id"),
    )

    framework_id: Mapped[UUID]
    identifier: Mapped[SourcedId]
    """The CASE GUID."""
    code: Mapped[str | None]
    aliases: Mapped[list[str]] = mapped_column(ARRAY(Text))
    replaced_by: Mapped[UUID | None]
