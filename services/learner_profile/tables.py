"""Every table of this service, so that migrations can compare them with the database."""

from importlib import import_module
from pathlib import Path

from kit.eventing_schema.tables import declare
from services.learner_profile.models import Base

_FOUND = (*Path(__file__).parent.glob("*/models.py"), *Path(__file__).parent.glob("*/models/__init__.py"))
for _area in sorted({found.relative_to(Path(__file__).parent).parts[0] for found in _FOUND}):
    import_module(f"services.learner_profile.{_area}.models")

metadata = Base.metadata
declare(metadata)
