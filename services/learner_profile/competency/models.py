"""Competency frameworks as CASE packages tell them.

An item or an association is kept as it came, in `document`, beside the columns that this service asks for. Associations name
their ends by CASE identifier, without foreign keys: an end may stand in a framework that has not arrived, or never will.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from kit.models import DistrictKey, SourcedId, Utc
from services.learner_profile.models import Base

_NEW_ID = text("uuid7()")
_NO_STRINGS = text("'{}'::text[]")
_EMPTY = text("'{}'::jsonb")
_STATE = "state in ('active', 'withdrawn')"


class Framework(Base):
    """A CFDocument with the parts of its package that are neither items nor associations."""

    __tablename__ = "framework"
    __table_args__ = (
        CheckConstraint(_STATE, name="state"),
        CheckConstraint("minimum_evidence >= 1", name="minimum_evidence"),
        CheckConstraint("latest_weight between 0 and 1", name="latest_weight"),
        UniqueConstraint("district_id", "identifier"),
    )

    district_id: Mapped[DistrictKey]
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=_NEW_ID)
    identifier: Mapped[SourcedId]
    """The CASE identifier, a UUID in lower case."""
    title: Mapped[str]
    subject: Mapped[str | None]
    edition: Mapped[str | None]
    """CASE's own `version`, which is a label."""
    adoption_status: Mapped[str | None]
    state: Mapped[str] = mapped_column(server_default="active")
    last_change_at: Mapped[Utc]
    status_start_on: Mapped[date | None]
    status_end_on: Mapped[date | None]
    minimum_evidence: Mapped[int] = mapped_column(server_default="2")
    """How many pieces of evidence a statement about mastery needs."""
    latest_weight: Mapped[Decimal] = mapped_column(server_default="0.65")
    """The weight of the latest piece of evidence against the mean of the older ones."""
    document: Mapped[dict[str, Any]]
    definitions: Mapped[dict[str, Any]] = mapped_column(server_default=_EMPTY)
    rubrics: Mapped[dict[str, Any]] = mapped_column(server_default=_EMPTY)
    """`{"CFRubrics": [...]}` as it came."""
    version: Mapped[int] = mapped_column(server_default="1")
    recorded_at: Mapped[Utc] = mapped_column(server_default=func.now())
    changed_at: Mapped[Utc] = mapped_column(server_default=func.now())


class ProficiencyLevel(Base):
    """A step of a framework's proficiency scale: it holds from its lower bound up to the next step's, so there are no holes."""

    __tablename__ = "proficiency_level"
    __table_args__ = (
        CheckConstraint("lower_bound >= 0 and lower_bound <= 1", name="lower_bound"),
        UniqueConstraint("district_id", "framework_id", "lower_bound"),
        UniqueConstraint("district_id", "framework_id", "name"),
        ForeignKeyConstraint(["district_id", "framework_id"], ["framework.district_id", "framework.id"]),
    )

    district_id: Mapped[DistrictKey]
    framework_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    lower_bound: Mapped[Decimal]
    is_mastered: Mapped[bool]


class Competency(Base):
    """A CFItem; its identifier names it in the whole district, its code does not."""

    __tablename__ = "competency"
    __table_args__ = (
        CheckConstraint(_STATE, name="state"),
        UniqueConstraint("district_id", "identifier"),
        Index("ix_competency_framework", "district_id", "framework_id", "position"),
        ForeignKeyConstraint(["district_id", "framework_id"], ["framework.district_id", "framework.id"]),
    )

    district_id: Mapped[DistrictKey]
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=_NEW_ID)
    framework_id: Mapped[UUID]
    identifier: Mapped[SourcedId]
    code: Mapped[str | None]
    """CASE's humanCodingScheme."""
    statement: Mapped[str]
    """May hold Markdown and LaTeX."""
    type: Mapped[str | None]
    grades: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=_NO_STRINGS)
    position: Mapped[int]
    """The item's place in its package, from 0."""
    state: Mapped[str] = mapped_column(server_default="active")
    last_change_at: Mapped[Utc]
    document: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(server_default="1")
    recorded_at: Mapped[Utc] = mapped_column(server_default=func.now())
    changed_at: Mapped[Utc] = mapped_column(server_default=func.now())


class CompetencyAssociation(Base):
    """A CFAssociation: `isChildOf` has the child as its origin, `precedes` the prerequisite."""

    __tablename__ = "competency_association"
    __table_args__ = (
        CheckConstraint(_STATE, name="state"),
        Index("ix_competency_association_origin", "district_id", "origin_identifier", "type"),
        Index("ix_competency_association_destination", "district_id", "destination_identifier", "type"),
        ForeignKeyConstraint(["district_id", "framework_id"], ["framework.district_id", "framework.id"]),
    )

    district_id: Mapped[DistrictKey]
    framework_id: Mapped[UUID] = mapped_column(primary_key=True)
    identifier: Mapped[SourcedId] = mapped_column(primary_key=True)
    type: Mapped[str]
    origin_identifier: Mapped[SourcedId]
    destination_identifier: Mapped[SourcedId]
    sequence_number: Mapped[int | None]
    position: Mapped[int]
    state: Mapped[str] = mapped_column(server_default="active")
    last_change_at: Mapped[Utc]
    document: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(server_default="1")
    recorded_at: Mapped[Utc] = mapped_column(server_default=func.now())
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
