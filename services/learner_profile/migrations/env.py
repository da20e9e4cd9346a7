"""Alembic's door into this service's database."""

from kit import migration
from services.learner_profile import tables

migration.run(tables.metadata)
