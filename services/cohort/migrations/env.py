"""Alembic's door into this service's database."""

from kit import migration
from services.cohort import tables

migration.run(tables.metadata)
