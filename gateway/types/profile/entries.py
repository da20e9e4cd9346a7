"""The shapes of entries, by family."""

import strawberry
from strawberry import ID

from gateway.types.profile.words import (
    AssessmentType,
    Basis,
    CourseState,
    ExperienceState,
    ExperienceType,
    HomeAccessState,
    InternetAccess,
    MilestoneState,
    MilestoneType,
    PortfolioState,
    PreferenceAspect,
    Skill,
)
from gateway.types.scalars import Date, DateTime


@strawberry.type
class Provenance:
    """What every entry says of where it comes from."""

    id: ID = strawberry.field(description="Of the thing; its corrections have the same.")
    source: str = strawberry.field(description="The system that tells it, or person: and the id of who says it.")
    occurred_at: DateTime
    recorded_at: DateTime = strawberry.field(description="When the platform learned it.")
    revision: int
    replaces: ID | None = strawberry.field(description="The revision that this one corrects.")


@strawberry.type(description="An assessment and the scale that its results lie on.")
class Assessment:
    id: ID
    identifier: str
    title: str
    type: AssessmentType
    is_internal: bool = strawberry.field(description="Made by the district, beside the state's fixed tests.")
    scale_min: float
    scale_max: float


@strawberry.type
class Subscore:
    name: str
    score: float


@strawberry.type(description="Family 1: what an assessment came to.")
class AssessmentResult(Provenance):
    assessment: Assessment
    score: float
    performance_level: str | None
    previous_score: float | None = strawberry.field(description="Makes growth visible.")
    subscores: list[Subscore]


@strawberry.type(description="Family 2: a course and what came of it.")
class CourseRecord(Provenance):
    title: str
    course_code: str | None
    term: str
    state: CourseState
    grade: str | None
    credits: float | None


@strawberry.type(
    description="Family 3: one skill as seen by the learner, by teachers and by peers, each from 0 to 1 so that they compare."
)
class SkillRatings:
    skill: Skill
    self_: float | None = strawberry.field(name="self")
    teacher: float | None = strawberry.field(description="The mean of each teacher's latest.")
    peers: float | None = strawberry.field(description="Their mean, once there are three.")
    peer_count: int | None


@strawberry.type(description="Family 4: a step on the way to college.")
class Milestone(Provenance):
    type: MilestoneType
    title: str
    due_on: Date | None
    state: MilestoneState
    reason: str | None


@strawberry.type(description="Family 5, beside goals.")
class Interest(Provenance):
    label: str
    basis: Basis


@strawberry.type(description="Family 6: conditions that help; never a fixed type of learner.")
class Preference(Provenance):
    aspect: PreferenceAspect
    statement: str
    basis: Basis
    is_retired: bool


@strawberry.type(description="Work of the learner's.")
class PortfolioItem(Provenance):
    title: str
    url: str
    state: PortfolioState
    description: str | None
    evidence_ids: list[ID]


@strawberry.type
class InventoryValue:
    name: str
    value: str


@strawberry.type(description="What an inventory of interests or careers came to.")
class InventoryResult(Provenance):
    instrument: str
    results: list[InventoryValue]


@strawberry.type(description="An internship, a capstone or the like.")
class Experience(Provenance):
    type: ExperienceType
    title: str
    state: ExperienceState
    partner: str | None
    mentor: str | None
    hours: float | None
    from_on: Date | None
    to_on: Date | None


@strawberry.type(description="Internet and device at home, as the family or a system tells it.")
class DigitalAccess(Provenance):
    internet_access_in_residence: InternetAccess
    internet_access_type: str | None
    internet_performance: str | None
    primary_learning_device: str | None
    primary_learning_device_access: str | None
    primary_learning_device_provider: str | None


@strawberry.type(description="How far the learner's home is served.")
class HomeAccess:
    state: HomeAccessState
