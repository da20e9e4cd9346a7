"""What learning tools report, as it came; what of it says something about a learner; and what maps it."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from kit.models import DistrictKey, SourcedId, Utc
from services.learner_profile.models import Base

_IDS = ARRAY(Text(collation="C"))


class ActivityEvent(Base):
    """One content under which a source told an event; rows are added, never changed.

    `event_id` is the sender's own name for it. The same content under the same name is stored once, another content is the
    next revision. Members that carry credentials are dropped before anything is stored.
    """

    __tablename__ = "activity_event"
    __table_args__ = (
        CheckConstraint("standard in ('caliper', 'xapi', 'ags')", name="standard"),
        CheckConstraint("revision >= 1", name="revision"),
        Index(
            "ix_activity_event_statements",
            "district_id",
            "source",
            "recorded_at",
            "event_id",
            postgresql_where=text("standard = 'xapi'"),
        ),
        Index("ix_activity_event_voids", "district_id", "source", "voids", postgresql_where=text("voids is not null")),
    )

    district_id: Mapped[DistrictKey]
    source: Mapped[SourcedId] = mapped_column(primary_key=True)
    event_id: Mapped[SourcedId] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    standard: Mapped[str]
    type: Mapped[str]
    digest: Mapped[SourcedId]
    """Of the content, to tell repetition from correction."""
    content: Mapped[dict[str, Any]]
    actor: Mapped[SourcedId | None]
    verb: Mapped[SourcedId | None]
    object_id: Mapped[SourcedId | None]
    voids: Mapped[SourcedId | None]
    """The xAPI statement that this one voids."""
    occurred_at: Mapped[Utc]
    recorded_at: Mapped[Utc] = mapped_column(server_default=func.now())
    recorded_by: Mapped[str | None]


class ActivityObservation(Base):
    """What the content that stands of an event says of a learner: who, on which objects, with which score.

    It is derived from the event, so that mapping is a join. Of several contents the one sent last stands, whatever their order.
    """

    __tablename__ = "activity_observation"
    __table_args__ = (
        CheckConstraint("score >= 0 and score <= 1", name="score"),
        CheckConstraint("waiting_for in ('learner', 'competency', 'score')", name="waiting_for"),
        Index("ix_activity_observation_actor", "district_id", "source", "actor"),
        Index(
            "ix_activity_observation_waiting",
            "district_id",
            "waiting_for",
            "source",
            postgresql_where=text("waiting_for is not null"),
        ),
    )

    district_id: Mapped[DistrictKey]
    source: Mapped[SourcedId] = mapped_column(primary_key=True)
    event_id: Mapped[SourcedId] = mapped_column(primary_key=True)
    standard: Mapped[str]
    roster_source: Mapped[SourcedId]
    """Where the client's names of people resolve."""
    actor: Mapped[SourcedId | None]
    objects: Mapped[list[str]] = mapped_column(_IDS)
    identifiers: Mapped[list[str]] = mapped_column(_IDS)
    """CASE identifiers that the event itself names as its learning objectives."""
    score: Mapped[Decimal | None]
    raw_score: Mapped[Decimal | None]
    kind: Mapped[str]
    title: Mapped[str | None]
    tells: Mapped[bool]
    """Whether the content that stands reports a score at all."""
    waiting_for: Mapped[str | None]
    occurred_at: Mapped[Utc]
    sent_at: Mapped[Utc]
    digest: Mapped[SourcedId]
    recorded_at: Mapped[Utc] = mapped_column(server_default=func.now())


class ActivityMapping(Base):
    """What a source calls a thing or a person, and which competency or learner that is.

    An object maps to a competency by its CASE identifier. An actor maps to a learner by the sourcedId of a roster; by prefix,
    what follows the prefix is that sourcedId.
    """

    __tablename__ = "activity_mapping"
    __table_args__ = (
        CheckConstraint("kind in ('object', 'actor')", name="kind"),
        CheckConstraint("match in ('exact', 'prefix')", name="match"),
        CheckConstraint("state in ('active', 'withdrawn')", name="state"),
        CheckConstraint(
            "case kind when 'object' then competency_identifier is not null"
            " when 'actor' then roster_source is not null"
            " and (learner_sourced_id is not null) = (match = 'exact') end",
            name="target",
        ),
        Index("ix_activity_mapping_value", "district_id", "source", "kind", "match", "value"),
    )

    district_id: Mapped[DistrictKey]
    id: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[SourcedId]
    kind: Mapped[str]
    match: Mapped[str]
    value: Mapped[SourcedId]
    competency_identifier: Mapped[SourcedId | None]
    roster_source: Mapped[SourcedId | None]
    learner_sourced_id: Mapped[SourcedId | None]
    state: Mapped[str] = mapped_column(server_default="active")
    version: Mapped[int] = mapped_column(server_default="1")
    changed_at: Mapped[Utc] = mapped_column(server_default=func.now())
    changed_by: Mapped[str | None]


class AgsLineItem(Base):
    """A line item that an LTI tool keeps in a class (AGS 2.0, section 3.2)."""

    __tablename__ = "ags_line_item"
    __table_args__ = (
        CheckConstraint("score_maximum > 0", name="score_maximum"),
        CheckConstraint("state in ('active', 'withdrawn')", name="state"),
        Index("ix_ags_line_item_class", "district_id", "source", "class_sourced_id", "id"),
    )

    district_id: Mapped[DistrictKey]
    id: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[SourcedId]
    class_sourced_id: Mapped[SourcedId]
    label: Mapped[str]
    score_maximum: Mapped[Decimal]
    resource_id: Mapped[SourcedId | None]
    resource_link_id: Mapped[SourcedId | None]
    tag: Mapped[SourcedId | None]
    start_at: Mapped[Utc | None]
    end_at: Mapped[Utc | None]
    state: Mapped[str] = mapped_column(server_default="active")
    changed_at: Mapped[Utc] = mapped_column(server_default=func.now())
