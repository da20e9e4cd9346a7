"""Create rubrics with their versions, and demonstrations with their steps and scores."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kit import migration

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rubric",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("shown_version", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("shown_version between 1 and version", name=op.f("ck_rubric_shown")),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_rubric")),
    )
    op.create_table(
        "rubric_version",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("rubric_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("criteria", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=True),
        sa.CheckConstraint("jsonb_typeof(criteria) = 'array'", name=op.f("ck_rubric_version_criteria")),
        sa.CheckConstraint("state in ('DRAFT', 'PUBLISHED', 'RETIRED')", name=op.f("ck_rubric_version_state")),
        sa.ForeignKeyConstraint(
            ["district_id", "rubric_id"],
            ["rubric.district_id", "rubric.id"],
            name=op.f("fk_rubric_version_district_id_rubric_id"),
        ),
        sa.PrimaryKeyConstraint("district_id", "rubric_id", "version", name=op.f("pk_rubric_version")),
    )
    op.create_table(
        "demonstration",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("learner_id", sa.Uuid(), nullable=False),
        sa.Column("rubric_id", sa.Uuid(), nullable=False),
        sa.Column("rubric_version", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "state in ('PROPOSED', 'APPROVED', 'RETURNED', 'DONE', 'ASSESSED')", name=op.f("ck_demonstration_state")
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "rubric_id", "rubric_version"],
            ["rubric_version.district_id", "rubric_version.rubric_id", "rubric_version.version"],
            name=op.f("fk_demonstration_district_id_rubric_id_rubric_version"),
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_demonstration")),
    )
    op.create_index(
        "ix_demonstration_learner", "demonstration", ["district_id", "learner_id", "recorded_at", "id"], unique=False
    )
    op.create_table(
        "demonstration_step",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("demonstration_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "state in ('PROPOSED', 'APPROVED', 'RETURNED', 'DONE', 'ASSESSED')",
            name=op.f("ck_demonstration_step_state"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "demonstration_id"],
            ["demonstration.district_id", "demonstration.id"],
            name=op.f("fk_demonstration_step_district_id_demonstration_id"),
        ),
        sa.PrimaryKeyConstraint("district_id", "demonstration_id", "version", name=op.f("pk_demonstration_step")),
    )
    op.create_table(
        "rubric_score",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuid7()"), nullable=False),
        sa.Column("demonstration_id", sa.Uuid(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("levels", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("total", sa.Numeric(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("party in ('LEARNER', 'TEACHER')", name=op.f("ck_rubric_score_party")),
        sa.CheckConstraint("total >= 0 and total <= 1", name=op.f("ck_rubric_score_total")),
        sa.ForeignKeyConstraint(
            ["district_id", "demonstration_id"],
            ["demonstration.district_id", "demonstration.id"],
            name=op.f("fk_rubric_score_district_id_demonstration_id"),
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_rubric_score")),
    )
    op.create_index(
        "ix_rubric_score_demonstration",
        "rubric_score",
        ["district_id", "demonstration_id", "party", "recorded_at", "id"],
        unique=False,
    )
    migration.secure("rubric", "demonstration", privileges="select, insert, update")
    migration.secure("rubric_version", "demonstration_step", "rubric_score", privileges="select, insert")
