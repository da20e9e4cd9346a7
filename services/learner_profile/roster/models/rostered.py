"""The roster as the source systems tell it.

References inside the roster are the sources' own identifiers, without foreign keys: rows may arrive in any order, and what
still waits for its reference is found by an anti-join.
"""

from datetime import date
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
