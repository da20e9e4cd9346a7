"""Give the database its context functions and the tables of the kit."""

from kit import migration

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    migration.begin()
