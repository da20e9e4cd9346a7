"""The shape of a demo district: its schools, how many learn in each, and how much is recorded about them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal, NamedTuple

from local.demo.chance import Dice
from local.demo.competencies import GRADES
from local.demo.names import school_names
from local.demo.school_year import SchoolYear, school_year_of

Level = Literal["elementary", "middle", "high"]

DISTRICT_ORG = "d-0001"
FIRST_LEARNER = 100100
"""The sourcedId number of the first learner without a story; smaller ones belong to named learners."""

_PATTERN: tuple[Level, ...] = ("elementary", "middle", "high", "elementary", "elementary")
_WEIGHT = {"elementary": 5, "middle": 7, "high": 10}
_SMALL = 10_000
_FEWEST = 60


class Profile(NamedTuple):
    key: str
    slug: str
    name: str
    state_code: str
    domain: str
    schools: int
    students: int
    peopled_schools: int
    """How many schools have learners while the district is small."""
    first_name: int


PROFILES = {
    profile.key: profile
    for profile in (
        Profile(
            "fulton-like", "foxglove", "Foxglove County Schools", "GA-9660", "foxglove.example.org", 95, 1200, 6, 0
        ),
        Profile("henry-like", "harrow", "Harrow County Schools", "GA-9675", "harrow.example.org", 50, 300, 3, 57),
    )
}


@dataclass(frozen=True, slots=True)
class Density:
    """How much is recorded: everything for a demo, a thin layer for a district of full size."""

    every: dict[str, int]
    """In which classes something is set, by subject, and after how many school days the next thing is."""
    results_every: int
    """One learner in so many has results."""
    objectives: int
    """Learning objectives of a line item."""
    guardians_percent: int
    """How many households out of a hundred have a guardian on file."""


DENSE = Density({"MA": 11, "LA": 17, "SC": 11, "SS": 17}, 1, 2, 100)
THIN = Density({"MA": 60}, 4, 1, 33)


class School(NamedTuple):
    place: int
    """Position in the district, from 0."""
    name: str
    level: Level
    learners: int
    first_learner: int
    """The number of the learner at position 0."""

    @property
    def code(self) -> str:
        return f"{101 + self.place:04d}"

    @property
    def sourced_id(self) -> str:
        return f"sch-{self.code}"

    @property
    def grades(self) -> tuple[str, ...]:
        return {"elementary": GRADES[:6], "middle": GRADES[6:9], "high": GRADES[9:]}[self.level]

    def staff_id(self, slot: int) -> str:
        return f"st-{10000 + self.place * 1000 + slot}"


@dataclass(frozen=True)
class District:
    profile: Profile
    seed: int
    anchor: date
    """The school day that is "today"."""
    students: int
    school_count: int
    density: Density

    @cached_property
    def year(self) -> SchoolYear:
        return school_year_of(self.anchor)

    @cached_property
    def schools(self) -> tuple[School, ...]:
        return tuple(_schools(self))

    @cached_property
    def school_days(self) -> list[date]:
        """School days of the year up to and with the anchor."""
        return self.year.school_days(self.anchor)

    @property
    def peopled(self) -> Iterator[School]:
        """The schools that have learners."""
        return (school for school in self.schools if school.learners)

    def state_id(self, school: School) -> str:
        """The school's identifier in the state."""
        return f"{self.profile.state_code}-{school.code}"

    def dice(self, *key: object) -> Dice:
        return Dice(self.seed, self.profile.key, *key)


def plan_district(
    key: str, *, seed: int, anchor: date, students: int | None = None, schools: int | None = None
) -> District:
    """The district of a profile, at its own size unless told otherwise.

    Raises ValueError when the anchor is no school day or there are too few learners to fill the schools that the named
    learners attend.
    """
    profile = PROFILES[key]
    students = profile.students if students is None else students
    if not school_year_of(anchor).is_school_day(anchor):
        raise ValueError(f"{anchor} is not a school day")
    if students < _FEWEST or (schools or profile.schools) < profile.peopled_schools:
        raise ValueError(f"{key} needs at least {_FEWEST} students and {profile.peopled_schools} schools")
    density = DENSE if students <= _SMALL else THIN
    return District(profile, seed, anchor, students, schools or profile.schools, density)


def _schools(district: District) -> Iterator[School]:
    count = district.school_count
    levels = [_PATTERN[index % len(_PATTERN)] for index in range(count)]
    sizes = _sizes(district, levels)
    names = school_names(district.profile.first_name, list(levels))
    first = FIRST_LEARNER
    for index, (name, level) in enumerate(zip(names, levels, strict=True)):
        yield School(index, name, level, sizes[index], first)
        first += sizes[index]


def _sizes(district: District, levels: list[Level]) -> list[int]:
    """Learners of each school, by level, that add up to the district's."""
    peopled = min(district.school_count, max(district.profile.peopled_schools, district.students // 600))
    weights = [_WEIGHT[level] for level in levels[:peopled]]
    shares = [district.students * weight // sum(weights) for weight in weights]
    shares[0] += district.students - sum(shares)
    return shares + [0] * (district.school_count - peopled)
