"""Create learning plans."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kit import migration

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plan",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuid7()"), nullable=False),
        sa.Column("learner_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("agreed_version", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("state in ('PROPOSED', 'ACTIVE', 'REVISED', 'CLOSED')", name=op.f("ck_plan_state")),
        sa.CheckConstraint("version >= 1 and agreed_version between 1 and version", name=op.f("ck_plan_version")),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_plan")),
    )
    op.create_index("ix_plan_learner", "plan", ["district_id", "learner_id", "id"], unique=False)
    op.create_index(
        "uq_plan_open",
        "plan",
        ["district_id", "learner_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'CLOSED'::text"),
    )
    op.create_table(
        "plan_version",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("goal_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("competency_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("supports", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("activities", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("proposed_as", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "proposed_as in ('LEARNER', 'GUARDIAN', 'TEACHER')", name=op.f("ck_plan_version_proposed_as")
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "plan_id"],
            ["plan.district_id", "plan.id"],
            name=op.f("fk_plan_version_district_id_plan_id"),
        ),
        sa.PrimaryKeyConstraint("district_id", "plan_id", "version", name=op.f("pk_plan_version")),
    )
    op.create_table(
        "plan_response",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuid7()"), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("decision in ('AGREED', 'DECLINED')", name=op.f("ck_plan_response_decision")),
        sa.CheckConstraint("party in ('LEARNER', 'GUARDIAN', 'TEACHER')", name=op.f("ck_plan_response_party")),
        sa.ForeignKeyConstraint(
            ["district_id", "plan_id", "version"],
            ["plan_version.district_id", "plan_version.plan_id", "plan_version.version"],
            name=op.f("fk_plan_response_district_id_plan_id_version"),
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_plan_response")),
    )
    op.create_index(
        "ix_plan_response_version",
        "plan_response",
        ["district_id", "plan_id", "version", "person_id", "id"],
        unique=False,
    )

    migration.secure("plan", privileges="select, insert, update")
    migration.secure("plan_version", "plan_response", privileges="select, insert")
