"""Create interests, goals, preferences, work, days and next steps."""

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
