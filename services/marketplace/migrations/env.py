"""Alembic's door into this service's database."""

from kit import migration
from services.marketplace import tables

migration.run(tables.metadata)
