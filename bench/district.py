"""The district that is measured: Fulton's size, loaded through the public doors, with one class of thirty whose records are full."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

import httpx

from bench.settings import BenchSettings
from bench.system import Stack
from local.demo import stages
from local.demo.catalog import RESOURCES
from local.demo.districts import District, plan_district
from local.demo.doors import Credentials, client_door
from local.demo.framework import item_id
from local.demo.people import Learner, learners
from local.demo.personas import clients
from local.demo.school_year import TIME_ZONE, local_instant, school_day_on_or_before
from local.demo.teaching import section_of

PROFILE = "fulton-like"
LEARNERS, COMPETENCIES = 30, 20
_SEED, _GRADE, _SCHOOL, _SUBJECT = 7, "06", 1, "SC"
_ROSTERING = "/ims/oneroster/rostering/v1p2"
_GRADEBOOK = "/ims/oneroster/gradebook/v1p2"
_QUIZZES = 2


@dataclass(frozen=True)
class Measured:
    """Whom the reads are about."""

    district: District
    section: str
    """The class of thirty, by its sourcedId."""
    members: tuple[Learner, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """Competencies that the marketplace has something for."""
        return tuple(islice(dict.fromkeys(code for one in RESOURCES for code in one.codes), COMPETENCIES))


def planned(settings: BenchSettings) -> Measured:
    anchor: date = school_day_on_or_before(datetime.now(TIME_ZONE).date())
    district = plan_district(PROFILE, seed=_SEED, anchor=anchor, students=settings.students, schools=settings.schools)
    school = district.schools[_SCHOOL]
    section = section_of(school, _SUBJECT, _GRADE, 1)
    peers = [one for one in learners(district, school) if one.grade == _GRADE]
    own = [one for one in peers if (_SUBJECT, section) in one.classes(district)]
    others = [one for one in peers if one not in own]
    return Measured(district, section, tuple((own + others)[:LEARNERS]))


def load(stack: Stack, measured: Measured) -> None:
    """Bring the district in as its systems would; what is there already stays."""
    asyncio.run(_load(stack, measured))


async def _load(stack: Stack, measured: Measured) -> None:
    async with httpx.AsyncClient(base_url=stack.running.origin, timeout=120, trust_env=False) as http:
        secrets = stack.registration.secrets
        doors = {
            one.key: client_door(http, Credentials(one.client_id, secrets[one.client_id])) for one in clients(PROFILE)
        }
        entry = stages.Entry(measured.district, progress=lambda text: print(f"   {text}"), person=None, **doors)
        for stage in stages.ALL:
            await stage(entry)
        entry.say(f"a class of {LEARNERS} with {COMPETENCIES} competencies each")
        await _fill_class(entry, measured)


async def _fill_class(entry: stages.Entry, measured: Measured) -> None:
    await entry.sis.put_all(_enrollments(measured))
    for number in range(1, _QUIZZES + 1):
        await entry.lms.put_all([_line_item(measured, number)])
        await entry.lms.put_all(_results(measured, number))


def _enrollments(measured: Measured) -> Iterator[tuple[str, Any]]:
    """Seats for those of the thirty whom the timetable has put elsewhere."""
    year = measured.district.year
    for learner in measured.members:
        if (_SUBJECT, measured.section) not in learner.classes(measured.district):
            sourced_id = f"bench-{learner.number}"
            yield (
                f"{_ROSTERING}/enrollments/{sourced_id}",
                {
                    "enrollment": _about(sourced_id, year.first_day)
                    | {
                        "user": _ref("users", learner.sourced_id, "user"),
                        "class": _ref("classes", measured.section, "class"),
                        "school": _ref("schools", learner.school.sourced_id, "org"),
                        "role": "student",
                        "primary": "false",
                        "beginDate": year.first_day.isoformat(),
                        "endDate": year.last_day.isoformat(),
                    }
                },
            )


def _line_item(measured: Measured, number: int) -> tuple[str, Any]:
    district, sourced_id = measured.district, f"bench-quiz-{number}"
    day = district.school_days[-1 - _QUIZZES + number]
    return (
        f"{_GRADEBOOK}/lineItems/{sourced_id}",
        {
            "lineItem": _about(sourced_id, day)
            | {
                "title": f"Quiz on everything {number}",
                "assignDate": _at(day),
                "dueDate": _at(day),
                "class": _ref("classes", measured.section, "class"),
                "school": _ref("schools", district.schools[_SCHOOL].sourced_id, "org"),
                "category": _ref("categories", "lms-online", "category"),
                "academicSession": _ref("gradingPeriods", district.year.quarter(day), "academicSession"),
                "resultValueMin": 0,
                "resultValueMax": 100,
                "learningObjectiveSet": [
                    {"source": "case", "learningObjectiveIds": [item_id(code) for code in measured.codes]}
                ],
            }
        },
    )


def _results(measured: Measured, number: int) -> Iterator[tuple[str, Any]]:
    day = measured.district.school_days[-1 - _QUIZZES + number]
    for learner in measured.members:
        sourced_id = f"bench-quiz-{number}-{learner.number}"
        dice = measured.district.dice("bench", learner.number, number)
        scores = [{"learningObjectiveId": item_id(code), "score": dice.between(30, 100)} for code in measured.codes]
        yield (
            f"{_GRADEBOOK}/results/{sourced_id}",
            {
                "result": _about(sourced_id, day)
                | {
                    "lineItem": _ref("lineItems", f"bench-quiz-{number}", "lineItem"),
                    "student": _ref("users", learner.sourced_id, "user"),
                    "class": _ref("classes", measured.section, "class"),
                    "scoreStatus": "fully graded",
                    "score": 70,
                    "scoreDate": day.isoformat(),
                    "learningObjectiveSet": [{"source": "case", "learningObjectiveResults": scores}],
                }
            },
        )


def _about(sourced_id: str, day: date) -> dict[str, Any]:
    return {"sourcedId": sourced_id, "status": "active", "dateLastModified": _at(day)}


def _at(day: date) -> str:
    return f"{local_instant(day, 15).astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"


def _ref(collection: str, sourced_id: str, kind: str) -> dict[str, str]:
    return {"href": f"https://lms.example.org/{collection}/{sourced_id}", "sourcedId": sourced_id, "type": kind}
