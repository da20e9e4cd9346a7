"""The roster as the source systems tell it, and what the district adds to it.

References inside the roster are the sources' own identifiers, without foreign keys: rows may arrive in any order, and what
still waits for its reference is found by an anti-join.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from kit.models import DistrictKey, SourcedId, Utc
from services.learner_profile.models import Base

_NEW_ID = text("uuid7()")
_NO_STRINGS = text("'{}'::text[]")
_EMPTY = text("'{}'::jsonb")


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


class Rostered:
    """What every row that a source system owns carries."""

    district_id: Mapped[DistrictKey]
    source: Mapped[SourcedId] = mapped_column(primary_key=True, sort_order=-9)
    sourced_id: Mapped[SourcedId] = mapped_column(primary_key=True, sort_order=-8)
    status: Mapped[str] = mapped_column(server_default="active")
    date_last_modified: Mapped[Utc] = mapped_column(server_default=func.now())
    metadata_: Mapped[dict[str, Any]] = mapped_column("metadata", server_default=_EMPTY)
    row_hash: Mapped[int | None]
    """Hash of the row as intake last read it; null when anything else wrote the row since."""
    version: Mapped[int] = mapped_column(server_default="1")
    changed_at: Mapped[Utc] = mapped_column(server_default=func.now())


def _rostered_args(*more: Any) -> tuple[Any, ...]:  # noqa: ANN401 - SQLAlchemy's own shape
    return (CheckConstraint("status in ('active', 'tobedeleted')", name="status"), *more)


class Identified(Rostered):
    """A rostered noun that the graph and the other areas know by an id of ours."""

    id: Mapped[UUID] = mapped_column(server_default=_NEW_ID, sort_order=-7)

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805 - SQLAlchemy's class-level attribute
        return _rostered_args(UniqueConstraint("district_id", "id"), *getattr(cls, "_more_args", ()))


class Org(Identified, Base):
    __tablename__ = "org"

    name: Mapped[str]
    type: Mapped[str]
    """OneRoster orgType: department, school, district, local, state, national."""
    identifier: Mapped[str | None]
    parent_sourced_id: Mapped[SourcedId | None]
    level: Mapped[str | None]
    """elementary, middle or high; derived from the grades taught when no source says it."""
    grades: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=_NO_STRINGS)
    merged_into_sourced_id: Mapped[SourcedId | None]


class AcademicSession(Identified, Base):
    __tablename__ = "academic_session"

    title: Mapped[str]
    type: Mapped[str]
    """gradingPeriod, semester, schoolYear or term."""
    start_on: Mapped[date]
    end_on: Mapped[date]
    parent_sourced_id: Mapped[SourcedId | None]
    school_year: Mapped[str]


class Course(Identified, Base):
    __tablename__ = "course"

    title: Mapped[str]
    school_year_sourced_id: Mapped[SourcedId | None]
    course_code: Mapped[str | None]
    grades: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=_NO_STRINGS)
    org_sourced_id: Mapped[SourcedId | None]
    subjects: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=_NO_STRINGS)
    subject_codes: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=_NO_STRINGS)


class Class(Identified, Base):
    __tablename__ = "class"
    _more_args = (
        Index("ix_class_school", "district_id", "source", "school_sourced_id"),
        Index("ix_class_course", "district_id", "source", "course_sourced_id"),
    )

    title: Mapped[str]
    class_code: Mapped[str | None]
    class_type: Mapped[str] = mapped_column(server_default="scheduled")
    location: Mapped[str | None]
    grades: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=_NO_STRINGS)
    subjects: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=_NO_STRINGS)
    subject_codes: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=_NO_STRINGS)
    periods: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=_NO_STRINGS)
    course_sourced_id: Mapped[SourcedId]
    school_sourced_id: Mapped[SourcedId]
    term_sourced_ids: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=_NO_STRINGS)


class Person(Identified, Base):
    """OneRoster's `user`: a learner, a member of staff or a member of a family."""

    __tablename__ = "person"

    enabled: Mapped[bool] = mapped_column(server_default="true")
    username: Mapped[str]
    user_ids: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=_NO_STRINGS)
    """`{type:identifier}` pairs as OneRoster writes them."""
    given_name: Mapped[str]
    family_name: Mapped[str]
    middle_name: Mapped[str | None]
    preferred_first_name: Mapped[str | None]
    preferred_middle_name: Mapped[str | None]
    preferred_last_name: Mapped[str | None]
    pronouns: Mapped[str | None]
    identifier: Mapped[str | None]
    email: Mapped[str | None]
    sms: Mapped[str | None]
    phone: Mapped[str | None]
    agent_sourced_ids: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=_NO_STRINGS)
    grades: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=_NO_STRINGS)
    user_master_identifier: Mapped[str | None]
    resource_sourced_ids: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=_NO_STRINGS)
    primary_org_sourced_id: Mapped[SourcedId | None]


class PersonRole(Rostered, Base):
    """A row of `roles.csv`; for OneRoster 1.1 one is made for each org of the user, with `<user>:<org>:<role>` as its id."""

    __tablename__ = "person_role"
    __table_args__ = _rostered_args(
        CheckConstraint("role_type in ('primary', 'secondary')", name="role_type"),
        Index("ix_person_role_person", "district_id", "source", "person_sourced_id"),
        Index("ix_person_role_org", "district_id", "source", "org_sourced_id", "role"),
    )

    person_sourced_id: Mapped[SourcedId]
    role_type: Mapped[str] = mapped_column(server_default="primary")
    role: Mapped[str]
    """OneRoster 1.2 roleEnum: administrator, aide, counselor, districtAdministrator, guardian, parent, principal, proctor,
    relative, siteAdministrator, student, systemAdministrator, teacher."""
    begin_on: Mapped[date | None]
    end_on: Mapped[date | None]
    org_sourced_id: Mapped[SourcedId]
    user_profile_sourced_id: Mapped[SourcedId | None]


class Enrollment(Rostered, Base):
    __tablename__ = "enrollment"
    __table_args__ = _rostered_args(
        Index("ix_enrollment_class", "district_id", "source", "class_sourced_id", "role"),
        Index("ix_enrollment_person", "district_id", "source", "person_sourced_id"),
        Index("ix_enrollment_school", "district_id", "source", "school_sourced_id"),
    )

    class_sourced_id: Mapped[SourcedId]
    school_sourced_id: Mapped[SourcedId]
    person_sourced_id: Mapped[SourcedId]
    role: Mapped[str]
    """administrator, proctor, student or teacher."""
    is_primary: Mapped[bool | None]
    begin_on: Mapped[date | None]
    end_on: Mapped[date | None]
    """The first day on which the enrolment no longer holds (OneRoster: end dates are exclusive)."""


class Demographic(Rostered, Base):
    """Demographics; `sourced_id` is the person's."""

    __tablename__ = "demographic"
    __table_args__ = _rostered_args()

    birth_on: Mapped[date | None]
    sex: Mapped[str | None]
    american_indian_or_alaska_native: Mapped[bool | None]
    asian: Mapped[bool | None]
    black_or_african_american: Mapped[bool | None]
    native_hawaiian_or_other_pacific_islander: Mapped[bool | None]
    white: Mapped[bool | None]
    two_or_more_races: Mapped[bool | None]
    hispanic_or_latino: Mapped[bool | None]
    country_of_birth_code: Mapped[str | None]
    state_of_birth: Mapped[str | None]
    city_of_birth: Mapped[str | None]
    public_school_residence_status: Mapped[str | None]


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
