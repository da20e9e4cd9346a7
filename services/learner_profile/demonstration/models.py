"""Rubrics with their versions, and demonstrations with their steps and scores."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kit.models import DistrictKey, Utc
from services.learner_profile.models import Base


class Rubric(Base):
    """A rubric by its name, and which of its versions stand."""

    __tablename__ = "rubric"
    __table_args__ = (CheckConstraint("shown_version between 1 and version", name="shown"),)

    district_id: Mapped[DistrictKey]
    id: Mapped[UUID] = mapped_column(primary_key=True)
    """The client's own name for it."""
    version: Mapped[int]
    """The latest, which may be a draft."""
    shown_version: Mapped[int | None]
    """The latest that was published or retired; null while nobody has seen one."""
    recorded_at: Mapped[Utc] = mapped_column(server_default=func.now())
    changed_at: Mapped[Utc] = mapped_column(server_default=func.now())


class RubricVersion(Base):
    """What a rubric says at one version; rows are added, never changed."""

    __tablename__ = "rubric_version"
    __table_args__ = (
        CheckConstraint("state in ('DRAFT', 'PUBLISHED', 'RETIRED')", name="state"),
        CheckConstraint("jsonb_typeof(criteria) = 'array'", name="criteria"),
        ForeignKeyConstraint(["district_id", "rubric_id"], ["rubric.district_id", "rubric.id"]),
    )

    district_id: Mapped[DistrictKey]
    rubric_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    state: Mapped[str]
    criteria: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """Each as the door took it (`schemas.CriterionIn`), in the graph's camelCase; a version is read and kept whole."""
    recorded_at: Mapped[Utc] = mapped_column(server_default=func.now())
    recorded_by: Mapped[str | None]
    """The person's or the system's id."""


_STATES = "state in ('PROPOSED', 'APPROVED', 'RETURNED', 'DONE', 'ASSESSED')"


class Demonstration(Base):
    """How a learner wants to show something, as it stands; the learner proposes it."""

    __tablename__ = "demonstration"
    __table_args__ = (
        CheckConstraint(_STATES, name="state"),
        Index("ix_demonstration_learner", "district_id", "learner_id", "recorded_at", "id"),
        ForeignKeyConstraint(
            ["district_id", "rubric_id", "rubric_version"],
            ["rubric_version.district_id", "rubric_version.rubric_id", "rubric_version.version"],
        ),
    )

    district_id: Mapped[DistrictKey]
    id: Mapped[UUID] = mapped_column(primary_key=True)
    """The client's own name for it."""
    learner_id: Mapped[UUID]
    rubric_id: Mapped[UUID]
    rubric_version: Mapped[int]
    """The one that was published when it was proposed; it is judged by no other."""
    title: Mapped[str]
    plan: Mapped[str]
    state: Mapped[str]
    version: Mapped[int] = mapped_column(server_default="1")
    done_at: Mapped[Utc | None]
    recorded_at: Mapped[Utc] = mapped_column(server_default=func.now())


class DemonstrationStep(Base):
    """What a demonstration was at one version, and who brought it there; rows are added, never changed."""

    __tablename__ = "demonstration_step"
    __table_args__ = (
        CheckConstraint(_STATES, name="state"),
        ForeignKeyConstraint(["district_id", "demonstration_id"], ["demonstration.district_id", "demonstration.id"]),
    )

    district_id: Mapped[DistrictKey]
    demonstration_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    plan: Mapped[str]
    state: Mapped[str]
    note: Mapped[str | None]
    person_id: Mapped[UUID]
    recorded_at: Mapped[Utc] = mapped_column(server_default=func.now())


class RubricScore(Base):
    """Levels that somebody chose; rows are added, and the latest of each party counts. The learner's own is no evidence."""

    __tablename__ = "rubric_score"
    __table_args__ = (
        CheckConstraint("party in ('LEARNER', 'TEACHER')", name="party"),
        CheckConstraint("total >= 0 and total <= 1", name="total"),
        Index("ix_rubric_score_demonstration", "district_id", "demonstration_id", "party", "recorded_at", "id"),
        ForeignKeyConstraint(["district_id", "demonstration_id"], ["demonstration.district_id", "demonstration.id"]),
    )

    district_id: Mapped[DistrictKey]
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuid7()"))
    demonstration_id: Mapped[UUID]
    party: Mapped[str]
    levels: Mapped[list[dict[str, str]]] = mapped_column(JSONB)
    """Key of the criterion and name of the level, by key."""
    total: Mapped[Decimal]
    note: Mapped[str | None]
    person_id: Mapped[UUID]
    recorded_at: Mapped[Utc] = mapped_column(server_default=func.now())
