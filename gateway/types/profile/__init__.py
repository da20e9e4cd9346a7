"""The families of the learner profile. Every entry says who tells it, when it happened, when it was learned, what it replaced."""

from gateway.types.profile.learner import ProfileOfLearner
from gateway.types.profile.words import (
    AssessmentType,
    Basis,
    CourseState,
    EntryKind,
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

__all__ = [
    "AssessmentType",
    "Basis",
    "CourseState",
    "EntryKind",
    "ExperienceState",
    "ExperienceType",
    "HomeAccessState",
    "InternetAccess",
    "MilestoneState",
    "MilestoneType",
    "PortfolioState",
    "PreferenceAspect",
    "ProfileOfLearner",
    "Skill",
]
