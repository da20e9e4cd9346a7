"""Every table of this service, so that migrations can compare them with the database."""

from importlib import import_module
from pathlib import Path

from kit.eventing_schema.tables import declare
from services.marketplace.models import Base

for _models in sorted(Path(__file__).parent.glob("*/models.py")):
    import_module(f"services.marketplace.{_models.parent.name}.models")

metadata = Base.metadata
declare(metadata)
