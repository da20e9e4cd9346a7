"""What OneRoster has no field for: who holds rights over a learner, and what people do for the district.

Each record is the body for its door, under an id that is the same on every run.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from local.demo.chance import steady_id
from local.demo.districts import DISTRICT_ORG, District
from local.demo.named import NamedLearner
from local.demo.people import OFFICES, learners

_MYRAS_SCHOOL, _MYRAS_GRADE = 1, "06"
_ROLES = {"conflicted_reviewer": "reviewer", "superintendent": None}


class Record(NamedTuple):
    id: UUID
    body: dict[str, Any]


def guardianships(district: District) -> Iterator[Record]:
    """Of all named learners, and of everybody in Myra's grade: enough for each persona to have neighbours."""
    for school in district.peopled:
        for learner in learners(district, school):
            if learner.story:
                yield from _told(district, learner.story)
            elif (school.place, learner.grade) == (_MYRAS_SCHOOL, _MYRAS_GRADE):
                for guardian in learner.guardians:
                    yield _guardianship(district, guardian.sourced_id, learner.sourced_id, "rights_holder")


def staff_assignments(district: District) -> Iterator[Record]:
    """The functions that the roster's roles do not know."""
    for number, _role, office in OFFICES:
        role = _ROLES.get(office, office)
        if role:
            yield _assignment(district, f"st-{number}", DISTRICT_ORG, role)
    yield _assignment(district, "st-9004", district.schools[_MYRAS_SCHOOL].sourced_id, "teacher")


def _told(district: District, story: NamedLearner) -> Iterator[Record]:
    for place, guardian in enumerate(story.guardians):
        sourced_id = story.guardian_id(place)
        if guardian.right == "court_restriction":
            yield _guardianship(district, sourced_id, story.sourced_id, "rights_holder")
            since = date(district.year.ends_in - 1, 9, 15)
            yield _guardianship(district, sourced_id, story.sourced_id, "court_restriction", since)
        else:
            yield _guardianship(district, sourced_id, story.sourced_id, guardian.right)


def _guardianship(district: District, guardian: str, learner: str, kind: str, since: date | None = None) -> Record:
    body = {"guardianSourcedId": guardian, "learnerSourcedId": learner, "kind": kind}
    if since:
        body["fromOn"] = since.isoformat()
    return Record(steady_id(district.profile.slug, "guardianship", guardian, learner, kind), body)


def _assignment(district: District, person: str, org: str, role: str) -> Record:
    body = {
        "personSourcedId": person,
        "orgSourcedId": org,
        "role": role,
        "fromOn": district.year.first_day.isoformat(),
    }
    return Record(steady_id(district.profile.slug, "assignment", person, org, role), body)
