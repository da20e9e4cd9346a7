"""Create the families of the learner profile that systems and counsellors tell."""

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
