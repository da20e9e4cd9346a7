"""What was disclosed of learners' records, and when guardians go on seeing those of adults."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from kit.models import DistrictKey, SourcedId, Utc
from services.learner_profile.models import Base

_ADULT_ACCESS = "kind in ('TAX_DEPENDENT', 'LEARNER_CONSENT')"


class Disclosure(Base):
    """Somebody was shown elements of a learner's records (34 CFR 99.32). Rows are added only."""

    __tablename__ = "disclosure"
    __table_args__ = (
        CheckConstraint("num_nonnulls(person_id, client_id) = 1", name="recipient"),
        CheckConstraint("basis in ('SELF', 'GUARDIAN', 'STAFF', 'SYSTEM')", name="basis"),
        CheckConstraint("purpose in ('INSPECTION', 'EDUCATIONAL_INTEREST', 'DISTRICT_SERVICE')", name="purpose"),
        CheckConstraint("cardinality(elements) > 0", name="elements"),
        Index("ix_disclosure_learner", "district_id", "learner_id", "at", "id"),
    )

    district_id: Mapped[DistrictKey]
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuid7()"))
    learner_id: Mapped[UUID]
    person_id: Mapped[UUID | None]
    client_id: Mapped[SourcedId | None]
    basis: Mapped[str]
    """As what the recipient stood to the learner."""
    purpose: Mapped[str]
    elements: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Sections of the graph or resources of OneRoster; `roster` for name and grade."""
    at: Mapped[Utc]
    """When it was asked for; of a group the first time."""


class AdultAccessRule(Base):
    """Whether the district lets guardians see an adult learner's records for a reason; without a row it does not."""

    __tablename__ = "adult_access_rule"
    __table_args__ = (CheckConstraint(_ADULT_ACCESS, name="kind"),)

    district_id: Mapped[DistrictKey]
    kind: Mapped[str] = mapped_column(primary_key=True)
    is_enabled: Mapped[bool]
    recorded_at: Mapped[Utc] = mapped_column(server_default=func.now())


class AdultAccess(Base):
    """Why a guardian may go on seeing the records of a learner of 18 and more; `id` is the guardianship's."""

    __tablename__ = "adult_access"
    __table_args__ = (
        CheckConstraint(_ADULT_ACCESS, name="kind"),
        CheckConstraint("state in ('active', 'withdrawn')", name="state"),
        ForeignKeyConstraint(["district_id", "id"], ["guardianship.district_id", "guardianship.id"]),
    )

    district_id: Mapped[DistrictKey]
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="active")
    version: Mapped[int] = mapped_column(server_default="1")
    recorded_at: Mapped[Utc] = mapped_column(server_default=func.now())
