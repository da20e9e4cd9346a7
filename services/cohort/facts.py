"""The state that each event of this service carries."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from kit.facts import Fact


class Window(BaseModel):
    """From the first day to the first day after."""

    from_: date = Field(alias="from")
    to: date


class PlacementChanged(Fact):
    """A school's place in a program."""

    school_id: UUID
    program_id: UUID
    cohort_id: UUID
    window: Window
    state: Literal["active", "withdrawn"]


PUBLISHED: dict[str, type[Fact]] = {"placement.changed": PlacementChanged}
