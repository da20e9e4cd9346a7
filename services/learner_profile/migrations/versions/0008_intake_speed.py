"""Drop the index that every enrolment pays for and only the listing of a school's enrolments would use."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Forgetting an index takes its lock for an instant, and `lock_timeout` gives up rather than queue.
    op.execute("-- squawk-ignore require-concurrent-index-deletion\ndrop index if exists ix_enrollment_school")
