"""Listings and the competencies they are aligned to."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKeyConstraint, Index, Numeric, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from kit.models import DistrictKey, SourcedId, Utc
from services.marketplace.models import Base

_NONE = text("'{}'::text[]")
_SEARCH = (
    "setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', joined(keywords)), 'B') || "
    "setweight(to_tsvector('english', coalesce(description, '')), 'C')"
)


class Resource(Base):
    """Content that may be used in the district."""

    __tablename__ = "resource"
    __table_args__ = (
        CheckConstraint("approval in ('listed', 'under_review', 'approved', 'retired')", name="approval"),
        Index("ix_resource_search", "district_id", "search", postgresql_using="gin"),
    )

    district_id: Mapped[DistrictKey]
    id: Mapped[UUID] = mapped_column(primary_key=True)
    title: Mapped[str]
    kind: Mapped[str]
    description: Mapped[str | None]
    url: Mapped[str | None]
    licence: Mapped[str | None]
    """An SPDX identifier, or `proprietary`."""
    language: Mapped[str]
    """BCP 47."""
    grades: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=_NONE)
    keywords: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=_NONE)
    approval: Mapped[str]
    listed_by: Mapped[str]
    """The system or the person that listed it."""
    search: Mapped[Any] = mapped_column(TSVECTOR, Computed(_SEARCH, persisted=True), nullable=False)
    version: Mapped[int] = mapped_column(server_default="1")
    recorded_at: Mapped[Utc] = mapped_column(server_default=func.now())


class Alignment(Base):
    """A resource serves a competency, named by its CASE identifier; the competency itself may still be unheard of."""

    __tablename__ = "alignment"
    __table_args__ = (
        ForeignKeyConstraint(["district_id", "resource_id"], ["resource.district_id", "resource.id"]),
        CheckConstraint("strength > 0 and strength <= 1", name="strength"),
        Index("ix_alignment_identifier", "district_id", "identifier"),
    )

    district_id: Mapped[DistrictKey]
    resource_id: Mapped[UUID] = mapped_column(primary_key=True)
    identifier: Mapped[SourcedId] = mapped_column(primary_key=True)
    strength: Mapped[Decimal] = mapped_column(Numeric(4, 3))
