"""Every table of this service, so that migrations can compare them with the database."""

from kit.eventing_schema.tables import declare
from services.cohort.models import Base

metadata = Base.metadata
declare(metadata)
