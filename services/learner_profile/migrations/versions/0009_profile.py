"""Create the profile's ledger of entries, which the application may only add to, and definitions of assessments."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kit import migration

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "profile_entry",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuid7()"), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("learner_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(collation="C"), nullable=False),
        sa.Column("source_record_id", sa.Text(collation="C"), nullable=False),
        sa.Column("revision", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("supersedes_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), server_default="active", nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=True),
        sa.CheckConstraint("state in ('active', 'withdrawn')", name=op.f("ck_profile_entry_state")),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_profile_entry_revision")),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_profile_entry")),
        sa.UniqueConstraint(
            "district_id",
            "source",
            "kind",
            "source_record_id",
            "revision",
            name=op.f("uq_profile_entry_district_id_source_kind_source_record_id_revision"),
        ),
    )
    op.create_index(
        "ix_profile_entry_learner",
        "profile_entry",
        ["district_id", "learner_id", "kind", "occurred_at", "id"],
        unique=False,
    )
    op.create_table(
        "assessment",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuid7()"), nullable=False),
        sa.Column("identifier", sa.Text(collation="C"), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("is_internal", sa.Boolean(), nullable=False),
        sa.Column("scale_min", sa.Numeric(), nullable=False),
        sa.Column("scale_max", sa.Numeric(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "type in ('FORMATIVE', 'INTERIM', 'HIGH_STAKES', 'GROWTH')", name=op.f("ck_assessment_type")
        ),
        sa.CheckConstraint("scale_min < scale_max", name=op.f("ck_assessment_scale")),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_assessment")),
        sa.UniqueConstraint("district_id", "identifier", name=op.f("uq_assessment_district_id_identifier")),
    )
    migration.secure("profile_entry", privileges="select, insert")
    migration.secure("assessment")
