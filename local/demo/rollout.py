"""How the schools of a demo district move to personalized learning: a program, its cohorts and every school's place.

One district lets its schools choose among five cohorts, all of them within three years. The other takes a few schools a year
by application, which plan for two years before they begin.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from local.demo.chance import steady_id
from local.demo.districts import District, School

_AUGUST, _JANUARY = (8, 1), (1, 5)
_CHOICE_SIZES = (12, 18, 21, 22, 22)
_COMPETITIVE_SIZES = (6, 9, 8, 9)
_OPEN_SEATS = 9


class Program(NamedTuple):
    id: UUID
    name: str
    mode: str
    """`choice`: schools choose their cohort; `competitive`: they apply for a seat."""
    mandate: bool
    """Every school joins in the end."""


class Cohort(NamedTuple):
    id: UUID
    name: str
    position: int
    begins_on: date
    launches_on: date
    """When its schools begin to work in the new way; what lies before is planning."""
    ends_on: date
    """The first day after the cohort."""
    capacity: int

    def body(self) -> dict[str, Any]:
        """The body for the program's door."""
        return {
            "name": self.name,
            "position": self.position,
            "beginsOn": self.begins_on.isoformat(),
            "launchesOn": self.launches_on.isoformat(),
            "endsOn": self.ends_on.isoformat(),
            "capacity": self.capacity,
        }


class Placement(NamedTuple):
    cohort: Cohort
    school: School
    reason: str


def program(district: District) -> Program:
    slug = district.profile.slug
    if _chooses(district):
        return Program(steady_id(slug, "program"), "Personalized Learning Rollout", "choice", mandate=True)
    return Program(steady_id(slug, "program"), "School Redesign Cohorts", "competitive", mandate=True)


def cohorts(district: District) -> list[Cohort]:
    windows = _choice_windows(district) if _chooses(district) else _competitive_windows(district)
    sizes = _CHOICE_SIZES if _chooses(district) else (*_COMPETITIVE_SIZES, _OPEN_SEATS)
    return [
        Cohort(steady_id(district.profile.slug, "cohort", n), f"Cohort {n}", n, *window, size)
        for n, (window, size) in enumerate(zip(windows, sizes, strict=True), 1)
    ]


def placements(district: District) -> Iterator[Placement]:
    """Each placed school once; where schools choose, all of them, else those of the cohorts that have begun."""
    waiting = sorted(district.schools, key=lambda school: district.dice("placement", school.code).roll(1 << 30))
    groups = cohorts(district)
    for cohort in groups if _chooses(district) else groups[:-1]:
        taken, waiting = waiting[: cohort.capacity], waiting[cohort.capacity :]
        for school in taken:
            yield Placement(cohort, school, _reason(district, school))


def _chooses(district: District) -> bool:
    return district.profile.key == "fulton-like"


def _reason(district: District, school: School) -> str:
    if not _chooses(district):
        return "Accepted on its application"
    return ("First choice", "First choice", "Second choice", "Placed by readiness")[
        district.dice("reason", school.code).roll(4)
    ]


def _choice_windows(district: District) -> Iterator[tuple[date, date, date]]:
    """Eighteen months each, one cohort every half year: the first is through, the last has not begun."""
    year = district.year.ends_in - 2
    for half in range(5):
        begins = date(year + half // 2, *(_AUGUST if half % 2 else _JANUARY))
        yield begins, _later(begins, 9), _later(begins, 18)


def _competitive_windows(district: District) -> Iterator[tuple[date, date, date]]:
    for n in range(5):
        begins = date(district.year.ends_in - 5 + n, *_AUGUST)
        yield begins, _later(begins, 24), _later(begins, 36)


def _later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    return day.replace(year=day.year + years, month=month + 1)
