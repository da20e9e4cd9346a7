"""Create the log of disclosures, and the exceptions by which guardians see the records of adults."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kit import migration

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "disclosure",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuid7()"), nullable=False),
        sa.Column("learner_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("client_id", sa.Text(collation="C"), nullable=True),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("elements", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("basis in ('SELF', 'GUARDIAN', 'STAFF', 'SYSTEM')", name=op.f("ck_disclosure_basis")),
        sa.CheckConstraint(
            "purpose in ('INSPECTION', 'EDUCATIONAL_INTEREST', 'DISTRICT_SERVICE')", name=op.f("ck_disclosure_purpose")
        ),
        sa.CheckConstraint("cardinality(elements) > 0", name=op.f("ck_disclosure_elements")),
        sa.CheckConstraint("num_nonnulls(person_id, client_id) = 1", name=op.f("ck_disclosure_recipient")),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_disclosure")),
    )
    op.create_index("ix_disclosure_learner", "disclosure", ["district_id", "learner_id", "at", "id"], unique=False)
    op.create_table(
        "adult_access_rule",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind in ('TAX_DEPENDENT', 'LEARNER_CONSENT')", name=op.f("ck_adult_access_rule_kind")),
        sa.PrimaryKeyConstraint("district_id", "kind", name=op.f("pk_adult_access_rule")),
    )
    op.create_table(
        "adult_access",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="active", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind in ('TAX_DEPENDENT', 'LEARNER_CONSENT')", name=op.f("ck_adult_access_kind")),
        sa.CheckConstraint("state in ('active', 'withdrawn')", name=op.f("ck_adult_access_state")),
        sa.ForeignKeyConstraint(
            ["district_id", "id"],
            ["guardianship.district_id", "guardianship.id"],
            name=op.f("fk_adult_access_district_id_id"),
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_adult_access")),
    )
    migration.secure("disclosure", privileges="select, insert")
    migration.secure("adult_access_rule", "adult_access")
