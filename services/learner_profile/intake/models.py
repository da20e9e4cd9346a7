"""Roster runs: what a source system sent, how far it came, and what was wrong with it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kit.models import DistrictKey, SourcedId, Utc
from services.learner_profile.models import Base

STATES = ("received", "checking", "held", "applying", "applied", "failed", "cancelled")
UNDER_WAY = ("received", "checking", "applying")
_NO_OBJECT = text("'{}'::jsonb")
_NO_LIST = text("'[]'::jsonb")


class RosterRun(Base):
    """One archive and what became of it. A dry run that found its way to the end is `applied` and changed nothing."""

    __tablename__ = "roster_run"
    __table_args__ = (
        CheckConstraint(
            "state in ('received', 'checking', 'held', 'applying', 'applied', 'failed', 'cancelled')", name="state"
        ),
        CheckConstraint("progress between 0 and 100", name="progress"),
        Index("ix_roster_run_under_way", "district_id", "source", "received_at", "id"),
    )

    district_id: Mapped[DistrictKey]
    id: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[SourcedId]
    roster_source: Mapped[SourcedId]
    """Where the gradebook's references to people and classes resolve."""
    sent_by: Mapped[str]
    """The client's or the person's id."""
    dry_run: Mapped[bool]
    state: Mapped[str] = mapped_column(server_default="received")
    progress: Mapped[int] = mapped_column(server_default="0")
    bytes: Mapped[int]
    digest: Mapped[str]
    """SHA-256 of the body, in hexadecimal."""
    version: Mapped[str | None]
    """Of OneRoster: 1.1 or 1.2."""
    files: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=_NO_OBJECT)
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=_NO_LIST)
    """Counts by file, column and code; the rows are in `roster_problem`."""
    reasons: Mapped[list[str]] = mapped_column(JSONB, server_default=_NO_LIST)
    """Why the run is held."""
    error: Mapped[str | None]
    """A code of the failure."""
    confirmed_by: Mapped[str | None]
    received_at: Mapped[Utc]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class RosterChunk(Base):
    """A part of an upload; it belongs to a run once a run has the upload's id."""

    __tablename__ = "roster_chunk"

    district_id: Mapped[DistrictKey]
    upload_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes]
    received_at: Mapped[Utc]


class RosterProblem(Base):
    """One line of a run's report."""

    __tablename__ = "roster_problem"

    district_id: Mapped[DistrictKey]
    run_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    file: Mapped[str]
    row: Mapped[int]
    """1 is the header's record, 0 the file as a whole."""
    column: Mapped[str]
    code: Mapped[str]
