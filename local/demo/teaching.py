"""Courses, classes and timetables: who learns what with whom, worked out from positions rather than stored."""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from local.demo.competencies import GRADES
from local.demo.districts import District, School

CORE = ("MA", "LA", "SC", "SS")
TITLES = {
    "HR": "Homeroom",
    "MA": "Mathematics",
    "LA": "English Language Arts",
    "SC": "Science",
    "SS": "Social Studies",
    "AR": "Arts and Movement",
    "PE": "Health and Physical Education",
    "EX": "Explorations",
    "WL": "World Languages",
    "CT": "Career and Technology",
}
SUBJECTS = {
    "elementary": ("HR", "MA", "LA", "SC", "SS", "AR"),
    "middle": ("MA", "LA", "SC", "SS", "PE", "EX"),
    "high": ("MA", "LA", "SC", "SS", "WL", "PE", "CT"),
}
_CLASS_SIZE = {"elementary": 21, "middle": 26, "high": 27}
_FIRST_TEACHER = 10


class Section(NamedTuple):
    """A OneRoster class: one section of a course in a school."""

    school: School
    subject: str
    grade: str
    number: int
    teacher_slot: int

    @property
    def code(self) -> str:
        return f"{self.subject}{self.grade}-{self.number:02d}"

    @property
    def sourced_id(self) -> str:
        return f"sec-{self.school.code}-{self.code}"

    @property
    def teacher(self) -> str:
        return self.school.staff_id(self.teacher_slot)


def course_title(subject: str, grade: str) -> str:
    return f"{TITLES[subject]} {'K' if grade == 'KG' else int(grade)}"


def courses(district: District) -> Iterator[tuple[str, str]]:
    """Subject and grade of every course that some school of the district teaches."""
    levels = {school.level: school for school in district.peopled}
    for school in levels.values():
        for grade in school.grades:
            yield from ((subject, grade) for subject in SUBJECTS[school.level])


@cache
def section_count(school: School, grade: str) -> int:
    """How many sections each subject has in a grade: enough for the class size of the level, at least one."""
    learners = len(range(school.grades.index(grade), school.learners, len(school.grades)))
    return max(1, -(-learners // _CLASS_SIZE[school.level]))


def sections(school: School) -> Iterator[Section]:
    """All classes of a school, by subject, grade and number."""
    for place, subject in enumerate(SUBJECTS[school.level]):
        ordinal = 0
        for grade in school.grades:
            for number in range(1, section_count(school, grade) + 1):
                yield Section(school, subject, grade, number, _teacher_slot(school, place, ordinal))
                ordinal += 1


def section_of(school: School, subject: str, grade: str, number: int) -> str:
    return f"sec-{school.code}-{subject}{grade}-{number:02d}"


def timetable(school: School, grade: str, rank: int) -> Iterator[tuple[str, str]]:
    """Subject and class of the learner who is the rank-th of a grade.

    Elementary classes stay together all day. In the higher levels every subject mixes the learners anew: each block of as
    many learners as there are sections is spread over all of them.
    """
    count = section_count(school, grade)
    for place, subject in enumerate(SUBJECTS[school.level]):
        turn = 0 if school.level == "elementary" else rank // count * place
        yield subject, section_of(school, subject, grade, (rank + turn) % count + 1)


def teacher_slots(school: School) -> list[int]:
    return sorted({section.teacher_slot for section in sections(school)}) if school.learners else []


def _teacher_slot(school: School, place: int, ordinal: int) -> int:
    """Elementary: one teacher a class, and specialists for the last subject. Higher levels: five classes a teacher."""
    if school.level == "elementary":
        specialist = place == len(SUBJECTS["elementary"]) - 1
        return 800 + ordinal // 12 if specialist else _FIRST_TEACHER + ordinal
    return _FIRST_TEACHER + place * 100 + ordinal // 5


def grade_number(grade: str) -> int:
    """0 for kindergarten, otherwise the grade."""
    return GRADES.index(grade)
