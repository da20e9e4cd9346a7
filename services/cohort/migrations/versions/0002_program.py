"""Create schools, staff, programs, cohorts and placements."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kit import migration
from kit.eventing_schema import migration as eventing

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TABLES = ("program", "school", "staff_assignment", "cohort", "placement")

TODAY = """
create function trellis_today() returns date language sql stable parallel safe as $$
  select (trellis_now() at time zone 'UTC')::date
$$"""


def upgrade() -> None:
    op.create_table(
        "program",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("mandate", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("mode in ('choice', 'district', 'competitive')", name=op.f("ck_program_mode")),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_program")),
    )
    op.create_table(
        "school",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("grades", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("area", sa.Text(), nullable=True),
        sa.Column("merged_into", sa.Uuid(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state in ('active', 'withdrawn')", name=op.f("ck_school_state")),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_school")),
    )
    op.create_table(
        "staff_assignment",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.CheckConstraint("state in ('active', 'withdrawn')", name=op.f("ck_staff_assignment_state")),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_staff_assignment")),
    )
    op.create_index("ix_staff_assignment_person", "staff_assignment", ["district_id", "person_id"], unique=False)
    op.create_table(
        "cohort",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("launches_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("capacity", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("begins_on < ends_on", name=op.f("ck_cohort_window")),
        sa.CheckConstraint("capacity >= 0", name=op.f("ck_cohort_capacity")),
        sa.CheckConstraint("launches_on between begins_on and ends_on", name=op.f("ck_cohort_launch")),
        sa.ForeignKeyConstraint(
            ["district_id", "program_id"],
            ["program.district_id", "program.id"],
            name=op.f("fk_cohort_district_id_program_id"),
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_cohort")),
        sa.UniqueConstraint("district_id", "program_id", "id", name=op.f("uq_cohort_district_id_program_id_id")),
    )
    op.create_index("ix_cohort_program", "cohort", ["district_id", "program_id", "position"], unique=False)
    op.create_table(
        "placement",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), server_default="active", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("state in ('active', 'withdrawn')", name=op.f("ck_placement_state")),
        sa.ForeignKeyConstraint(
            ["district_id", "program_id", "cohort_id"],
            ["cohort.district_id", "cohort.program_id", "cohort.id"],
            name=op.f("fk_placement_district_id_program_id_cohort_id"),
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_placement")),
    )
    op.create_index("ix_placement_cohort", "placement", ["district_id", "cohort_id"], unique=False)
    op.create_index("ix_placement_school", "placement", ["district_id", "school_id"], unique=False)
    migration.secure(*_TABLES)
    op.execute(TODAY)
    eventing.route_events({"placement.changed": ("marketplace",)})
