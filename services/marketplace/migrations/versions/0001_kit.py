"""Give the database its context functions and the tables of the kit."""

from kit import migration
from kit.eventing_schema import migration as eventing

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    migration.begin()
    eventing.create_eventing()
