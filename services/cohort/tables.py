"""Every table of this service, so that migrations can compare them with the database."""

from services.cohort.models import Base

metadata = Base.metadata
