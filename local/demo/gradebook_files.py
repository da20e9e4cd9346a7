"""The rows of the gradebook files: what was set, and what each learner reached on every learning objective.

Scores are points from 0 to 100, on objectives as on the whole.
"""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from local.demo.archive import Row
from local.demo.chance import Dice
from local.demo.districts import DISTRICT_ORG, District, School
from local.demo.framework import competencies_of, item_id
from local.demo.people import Learner, learners
from local.demo.teaching import CORE, Section, course_title, sections

CATEGORIES = (
    ("cat-quiz", "Quizzes", "40"),
    ("cat-task", "Performance Tasks", "40"),
    ("cat-practice", "Practice", "20"),
)
_KINDS = ("Quiz", "Task", "Practice")
_SCALE = "{0-59:Beginning},{60-69:Developing},{70-84:Proficient},{85-100:Distinguished}"
_SEMESTER_DAYS = 90
_STALLED_AFTER = 40
"""School days after which the stalled learner hands in nothing more."""


class Assignment(NamedTuple):
    """What is set in a class of this code, whichever school the class is in."""

    subject: str
    grade: str
    number: int
    due_on: date
    objectives: tuple[str, ...]
    """Codes of the competencies that it shows."""


class Mark(NamedTuple):
    assignment: Assignment
    section: str
    status: str
    scores: tuple[int, ...]
    """One for each objective; none unless the work was graded."""

    @property
    def key(self) -> str:
        return f"{self.assignment.subject}-{self.assignment.number}"

    @property
    def score(self) -> str:
        return str(round(sum(self.scores) / len(self.scores), 1)) if self.scores else ""


def categories(_district: District) -> Iterator[Row]:
    for sourced_id, title, weight in CATEGORIES:
        yield {"sourcedId": sourced_id, "title": title, "weight": weight}


def score_scales(district: District) -> Iterator[Row]:
    """One for the first mathematics class of each school."""
    for school in district.peopled:
        section = _first_mathematics(school)
        yield {
            "sourcedId": f"scale-{school.code}",
            "title": "Points to levels",
            "type": "points-to-level",
            "orgSourcedId": DISTRICT_ORG,
            "courseSourcedId": f"crs-{section.subject}{section.grade}",
            "classSourcedId": section.sourced_id,
            "scoreScaleValue": _SCALE,
        }


def line_item_score_scales(district: District) -> Iterator[Row]:
    for school in district.peopled:
        section = _first_mathematics(school)
        for assignment in assignments(district, section.subject, section.grade):
            item = line_item_id(section.sourced_id, assignment)
            yield {
                "sourcedId": f"{item}-scale",
                "title": "Points to levels",
                "lineItemSourcedId": item,
                "scoreScaleSourcedId": f"scale-{school.code}",
            }


def line_items(district: District) -> Iterator[Row]:
    for section, assignment in _all_assignments(district):
        day = assignment.due_on
        category, _title, _weight = CATEGORIES[assignment.number % len(CATEGORIES)]
        title = f"{_KINDS[assignment.number % len(_KINDS)]} {assignment.number}"
        yield {
            "sourcedId": line_item_id(section.sourced_id, assignment),
            "title": f"{course_title(assignment.subject, assignment.grade)}: {title}",
            "assignDate": max(district.year.first_day, date.fromordinal(day.toordinal() - 3)).isoformat(),
            "dueDate": day.isoformat(),
            "classSourcedId": section.sourced_id,
            "categorySourcedId": category,
            "academicSessionSourcedId": district.year.quarter(day),
            "gradingPeriodSourcedId": district.year.quarter(day),
            "resultValueMin": "0",
            "resultValueMax": "100",
            "schoolSourcedId": section.school.sourced_id,
        }


def line_item_objectives(district: District) -> Iterator[Row]:
    for section, assignment in _all_assignments(district):
        item = line_item_id(section.sourced_id, assignment)
        for place, code in enumerate(assignment.objectives, 1):
            yield {
                "sourcedId": f"{item}-o{place}",
                "lineItemSourcedId": item,
                "source": "case",
                "learningObjectiveId": item_id(code),
            }


