"""The roster's tables: what the sources tell, and what the district adds."""

from services.learner_profile.roster.models.district import (
    District,
    Guardianship,
    SchoolEnrollment,
    SourceSystem,
    StaffAssignment,
)
from services.learner_profile.roster.models.rostered import (
    AcademicSession,
    Class,
    Course,
    Demographic,
    Enrollment,
    Org,
    Person,
    PersonRole,
    Rostered,
)

__all__ = [
    "AcademicSession",
    "Class",
    "Course",
    "Demographic",
    "District",
    "Enrollment",
    "Guardianship",
    "Org",
    "Person",
    "PersonRole",
    "Rostered",
    "SchoolEnrollment",
    "SourceSystem",
    "StaffAssignment",
]
