"""The objects of OneRoster rostering: their members, envelopes and columns, in both versions of the binding."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from sqlalchemy import ColumnElement

from services.learner_profile.oneroster.schemas.addresses import Address
from services.learner_profile.oneroster.schemas.filters import Operator
from services.learner_profile.oneroster.schemas.lists import Grades, Metadata, Reference, References, Texts, UserIds
from services.learner_profile.oneroster.schemas.related import (
    ROLES_V1P1,
    Children,
    OneRole,
    RoleOrgs,
    Roles,
)
from services.learner_profile.oneroster.schemas.scalars import (
    Code,
    Comparison,
    Day,
    Flag,
    Identity,
    Instant,
    Scalar,
    SchoolYear,
    Values,
    Word,
)
from services.learner_profile.roster.models import (
    AcademicSession,
    Class,
    Course,
    Demographic,
    Enrollment,
    Org,
    Person,
)

Model = type[Org | AcademicSession | Course | Class | Person | Enrollment | Demographic]


class Member(Protocol):
    """How one member of a payload is selected, written, read, compared and ordered by."""

    @property
    def expression(self) -> ColumnElement[Any]: ...

    def write(self, value: Any, address: Address, /) -> Any: ...  # noqa: ANN401 - JSON; None leaves the member out

    def read(self, value: Any, place: str, /) -> Values: ...  # noqa: ANN401 - JSON

    def comparable(self, path: str, /) -> ColumnElement[Any] | None: ...

    def compare(self, path: str, operator: Operator, name: str, /) -> Comparison | None: ...


@dataclass(frozen=True)
class Resource:
    """An object: `one` and `many` are its envelopes; `aliases` are other names that clients give members."""

    one: str
    many: str
    model: Model
    members: Mapping[str, Member]
    scope: str = "roster"
    aliases: Mapping[str, str] = field(default_factory=dict)

    def with_members(self, *without: str, **members: Member) -> "Resource":
        kept = {name: member for name, member in self.members.items() if name not in without}
        return replace(self, members={**kept, **members})


def _common(model: Model) -> dict[str, Member]:
    return {
        "sourcedId": Identity(model.sourced_id),
        "status": Word(model.status, blank="active", vocabulary=("active", "tobedeleted"), closed=True),
        "dateLastModified": Instant(model.date_last_modified),
        "metadata": Metadata(model.metadata_),
    }


_SESSION_TYPES = ("gradingPeriod", "semester", "schoolYear", "term")
_ORG_TYPES = ("department", "district", "local", "national", "school", "state")

ORG = Resource(
    "org",
    "orgs",
    Org,
    {
        **_common(Org),
        "name": Scalar(Org.name, required=True),
        "type": Word(Org.type, required=True, vocabulary=_ORG_TYPES),
        "identifier": Code(Org.identifier, shown_blank=""),
        "parent": Reference(Org.parent_sourced_id, kind="org"),
        "children": Children(Org, "org"),
    },
)
SESSION = Resource(
    "academicSession",
    "academicSessions",
    AcademicSession,
    {
        **_common(AcademicSession),
        "title": Scalar(AcademicSession.title, required=True),
        "startDate": Day(AcademicSession.start_on, required=True),
        "endDate": Day(AcademicSession.end_on, required=True),
        "type": Word(AcademicSession.type, required=True, vocabulary=_SESSION_TYPES),
        "parent": Reference(AcademicSession.parent_sourced_id, kind="academicSession"),
        "children": Children(AcademicSession, "academicSession"),
        "schoolYear": SchoolYear(AcademicSession.school_year, required=True),
    },
)
COURSE = Resource(
    "course",
    "courses",
    Course,
    {
        **_common(Course),
        "title": Scalar(Course.title, required=True),
        "schoolYear": Reference(Course.school_year_sourced_id, kind="academicSession"),
        "courseCode": Code(Course.course_code, shown_blank=""),
        "grades": Grades(Course.grades),
        "subjects": Texts(Course.subjects),
        "org": Reference(Course.org_sourced_id, kind="org"),
        "subjectCodes": Texts(Course.subject_codes),
    },
    aliases={"schoolYear": "academicSession"},
)
CLASS = Resource(
    "class",
    "classes",
    Class,
    {
        **_common(Class),
        "title": Scalar(Class.title, required=True),
        "classCode": Code(Class.class_code),
        "classType": Word(Class.class_type, blank="scheduled", vocabulary=("homeroom", "scheduled")),
        "location": Code(Class.location),
        "grades": Grades(Class.grades),
        "subjects": Texts(Class.subjects),
        "course": Reference(Class.course_sourced_id, required=True, kind="course"),
        "school": Reference(Class.school_sourced_id, required=True, kind="org"),
        "terms": References(Class.term_sourced_ids, always=True, kind="academicSession"),
        "subjectCodes": Texts(Class.subject_codes),
        "periods": Texts(Class.periods),
    },
    aliases={"school": "org"},
)
USER = Resource(
    "user",
    "users",
    Person,
    {
        **_common(Person),
        "userMasterIdentifier": Code(Person.user_master_identifier),
        "username": Code(Person.username, blank=""),
        "userIds": UserIds(Person.user_ids),
        "enabledUser": Flag(Person.enabled, default=True),
        "givenName": Scalar(Person.given_name, required=True),
        "familyName": Scalar(Person.family_name, required=True),
        "middleName": Scalar(Person.middle_name),
        "preferredFirstName": Scalar(Person.preferred_first_name),
        "preferredMiddleName": Scalar(Person.preferred_middle_name),
        "preferredLastName": Scalar(Person.preferred_last_name),
        "pronouns": Scalar(Person.pronouns),
        "roles": Roles(),
        "primaryOrg": Reference(Person.primary_org_sourced_id, kind="org"),
        "identifier": Code(Person.identifier),
        "email": Scalar(Person.email),
        "sms": Code(Person.sms),
        "phone": Code(Person.phone),
        "agents": References(Person.agent_sourced_ids, kind="user"),
        "grades": Grades(Person.grades),
        "resources": References(Person.resource_sourced_ids, kind="resource"),
    },
)
ENROLLMENT = Resource(
    "enrollment",
    "enrollments",
    Enrollment,
    {
        **_common(Enrollment),
        "user": Reference(Enrollment.person_sourced_id, required=True, kind="user"),
        "class": Reference(Enrollment.class_sourced_id, required=True, kind="class"),
        "school": Reference(Enrollment.school_sourced_id, required=True, kind="org"),
        "role": Word(Enrollment.role, required=True, vocabulary=("administrator", "proctor", "student", "teacher")),
        "primary": Flag(Enrollment.is_primary),
        "beginDate": Day(Enrollment.begin_on),
        "endDate": Day(Enrollment.end_on),
    },
)
DEMOGRAPHICS = Resource(
    "demographics",
    "demographics",
    Demographic,
    {
        **_common(Demographic),
        "birthDate": Day(Demographic.birth_on),
        "sex": Word(Demographic.sex, vocabulary=("male", "female", "unspecified", "other")),
        "americanIndianOrAlaskaNative": Flag(Demographic.american_indian_or_alaska_native),
        "asian": Flag(Demographic.asian),
        "blackOrAfricanAmerican": Flag(Demographic.black_or_african_american),
        "nativeHawaiianOrOtherPacificIslander": Flag(Demographic.native_hawaiian_or_other_pacific_islander),
        "white": Flag(Demographic.white),
        "demographicRaceTwoOrMoreRaces": Flag(Demographic.two_or_more_races),
        "hispanicOrLatinoEthnicity": Flag(Demographic.hispanic_or_latino),
        "countryOfBirthCode": Code(Demographic.country_of_birth_code),
        "stateOfBirthAbbreviation": Code(Demographic.state_of_birth),
        "cityOfBirth": Code(Demographic.city_of_birth),
        "publicSchoolResidenceStatus": Code(Demographic.public_school_residence_status),
    },
    scope="roster-demographics",
)

V1P2 = {found.many: found for found in (ORG, SESSION, COURSE, CLASS, USER, ENROLLMENT, DEMOGRAPHICS)}

_USER_V1P1 = USER.with_members(
    "roles",
    "userMasterIdentifier",
    "preferredFirstName",
    "preferredMiddleName",
    "preferredLastName",
    "pronouns",
    "primaryOrg",
    "resources",
    role=OneRole(),
    orgs=RoleOrgs(),
)
_ENROLLMENT_V1P1 = ENROLLMENT.with_members(role=Word(Enrollment.role, required=True, vocabulary=ROLES_V1P1))

V1P1 = {**V1P2, "users": _USER_V1P1, "enrollments": _ENROLLMENT_V1P1}
