"""What comes in at insight's doors."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from kit.clock import Instant
from kit.graph import GraphModel
from kit.stored import storable
from services.learner_profile.mastery.schemas import MethodIn

Note = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(storable)]


class AlertKind(StrEnum):
    BEHIND = "PACE_BEHIND"
    STALLED = "PACE_STALLED"


class AlertAnswerIn(GraphModel):
    """What was done about an alert."""

    state: Literal["SEEN", "ACTED", "DISMISSED"]
    note: Note | None = None


class AdvanceIn(GraphModel):
    """An educator's decision on whether the learner goes on: ADVANCED needs mastery, OVERRIDDEN a note."""

    competency_id: UUID
    decision: Literal["ADVANCED", "HELD", "OVERRIDDEN"]
    note: Note | None = None


class PaceTargetIn(GraphModel):
    """The day by which the class is to have mastered the competency."""

    due_on: date


class RuleIn(GraphModel):
    """Whether to alert, and after how many days."""

    is_enabled: bool = True
    after_days: Annotated[int, Field(ge=0, le=365)]


class ProgressArguments(GraphModel):
    """Now, or as of a moment."""

    as_of: Instant | None = None


class TrendArguments(GraphModel):
    """The last figures of every period between two days, both included."""

    from_on: date
    to_on: date
    by: Literal["DAY", "WEEK", "MONTH"] = "MONTH"


Dimension = Literal["ELL", "DISABILITY", "ECONOMICALLY_DISADVANTAGED", "HISPANIC", "RACE", "SEX", "GRADE"]


class GapArguments(GraphModel):
    """The subgroups to compare, in the last figures, or in the last ones until a day."""

    measure: Literal["MASTERY"] = "MASTERY"
    by: Annotated[tuple[Dimension, ...], Field(min_length=1, max_length=7)]
    as_of: date | None = None


class WhatIfIn(MethodIn):
    """Another method for every policy of a framework, and what to make subgroups by."""

    framework_id: UUID
    by: Dimension


class WhatIfCell(GraphModel):
    """`schoolId` null is the district, and the group ALL everybody. A count is null where it is suppressed."""

    school_id: UUID | None
    group: str
    gain: int | None
    """Learners who would have mastered something that they have not mastered now."""
    lose: int | None
    """Learners who would no longer have mastered something; one may gain and lose."""


class WhatIfOut(GraphModel):
    """Who would change, among learners with evidence in the framework who are at a school today."""

    framework_id: UUID
    by: Dimension
    cells: tuple[WhatIfCell, ...]