def results(district: District) -> Iterator[Row]:
    for school in district.peopled:
        for learner in learners(district, school):
            yield from (result(learner, mark) for mark in marks(district, learner))


def result(learner: Learner, mark: Mark) -> Row:
    return {
        "sourcedId": f"res-{learner.number}-{mark.key}",
        "lineItemSourcedId": line_item_id(mark.section, mark.assignment),
        "studentSourcedId": learner.sourced_id,
        "scoreStatus": mark.status,
        "score": mark.score,
        "scoreDate": mark.assignment.due_on.isoformat(),
        "classSourcedId": mark.section,
        "missing": "true" if mark.status == "not submitted" else "false",
    }


def result_objectives(district: District) -> Iterator[Row]:
    for school in district.peopled:
        for learner in learners(district, school):
            for mark in marks(district, learner):
                yield from objective_scores(learner, mark)


def objective_scores(learner: Learner, mark: Mark) -> Iterator[Row]:
    for place, (code, score) in enumerate(zip(mark.assignment.objectives, mark.scores, strict=False), 1):
        yield {
            "sourcedId": f"rlo-{learner.number}-{mark.key}-{place}",
            "resultSourcedId": f"res-{learner.number}-{mark.key}",
            "source": "case",
            "learningObjectiveId": item_id(code),
            "score": str(score),
        }


def line_item_id(section: str, assignment: Assignment) -> str:
    return f"li-{section[4:]}-{assignment.number}"


def assignments(district: District, subject: str, grade: str) -> Iterator[Assignment]:
    """What was due before the anchor. A later anchor adds to it and changes nothing of it."""
    codes, count = competencies_of(subject, grade), district.density.objectives
    pause = district.density.every.get(subject, len(district.school_days) + 1)
    for number, due_on in enumerate(district.school_days[pause - 1 : -1 : pause], 1):
        first = (number - 1) * count
        yield Assignment(subject, grade, number, due_on, tuple(codes[(first + n) % len(codes)] for n in range(count)))


def marks(district: District, learner: Learner) -> Iterator[Mark]:
    """The learner's marks in every class where something was set; what is not handed in yet has none."""
    if learner.pattern == "none" or learner.number % district.density.results_every:
        return
    found = _usual_marks(district, learner)
    if learner.pattern == "one result":
        yield next(mark for mark in found if mark.scores)
        return
    if learner.pattern == "stalled":
        last = district.school_days[min(_STALLED_AFTER, len(district.school_days)) - 1]
        found = (mark for mark in found if mark.assignment.due_on <= last)
    yield from found


def _usual_marks(district: District, learner: Learner) -> Iterator[Mark]:
    for subject, section in learner.classes(district):
        if subject in CORE:
            grade = section.split("-")[2][2:]
            for assignment in assignments(district, subject, grade):
                dice = district.dice("mark", learner.number, subject, assignment.number)
                yield _mark(district, learner, assignment, section, dice)


def _mark(district: District, learner: Learner, assignment: Assignment, section: str, dice: Dice) -> Mark:
    fate = dice.roll(100)
    if learner.story is None and fate < 6:  # noqa: PLR2004 - percent
        return Mark(assignment, section, "exempt" if fate < 2 else "not submitted", ())  # noqa: PLR2004 - percent
    days_gone = assignment.number * district.density.every[assignment.subject]
    level = learner.aptitude + learner.growth * days_gone // _SEMESTER_DAYS
    scores = (max(0, min(100, level + dice.between(-14, 14))) for _objective in assignment.objectives)
    return Mark(assignment, section, "fully graded", tuple(scores))


def _all_assignments(district: District) -> Iterator[tuple[Section, Assignment]]:
    for school in district.peopled:
        for section in sections(school):
            for assignment in assignments(district, section.subject, section.grade):
                yield section, assignment


def _first_mathematics(school: School) -> Section:
    return next(section for section in sections(school) if section.subject == "MA")
