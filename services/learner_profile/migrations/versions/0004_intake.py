"""Create the roster runs, their uploads and their reports."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kit import migration

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


# Only an owner may analyze, and what a large run has written is unknown to the planner until somebody does. A small sample is
# enough to tell thousands of rows from none; autovacuum takes a better one later.
_STATISTICS = """
create function refresh_roster_statistics() returns void language plpgsql security definer
set search_path = pg_catalog, pg_temp set default_statistics_target = 20 as $$
declare
  known text;
begin
  foreach known in array array['org', 'academic_session', 'course', 'class', 'person', 'person_role', 'enrollment', 'demographic',
                               'school_enrollment', 'staff_assignment', 'evidence', 'mastery', 'line_item', 'line_item_objective', 'result', 'result_objective'] loop
    if to_regclass('public.' || known) is not null then
      execute format('analyze (skip_locked) public.%I', known);
    end if;
  end loop;
end $$"""


def upgrade() -> None:
    op.create_table(
        "roster_run",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(collation="C"), nullable=False),
        sa.Column("roster_source", sa.Text(collation="C"), nullable=False),
        sa.Column("sent_by", sa.Text(), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), server_default="received", nullable=False),
        sa.Column("progress", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column("files", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("findings", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("reasons", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("confirmed_by", sa.Text(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('received', 'checking', 'held', 'applying', 'applied', 'failed', 'cancelled')",
            name=op.f("ck_roster_run_state"),
        ),
        sa.CheckConstraint("progress between 0 and 100", name=op.f("ck_roster_run_progress")),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_roster_run")),
    )
    op.create_index("ix_roster_run_under_way", "roster_run", ["district_id", "source", "received_at", "id"])
    op.create_table(
        "roster_chunk",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("upload_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("district_id", "upload_id", "number", name=op.f("pk_roster_chunk")),
    )
    op.create_table(
        "roster_problem",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("row", sa.BigInteger(), nullable=False),
        sa.Column("column", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("district_id", "run_id", "number", name=op.f("pk_roster_problem")),
    )
    # A ZIP does not compress again.
    op.execute("alter table roster_chunk alter column content set storage external")
    migration.secure("roster_run", "roster_chunk", "roster_problem")
    op.execute(_STATISTICS)
    op.execute("revoke all on function refresh_roster_statistics() from public")
    op.execute(f"grant execute on function refresh_roster_statistics() to {migration.application_role()}")
