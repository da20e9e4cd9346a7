"""How often something good is expected of a source system."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("source_system", sa.Column("expected_every", sa.Interval(), nullable=True))
