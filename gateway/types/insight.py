"""Pace, alerts, progress and gaps."""

from enum import Enum
from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry import ID, UNSET

from gateway.joins import Reference, carried, joined, section
from gateway.types.competency import Competency, Framework
from gateway.types.connection import Connection
from gateway.types.mastery import PaceBand
from gateway.types.people import Person
from gateway.types.scalars import Date, DateTime
from gateway.types.sources import CLASSES, DISTRICT, LEARNERS, ME, PERSONS, SCHOOLS

if TYPE_CHECKING:
    from gateway.types.roster import Learner

AboutLearner = Annotated["Learner", strawberry.lazy("gateway.types.roster")]


@strawberry.enum(description="What staff are alerted to.")
class AlertKind(Enum):
    PACE_BEHIND = "PACE_BEHIND"
    PACE_STALLED = "PACE_STALLED"


@strawberry.enum(description="What has become of an alert; it expires with its cause.")
class AlertState(Enum):
    NEW = "NEW"
    SEEN = "SEEN"
    ACTED = "ACTED"
    DISMISSED = "DISMISSED"
    EXPIRED = "EXPIRED"


@strawberry.enum(description="What an educator decided: ADVANCED needs mastery, OVERRIDDEN goes on without it.")
class AdvanceChoice(Enum):
    ADVANCED = "ADVANCED"
    HELD = "HELD"
    OVERRIDDEN = "OVERRIDDEN"


@strawberry.enum(description="The length of a period in a trend.")
class Period(Enum):
    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"


@strawberry.enum(description="What is compared between subgroups.")
class GapMeasure(Enum):
    MASTERY = "MASTERY"


@strawberry.enum(description="What subgroups are made by; from the roster's demographics and its extensions.")
class Dimension(Enum):
    ELL = "ELL"
    DISABILITY = "DISABILITY"
    ECONOMICALLY_DISADVANTAGED = "ECONOMICALLY_DISADVANTAGED"
    HISPANIC = "HISPANIC"
    RACE = "RACE"
    SEX = "SEX"
    GRADE = "GRADE"


@strawberry.type(description="The pace of one competency that has begun and is not mastered.")
class Pace:
    competency: Competency = carried("id", "code", "statement", "frameworkId")
    band: PaceBand
    since: Date = strawberry.field(description="The day from which the band holds.")
    due_on: Date | None = strawberry.field(
        description="The class's target, or else the end of the school year; null where neither is known."
    )
    projected_on: Date | None = strawberry.field(
        description="The day on which the trend reaches mastery; null where it does not lead there."
    )


@strawberry.type(description="Something about a learner that staff should look at.")
class Alert:
    id: ID
    kind: AlertKind
    state: AlertState
    since: Date
    note: str | None
    competency: Competency = carried("id", "code", "statement", "frameworkId")

    @joined(Reference(LEARNERS, "learnerId"))
    def learner(self) -> AboutLearner | None:
        pass


@strawberry.type(description="Mastered and not yet decided on; the system says who is ready, an educator decides.")
class ReadyToAdvance:
    competency: Competency = carried("id", "code", "statement", "frameworkId")
    since: DateTime


@strawberry.type(description="An educator's decision on whether a learner goes on.")
class AdvanceDecision:
    id: ID
    decision: AdvanceChoice
    note: str | None
    decided_at: DateTime
    competency: Competency = carried("id", "code", "statement", "frameworkId")

    @joined(Reference(PERSONS, "decidedById"))
    def decided_by(self) -> Person | None:
        pass


@strawberry.type(description="Where many stand in a framework. Pairs are learners times competencies with evidence.")
class Progress:
    framework: Framework = carried("id", "identifier", "title")
    learners: int = strawberry.field(description="With evidence in the framework.")
    assessed: int = strawberry.field(description="Pairs with evidence.")
    mastered: int
    developing: int
    insufficient: int = strawberry.field(description="Pairs whose evidence does not suffice yet.")


@strawberry.type(description="The last figures of a period; they do not change afterwards.")
class TrendPoint:
    on: Date
    framework: Framework = carried("id", "identifier", "title")
    learners: int
    assessed: int
    mastered: int
    developing: int
    insufficient: int


@strawberry.type(
    description="A subgroup's figure as published. Counts under ten are suppressed, and what others would give away."
)
class GapFigure:
    by: Dimension
    group: str = strawberry.field(description="ALL for everybody.")
    n: int | None = strawberry.field(description="People; null where suppressed.")
    value: float | None = strawberry.field(
        description="Mean share, from 0 to 1, of a person's assessed competencies that are mastered."
    )
    suppressed: bool
    on: Date


@strawberry.type
class LearnerInsight:
    """What figures say about a learner."""

    @section(LEARNERS, "paces")
    def paces(self) -> list[Pace] | None:
        """Of everything that has begun and is not mastered."""

    @section(LEARNERS, "paceAlerts")
    def pace_alerts(self) -> list[Alert] | None:
        """Open alerts, to those who work with the learner; finished work has none."""

    @section(LEARNERS, "readyToAdvance")
    def ready_to_advance(self) -> list[ReadyToAdvance] | None:
        """The longest waiting first."""

    @section(LEARNERS, "advanceDecisions")
    def advance_decisions(self) -> list[AdvanceDecision] | None:
        """The latest first."""


@strawberry.type
class ClassInsight:
    """What figures say about a class, to those who teach it or lead its school."""

    @section(CLASSES, "progress")
    def progress(self, as_of: DateTime | None = UNSET) -> list[Progress] | None:
        """Of those who learn in it now: their standing now, or as it was known at a moment."""

    @section(CLASSES, "trend")
    def trend(self, from_on: Date, to_on: Date, by: Period = Period.MONTH) -> list[TrendPoint] | None:
        """From the daily figures."""


@strawberry.type
class SchoolInsight:
    """What figures say about a school, to its leaders and to those who see the district's figures."""

    @section(SCHOOLS, "progress")
    def progress(self, as_of: DateTime | None = UNSET) -> list[Progress] | None:
        """Of those who learn there now: their standing now, or as it was known at a moment."""

    @section(SCHOOLS, "trend")
    def trend(self, from_on: Date, to_on: Date, by: Period = Period.MONTH) -> list[TrendPoint] | None:
        """From the daily figures."""

    @section(SCHOOLS, "gaps")
    def gaps(
        self, by: list[Dimension], measure: GapMeasure = GapMeasure.MASTERY, as_of: Date | None = UNSET
    ) -> list[GapFigure] | None:
        """From the last daily figures, or the last ones until a day."""


@strawberry.type
class DistrictInsight:
    """What figures say about the district, to those who see them."""

    @section(DISTRICT, "trend")
    def trend(self, from_on: Date, to_on: Date, by: Period = Period.MONTH) -> list[TrendPoint] | None:
        """From the daily figures."""

    @section(DISTRICT, "gaps")
    def gaps(
        self, by: list[Dimension], measure: GapMeasure = GapMeasure.MASTERY, as_of: Date | None = UNSET
    ) -> list[GapFigure] | None:
        """From the last daily figures, or the last ones until a day."""


@strawberry.type
class MyInsight:
    """What the caller should look at."""

    @section(ME, "alerts")
    def alerts(self, first: int = 20, after: str | None = UNSET) -> Connection[Alert] | None:
        """Open alerts about learners whom the caller teaches or whose school the caller serves, the oldest first."""
