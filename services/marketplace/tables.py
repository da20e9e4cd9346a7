"""Every table of this service, so that migrations can compare them with the database."""

from services.marketplace.models import Base

metadata = Base.metadata
