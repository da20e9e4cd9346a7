"""What goes in and out of the doors of privacy."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

AdultAccessKind = Literal["TAX_DEPENDENT", "LEARNER_CONSENT"]
"""The learner depends on the guardian for tax purposes (34 CFR 99.31(a)(8)), or has agreed in writing (99.30)."""


class _Body(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", from_attributes=True)


class AdultAccessIn(_Body):
    kind: AdultAccessKind


class AdultAccessOut(_Body):
    id: UUID
    """The guardianship's."""
    kind: AdultAccessKind
    state: Literal["active", "withdrawn"]
    version: int
    recorded_at: datetime


class AdultAccessRuleIn(_Body):
    is_enabled: bool
