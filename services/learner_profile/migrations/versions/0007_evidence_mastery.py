"""Create the ledger of evidence, which the application may only add to, and mastery."""

import sqlalchemy as sa
from alembic import op

from kit import migration

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mastery",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("learner_id", sa.Uuid(), nullable=False),
        sa.Column("competency_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("score", sa.Numeric(), nullable=True),
        sa.Column("evidence_count", sa.BigInteger(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "state in ('NOT_STARTED', 'INSUFFICIENT_EVIDENCE', 'DEVELOPING', 'MASTERED')", name=op.f("ck_mastery_state")
        ),
        sa.CheckConstraint("evidence_count >= 0", name=op.f("ck_mastery_evidence_count")),
        sa.PrimaryKeyConstraint("district_id", "learner_id", "competency_id", name=op.f("pk_mastery")),
    )
    op.create_index("ix_mastery_competency", "mastery", ["district_id", "competency_id", "learner_id"], unique=False)
    op.create_table(
        "evidence",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuid7()"), nullable=False),
        sa.Column("learner_id", sa.Uuid(), nullable=False),
        sa.Column("competency_id", sa.Uuid(), nullable=False),
        sa.Column("score", sa.Numeric(), nullable=False),
        sa.Column("raw_score", sa.Numeric(), nullable=True),
        sa.Column("raw_text", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(collation="C"), nullable=False),
        sa.Column("source_event_id", sa.Text(collation="C"), nullable=False),
        sa.Column("revision", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("supersedes_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), server_default="active", nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=True),
        sa.CheckConstraint("state in ('active', 'withdrawn')", name=op.f("ck_evidence_state")),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_evidence_revision")),
        sa.CheckConstraint("score >= 0 and score <= 1", name=op.f("ck_evidence_score")),
        sa.ForeignKeyConstraint(
            ["district_id", "competency_id"],
            ["competency.district_id", "competency.id"],
            name=op.f("fk_evidence_district_id_competency_id"),
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_evidence")),
        sa.UniqueConstraint(
            "district_id",
            "source",
            "source_event_id",
            "revision",
            name=op.f("uq_evidence_district_id_source_source_event_id_revision"),
        ),
    )
    op.create_index(
        "ix_evidence_competency",
        "evidence",
        ["district_id", "learner_id", "competency_id", "occurred_at"],
        unique=False,
    )
    op.create_index("ix_evidence_learner", "evidence", ["district_id", "learner_id", "occurred_at", "id"], unique=False)
    migration.secure("mastery")
    migration.secure("evidence", privileges="select, insert")
