"""The people of a district, one school after another; each is made from the seed when asked for, and none is kept."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from local.demo.chance import Dice
from local.demo.districts import DISTRICT_ORG, District, School
from local.demo.named import NamedLearner, Pattern, named_of
from local.demo.names import FAMILY, GIVEN
from local.demo.teaching import grade_number, teacher_slots, timetable

_RACES = ("black",) * 40 + ("white",) * 28 + ("hispanic",) * 16 + ("asian",) * 11 + ("several",) * 5
_PRONOUNS = ("", "", "", "", "she/her", "he/him", "they/them", "")


class Guardian(NamedTuple):
    sourced_id: str
    given: str
    family: str


class Learner(NamedTuple):
    number: int
    school: School
    grade: str
    rank: int
    """Position among the learners of the grade, which decides the sections."""
    given: str
    family: str
    born_on: date
    race: str
    sex: str
    pronouns: str
    guardians: tuple[Guardian, ...]
    aptitude: int
    """The score in percent that the learner's results scatter around at the start of the year."""
    growth: int
    """Percentage points gained in a semester."""
    pattern: Pattern
    story: NamedLearner | None = None

    @property
    def sourced_id(self) -> str:
        return f"s-{self.number}"

    def classes(self, district: District) -> Iterator[tuple[str, str]]:
        """Subject and class of each enrolment; a learner in two schools takes mathematics at the second one."""
        if self.story is None or self.story.second_school is None:
            yield from timetable(self.school, self.grade, self.rank)
            return
        second = district.schools[self.story.second_school]
        yield from (pair for pair in timetable(self.school, self.grade, self.rank) if pair[0] != "MA")
        yield next(timetable(second, second.grades[0], 0))


class Employee(NamedTuple):
    sourced_id: str
    org: str
    given: str
    family: str
    role: str
    """A role of OneRoster 1.2."""
    office: str
    """What the person is in the district's own words."""


OFFICES = (
    ("9001", "districtAdministrator", "superintendent"),
    ("9002", "aide", "district_analyst"),
    ("9003", "aide", "reviewer"),
    ("9004", "aide", "conflicted_reviewer"),
    ("9005", "aide", "contracting"),
    ("9006", "aide", "finance"),
    ("9007", "systemAdministrator", "it"),
    ("9008", "aide", "data_steward"),
    ("9009", "aide", "program_director"),
    ("9010", "aide", "vendor"),
)
"""Number, OneRoster role and function of those who work for the whole district."""
PRINCIPAL, COUNSELOR, ASSISTANT = 0, 1, 2


def learners(district: District, school: School) -> Iterator[Learner]:
    """The named learners of a school first, then as many others as the school has room for."""
    named = named_of(district.profile.key, school.place)
    yield from (_named(district, story) for story in named)
    for position in range(len(named), school.learners):
        yield _learner(district, school, position)


def guardians(district: District, school: School) -> Iterator[tuple[Guardian, list[Learner]]]:
    """Each guardian of a school's learners once, with the children; brothers and sisters go to the same school."""
    family: list[Learner] = []
    for learner in learners(district, school):
        if family and learner.guardians != family[0].guardians:
            yield from ((guardian, family) for guardian in family[0].guardians)
            family = []
        family.append(learner)
    if family:
        yield from ((guardian, family) for guardian in family[0].guardians)


def employees(district: District) -> Iterator[Employee]:
    for number, role, office in OFFICES:
        yield _employee(district, f"st-{number}", DISTRICT_ORG, role, office)
    for school in district.schools:
        yield from _school_staff(district, school)


def _school_staff(district: District, school: School) -> Iterator[Employee]:
    yield _employee(district, school.staff_id(PRINCIPAL), school.sourced_id, "principal", "principal")
    if not school.learners:
        return
    yield _employee(district, school.staff_id(COUNSELOR), school.sourced_id, "counselor", "counselor")
    yield _employee(district, school.staff_id(ASSISTANT), school.sourced_id, "siteAdministrator", "assistant principal")
    for slot in teacher_slots(school):
        yield _employee(district, school.staff_id(slot), school.sourced_id, "teacher", "teacher")


def _employee(district: District, sourced_id: str, org: str, role: str, office: str) -> Employee:
    dice = district.dice("staff", sourced_id)
    return Employee(sourced_id, org, dice.pick(GIVEN), dice.pick(FAMILY), role, office)


def _named(district: District, story: NamedLearner) -> Learner:
    dice = district.dice("named", story.number)
    people = tuple(
        Guardian(story.guardian_id(place), guardian.given, guardian.family)
        for place, guardian in enumerate(story.guardians)
    )
    aptitude, growth = {"strong": (80, 14), "stalled": (58, 0)}.get(story.pattern, (66, 12))
    return Learner(
        number=story.number,
        school=district.schools[story.school],
        grade=story.grade,
        rank=0,
        given=story.given,
        family=story.family,
        born_on=story.born_on(district.year),
        race="islander" if story.small_group else dice.pick(_RACES),
        sex=dice.pick(("female", "male")),
        pronouns="",
        guardians=people,
        aptitude=aptitude,
        growth=growth,
        pattern=story.pattern,
        story=story,
    )


def _learner(district: District, school: School, position: int) -> Learner:
    number = school.first_learner + position
    dice = district.dice("learner", number)
    grade = school.grades[position % len(school.grades)]
    family_name, people = _household(district, school, position)
    return Learner(
        number=number,
        school=school,
        grade=grade,
        rank=position // len(school.grades),
        given=dice.pick(GIVEN),
        family=family_name,
        born_on=_birthday(district, grade, dice),
        race=dice.pick(_RACES),
        sex=dice.pick(("female", "male")),
        pronouns=dice.pick(_PRONOUNS),
        guardians=people,
        aptitude=dice.between(38, 88),
        growth=dice.between(-6, 24),
        pattern="usual",
    )


def _household(district: District, school: School, position: int) -> tuple[str, tuple[Guardian, ...]]:
    """One pair of neighbours in five are siblings; the first of them gives the household its number."""
    first_named = len(named_of(district.profile.key, school.place))
    pair = position // 2 * 2
    siblings = pair >= first_named and district.dice("pair", school.first_learner + pair).happens(20)
    number = school.first_learner + (pair if siblings else position)
    dice = district.dice("household", number)
    family = dice.pick(FAMILY)
    if not dice.happens(district.density.guardians_percent):
        return family, ()
    first = Guardian(f"g-{number + 400000}", dice.pick(GIVEN), family)
    if district.density.guardians_percent < 100 or dice.happens(45):  # noqa: PLR2004 - percent
        return family, (first,)
    return family, (first, Guardian(f"g-{number + 500000}", dice.pick(GIVEN), dice.pick((family, dice.pick(FAMILY)))))


def _birthday(district: District, grade: str, dice: Dice) -> date:
    """Learners turn five before the September in which they enter kindergarten."""
    return dice.day_before(date(district.year.ends_in - 6 - grade_number(grade), 9, 1), 365)
