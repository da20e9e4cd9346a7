"""Create competency frameworks: documents, items, associations and proficiency scales."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kit import migration

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TABLES = (
    "framework",
    "proficiency_level",
    "competency",
    "competency_association",
)


def upgrade() -> None:
    op.create_table(
        "framework",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuid7()"), nullable=False),
        sa.Column("identifier", sa.Text(collation="C"), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("edition", sa.Text(), nullable=True),
        sa.Column("adoption_status", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), server_default="active", nullable=False),
        sa.Column("last_change_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status_start_on", sa.Date(), nullable=True),
        sa.Column("status_end_on", sa.Date(), nullable=True),
        sa.Column("minimum_evidence", sa.BigInteger(), server_default="2", nullable=False),
        sa.Column("latest_weight", sa.Numeric(), server_default="0.65", nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "definitions",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column(
            "rubrics", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("state in ('active', 'withdrawn')", name=op.f("ck_framework_state")),
        sa.CheckConstraint("latest_weight between 0 and 1", name=op.f("ck_framework_latest_weight")),
        sa.CheckConstraint("minimum_evidence >= 1", name=op.f("ck_framework_minimum_evidence")),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_framework")),
        sa.UniqueConstraint("district_id", "identifier", name=op.f("uq_framework_district_id_identifier")),
    )
    op.create_table(
        "competency",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuid7()"), nullable=False),
        sa.Column("framework_id", sa.Uuid(), nullable=False),
        sa.Column("identifier", sa.Text(collation="C"), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=True),
        sa.Column("grades", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), server_default="active", nullable=False),
        sa.Column("last_change_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("state in ('active', 'withdrawn')", name=op.f("ck_competency_state")),
        sa.ForeignKeyConstraint(
            ["district_id", "framework_id"],
            ["framework.district_id", "framework.id"],
            name=op.f("fk_competency_district_id_framework_id"),
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_competency")),
        sa.UniqueConstraint("district_id", "identifier", name=op.f("uq_competency_district_id_identifier")),
    )
    op.create_index("ix_competency_framework", "competency", ["district_id", "framework_id", "position"], unique=False)
    op.create_table(
        "competency_association",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("framework_id", sa.Uuid(), nullable=False),
        sa.Column("identifier", sa.Text(collation="C"), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("origin_identifier", sa.Text(collation="C"), nullable=False),
        sa.Column("destination_identifier", sa.Text(collation="C"), nullable=False),
        sa.Column("sequence_number", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), server_default="active", nullable=False),
        sa.Column("last_change_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("state in ('active', 'withdrawn')", name=op.f("ck_competency_association_state")),
        sa.ForeignKeyConstraint(
            ["district_id", "framework_id"],
            ["framework.district_id", "framework.id"],
            name=op.f("fk_competency_association_district_id_framework_id"),
        ),
        sa.PrimaryKeyConstraint("district_id", "framework_id", "identifier", name=op.f("pk_competency_association")),
    )
    op.create_index(
        "ix_competency_association_destination",
        "competency_association",
        ["district_id", "destination_identifier", "type"],
        unique=False,
    )
    op.create_index(
        "ix_competency_association_origin",
        "competency_association",
        ["district_id", "origin_identifier", "type"],
        unique=False,
    )
    op.create_table(
        "proficiency_level",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("framework_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("lower_bound", sa.Numeric(), nullable=False),
        sa.Column("is_mastered", sa.Boolean(), nullable=False),
        sa.CheckConstraint("lower_bound >= 0 and lower_bound <= 1", name=op.f("ck_proficiency_level_lower_bound")),
        sa.ForeignKeyConstraint(
            ["district_id", "framework_id"],
            ["framework.district_id", "framework.id"],
            name=op.f("fk_proficiency_level_district_id_framework_id"),
        ),
        sa.PrimaryKeyConstraint("district_id", "framework_id", "position", name=op.f("pk_proficiency_level")),
        sa.UniqueConstraint(
            "district_id",
            "framework_id",
            "lower_bound",
            name=op.f("uq_proficiency_level_district_id_framework_id_lower_bound"),
        ),
        sa.UniqueConstraint(
            "district_id", "framework_id", "name", name=op.f("uq_proficiency_level_district_id_framework_id_name")
        ),
    )
    migration.secure(*_TABLES)
