"""The words that entries of a profile are told in."""

from enum import Enum

import strawberry


@strawberry.enum(description="The kinds of entries that a profile holds.")
class EntryKind(Enum):
    ASSESSMENT_RESULT = "ASSESSMENT_RESULT"
    COURSE_RECORD = "COURSE_RECORD"
    SKILL_RATING = "SKILL_RATING"
    MILESTONE = "MILESTONE"
    INTEREST = "INTEREST"
    PREFERENCE = "PREFERENCE"
    PORTFOLIO_ITEM = "PORTFOLIO_ITEM"
    INVENTORY_RESULT = "INVENTORY_RESULT"
    EXPERIENCE = "EXPERIENCE"
    DIGITAL_ACCESS = "DIGITAL_ACCESS"


@strawberry.enum
class AssessmentType(Enum):
    FORMATIVE = "FORMATIVE"
    INTERIM = "INTERIM"
    HIGH_STAKES = "HIGH_STAKES"
    GROWTH = "GROWTH"


@strawberry.enum
class CourseState(Enum):
    PLANNED = "PLANNED"
    ENROLLED = "ENROLLED"
    COMPLETED = "COMPLETED"
    WITHDRAWN = "WITHDRAWN"
    TRANSFERRED_IN = "TRANSFERRED_IN"


@strawberry.enum
class Skill(Enum):
    COMMUNICATION = "COMMUNICATION"
    COLLABORATION = "COLLABORATION"
    CREATIVITY = "CREATIVITY"
    CRITICAL_THINKING = "CRITICAL_THINKING"


@strawberry.enum
class MilestoneType(Enum):
    FAFSA = "FAFSA"
    APPLICATION = "APPLICATION"
    VISIT = "VISIT"
    ENTRANCE_EXAM = "ENTRANCE_EXAM"
    OTHER = "OTHER"


@strawberry.enum(description="To verify and to waive is the counselor's; a waiver says why.")
class MilestoneState(Enum):
    NOT_STARTED = "NOT_STARTED"
    IN_PROGRESS = "IN_PROGRESS"
    SUBMITTED = "SUBMITTED"
    VERIFIED = "VERIFIED"
    WAIVED = "WAIVED"


@strawberry.enum(description="What a learner says is STATED, what others saw OBSERVED.")
class Basis(Enum):
    STATED = "STATED"
    OBSERVED = "OBSERVED"


@strawberry.enum
class PreferenceAspect(Enum):
    MODALITY = "MODALITY"
    GROUPING = "GROUPING"
    PACE = "PACE"
    ENVIRONMENT = "ENVIRONMENT"


@strawberry.enum(description="A draft is seen by the learner alone.")
class PortfolioState(Enum):
    DRAFT = "DRAFT"
    SHARED = "SHARED"
    FEATURED = "FEATURED"


@strawberry.enum
class ExperienceType(Enum):
    INTERNSHIP = "INTERNSHIP"
    CAPSTONE = "CAPSTONE"
    DUAL_ENROLLMENT = "DUAL_ENROLLMENT"
    SERVICE_LEARNING = "SERVICE_LEARNING"
    OTHER = "OTHER"


@strawberry.enum(description="What is verified names who vouches for it.")
class ExperienceState(Enum):
    PLANNED = "PLANNED"
    RUNNING = "RUNNING"
    VERIFIED = "VERIFIED"


@strawberry.enum(description="Ed-Fi's words for internet at home.")
class InternetAccess(Enum):
    YES = "YES"
    NO_NOT_AFFORDABLE = "NO_NOT_AFFORDABLE"
    NO_NOT_AVAILABLE = "NO_NOT_AVAILABLE"
    NO_OTHER = "NO_OTHER"


@strawberry.enum(description="SERVED with internet at home, SURVEYED where somebody said that there is none.")
class HomeAccessState(Enum):
    UNKNOWN = "UNKNOWN"
    SURVEYED = "SURVEYED"
    SERVED = "SERVED"
