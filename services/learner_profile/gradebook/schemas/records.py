"""What one record of a push says; the address it is sent to settles some of its members."""

from collections.abc import Mapping
from typing import Any

from services.learner_profile.gradebook.schemas.resources import Entry
from services.learner_profile.oneroster.errors import InvalidPayload
from services.learner_profile.oneroster.schemas.payloads import pointer
from services.learner_profile.oneroster.schemas.records import Record, record


def entry_record(entry: Entry, said: Mapping[str, Any], place: str, fixed: Mapping[str, Any]) -> Record:
    """Reads a record; `fixed` members are texts or references, which it may repeat but not contradict."""
    for name, value in fixed.items():
        if said.get(name) is not None and _named(said[name]) != _named(value):
            raise InvalidPayload(pointer(place, name), "is not what the address says")
    return record(entry, {**said, **fixed}, place, {})


def _named(value: Any) -> Any:  # noqa: ANN401 - JSON
    return value.get("sourcedId") if isinstance(value, dict) else value
