"""What a published event carries, as a schema that others can hold it to."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


class Fact(BaseModel):
    """The `data` of an event: the envelope's own members, and behind them the whole state of the subject."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="allow")

    district_id: UUID
    version: int = Field(ge=1, description="Raised under the row's lock whenever the state changes.")
    epoch: int = Field(
        ge=0, description="Comes before the version; a producer restored from a backup begins a higher one."
    )
    state: Literal["active", "withdrawn"]
    occurred_at: datetime


def schema_of(kind: str, fact: type[Fact]) -> dict[str, Any]:
    """The JSON Schema (2020-12) of one type of event, CloudEvents 1.0 envelope and all."""
    data = fact.model_json_schema(by_alias=True)
    definitions = data.pop("$defs", {})
    envelope = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:trellis:event:{kind}",
        "title": kind,
        "description": (fact.__doc__ or "").strip(),
        "type": "object",
        "required": ["specversion", "id", "source", "type", "subject", "time", "data"],
        "properties": {
            "specversion": {"const": "1.0"},
            "id": {"type": "string", "format": "uuid"},
            "source": {"type": "string", "description": "The service that tells it."},
            "type": {"const": kind},
            "subject": {
                "type": "string",
                "description": "What the state is of; versions are compared within a subject.",
            },
            "time": {"type": "string", "format": "date-time", "description": "When it was recorded."},
            "datacontenttype": {"type": "string"},
            "data": data,
        },
    }
    return {**envelope, "$defs": definitions} if definitions else envelope
