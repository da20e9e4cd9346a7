"""A small roster in two districts that use the same identifiers, put there as intake would leave it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.learner_profile.roster.commands import settle
from services.learner_profile.roster.models import (
    AcademicSession,
    Class,
    Course,
    Enrollment,
    Guardianship,
    Org,
    Person,
    PersonRole,
    StaffAssignment,
)
from tests.worlds import TestDistrict

_NAMES = {
    "learner": ("Ada", "Student"),
    "classmate": ("Bob", "Classmate"),
    "teacher": ("Tom", "Teacher"),
    "other_teacher": ("Una", "Teacher"),
    "principal": ("Pia", "Principal"),
    "other_principal": ("Pat", "Principal"),
    "guardian": ("Gus", "Guardian"),
    "restricted_guardian": ("Rex", "Guardian"),
    "contact": ("Cal", "Contact"),
    "district_leader": ("Dee", "Leader"),
    "district_analyst": ("Ann", "Analyst"),
}
_ROSTER_ROLES = {
    "learner": ("student", "s1"),
    "classmate": ("student", "s1"),
    "teacher": ("teacher", "s1"),
    "other_teacher": ("teacher", "s2"),
    "principal": ("principal", "s1"),
    "other_principal": ("principal", "s2"),
    "guardian": ("guardian", "s1"),
    "restricted_guardian": ("guardian", "s1"),
    "contact": ("guardian", "s1"),
    "district_leader": ("districtAdministrator", "d"),
}
_SEATS = {"learner": "student", "classmate": "student", "teacher": "teacher"}


@dataclass(frozen=True)
class Schoolhouse:
    """Two schools, one class and everybody who stands to its learner in some way."""

    district: TestDistrict
    other_district: TestDistrict
    people: dict[str, UUID]
    school: UUID
    other_school: UUID
    class_: UUID

    @property
    def learner(self) -> UUID:
        return self.people["learner"]

    @property
    def teacher(self) -> UUID:
        return self.people["teacher"]


async def build(session: AsyncSession, district: TestDistrict, other: TestDistrict) -> Schoolhouse:
    """Fill one district; identifiers are the same in every district, our own ids are not."""
    ids = {name: uuid4() for name in (*_NAMES, "d", "s1", "s2", "class")}
    at = {"district_id": district.id, "source": "sis"}
    await _put(session, Org, at, [
        {"id": ids["d"], "sourced_id": "d", "name": "District", "type": "district"},
        {"id": ids["s1"], "sourced_id": "s1", "name": "First Elementary", "type": "school"},
        {"id": ids["s2"], "sourced_id": "s2", "name": "Second Elementary", "type": "school"},
    ])  # fmt: skip
    await _people(session, at, ids)
    await _class(session, at, ids)
    await _rights(session, district, ids)
    await settle(session, "sis")
    people = {name: ids[name] for name in _NAMES}
    return Schoolhouse(district, other, people, ids["s1"], ids["s2"], ids["class"])


async def _people(session: AsyncSession, at: Mapping[str, object], ids: dict[str, UUID]) -> None:
    learners = ("learner", "classmate")
    await _put(session, Person, at, [
        {"id": ids[key], "sourced_id": key, "username": key, "given_name": given, "family_name": family,
         "grades": ["05"] if key in learners else []}
        for key, (given, family) in _NAMES.items()
    ])  # fmt: skip
    await _put(session, PersonRole, at, [
        {"sourced_id": f"r-{key}", "person_sourced_id": key, "role": role, "org_sourced_id": org}
        for key, (role, org) in _ROSTER_ROLES.items()
    ])  # fmt: skip


async def _class(session: AsyncSession, at: Mapping[str, object], ids: dict[str, UUID]) -> None:
    year = {"sourced_id": "y", "title": "Year", "type": "schoolYear", "school_year": "2100"}
    await _put(session, AcademicSession, at, [{**year, "start_on": date(2000, 1, 1), "end_on": date(2100, 1, 1)}])
    await _put(session, Course, at, [{"sourced_id": "co", "title": "Mathematics"}])
    await _put(session, Class, at, [
        {"id": ids["class"], "sourced_id": "c1", "title": "Mathematics 5", "course_sourced_id": "co",
         "school_sourced_id": "s1", "term_sourced_ids": ["y"]}
    ])  # fmt: skip
    await _put(session, Enrollment, at, [
        {"sourced_id": f"e-{key}", "class_sourced_id": "c1", "school_sourced_id": "s1", "person_sourced_id": key,
         "role": role}
        for key, role in _SEATS.items()
    ])  # fmt: skip


async def _rights(session: AsyncSession, district: TestDistrict, ids: dict[str, UUID]) -> None:
    at = {"district_id": district.id, "learner_id": ids["learner"]}
    await _put(session, Guardianship, at, [
        {"id": uuid4(), "guardian_id": ids["guardian"], "kind": "rights_holder"},
        {"id": uuid4(), "guardian_id": ids["restricted_guardian"], "kind": "rights_holder"},
        {"id": uuid4(), "guardian_id": ids["restricted_guardian"], "kind": "court_restriction"},
        {"id": uuid4(), "guardian_id": ids["contact"], "kind": "contact"},
    ])  # fmt: skip
    await _put(session, StaffAssignment, {"district_id": district.id}, [
        {"id": uuid4(), "person_id": ids["district_analyst"], "org_id": ids["d"], "role": "district_analyst",
         "origin": "door"}
    ])  # fmt: skip


async def _put(session: AsyncSession, table: type, at: Mapping[str, object], rows: list[dict[str, object]]) -> None:
    await session.execute(insert(table), [{**at, **row} for row in rows])
