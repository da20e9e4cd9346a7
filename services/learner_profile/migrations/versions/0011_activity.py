"""Create the intake of activity events and what maps them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kit import migration

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_C = sa.Text(collation="C")
_UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_event()
    _create_observation()
    _create_mapping()
    _create_line_item()
    migration.secure("activity_event", privileges="select, insert")
    migration.secure("activity_observation", "activity_mapping", "ags_line_item")


def _create_event() -> None:
    op.create_table(
        "activity_event",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("source", _C, nullable=False),
        sa.Column("event_id", _C, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("standard", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("digest", _C, nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("actor", _C, nullable=True),
        sa.Column("verb", _C, nullable=True),
        sa.Column("object_id", _C, nullable=True),
        sa.Column("voids", _C, nullable=True),
        sa.Column("occurred_at", _UTC, nullable=False),
        sa.Column("recorded_at", _UTC, server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=True),
        sa.CheckConstraint("standard in ('caliper', 'xapi', 'ags')", name=op.f("ck_activity_event_standard")),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_activity_event_revision")),
        sa.PrimaryKeyConstraint("district_id", "source", "event_id", "revision", name=op.f("pk_activity_event")),
    )
    op.create_index(
        "ix_activity_event_statements",
        "activity_event",
        ["district_id", "source", "recorded_at", "event_id"],
        unique=False,
        postgresql_where=sa.text("standard = 'xapi'"),
    )
    op.create_index(
        "ix_activity_event_voids",
        "activity_event",
        ["district_id", "source", "voids"],
        unique=False,
        postgresql_where=sa.text("voids is not null"),
    )


def _create_observation() -> None:
    op.create_table(
        "activity_observation",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("source", _C, nullable=False),
        sa.Column("event_id", _C, nullable=False),
        sa.Column("standard", sa.Text(), nullable=False),
        sa.Column("roster_source", _C, nullable=False),
        sa.Column("actor", _C, nullable=True),
        sa.Column("objects", postgresql.ARRAY(_C), nullable=False),
        sa.Column("identifiers", postgresql.ARRAY(_C), nullable=False),
        sa.Column("score", sa.Numeric(), nullable=True),
        sa.Column("raw_score", sa.Numeric(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("tells", sa.Boolean(), nullable=False),
        sa.Column("waiting_for", sa.Text(), nullable=True),
        sa.Column("occurred_at", _UTC, nullable=False),
        sa.Column("sent_at", _UTC, nullable=False),
        sa.Column("digest", _C, nullable=False),
        sa.Column("recorded_at", _UTC, server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("score >= 0 and score <= 1", name=op.f("ck_activity_observation_score")),
        sa.CheckConstraint(
            "waiting_for in ('learner', 'competency', 'score')", name=op.f("ck_activity_observation_waiting_for")
        ),
        sa.PrimaryKeyConstraint("district_id", "source", "event_id", name=op.f("pk_activity_observation")),
    )
    op.create_index(
        "ix_activity_observation_actor", "activity_observation", ["district_id", "source", "actor"], unique=False
    )
    op.create_index(
        "ix_activity_observation_waiting",
        "activity_observation",
        ["district_id", "waiting_for", "source"],
        unique=False,
        postgresql_where=sa.text("waiting_for is not null"),
    )


def _create_mapping() -> None:
    op.create_table(
        "activity_mapping",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", _C, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("match", sa.Text(), nullable=False),
        sa.Column("value", _C, nullable=False),
        sa.Column("competency_identifier", _C, nullable=True),
        sa.Column("roster_source", _C, nullable=True),
        sa.Column("learner_sourced_id", _C, nullable=True),
        sa.Column("state", sa.Text(), server_default="active", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("changed_at", _UTC, server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=True),
        sa.CheckConstraint("kind in ('object', 'actor')", name=op.f("ck_activity_mapping_kind")),
        sa.CheckConstraint("match in ('exact', 'prefix')", name=op.f("ck_activity_mapping_match")),
        sa.CheckConstraint("state in ('active', 'withdrawn')", name=op.f("ck_activity_mapping_state")),
        sa.CheckConstraint(
            "case kind when 'object' then competency_identifier is not null"
            " when 'actor' then roster_source is not null"
            " and (learner_sourced_id is not null) = (match = 'exact') end",
            name=op.f("ck_activity_mapping_target"),
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_activity_mapping")),
    )
    op.create_index(
        "ix_activity_mapping_value",
        "activity_mapping",
        ["district_id", "source", "kind", "match", "value"],
        unique=False,
    )


def _create_line_item() -> None:
    op.create_table(
        "ags_line_item",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", _C, nullable=False),
        sa.Column("class_sourced_id", _C, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("score_maximum", sa.Numeric(), nullable=False),
        sa.Column("resource_id", _C, nullable=True),
        sa.Column("resource_link_id", _C, nullable=True),
        sa.Column("tag", _C, nullable=True),
        sa.Column("start_at", _UTC, nullable=True),
        sa.Column("end_at", _UTC, nullable=True),
        sa.Column("state", sa.Text(), server_default="active", nullable=False),
        sa.Column("changed_at", _UTC, server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("score_maximum > 0", name=op.f("ck_ags_line_item_score_maximum")),
        sa.CheckConstraint("state in ('active', 'withdrawn')", name=op.f("ck_ags_line_item_state")),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_ags_line_item")),
    )
    op.create_index(
        "ix_ags_line_item_class", "ags_line_item", ["district_id", "source", "class_sourced_id", "id"], unique=False
    )
