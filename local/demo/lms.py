"""What the learning management system knows since last night: a quiz on the lab procedure, and equations above the grade.

The objects are bodies of OneRoster 1.2 gradebook PUTs, with references to people and classes by the SIS's identifiers.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from local.demo.chance import Dice
from local.demo.districts import District
from local.demo.framework import item_id
from local.demo.named import NAMED, NamedLearner
from local.demo.people import Learner, learners
from local.demo.school_year import local_instant
from local.demo.teaching import section_of

_QUIZ = ("SC.06.INV.1", "SC.06.INV.2", "SC.06.INV.3")
_EQUATIONS = ("MA.08.ALG.1", "MA.08.ALG.2", "MA.08.ALG.1", "MA.08.ALG.3", "MA.08.ALG.1", "MA.08.ALG.4")


class Push(NamedTuple):
    """One PUT below the gradebook's base path."""

    path: str
    body: dict[str, Any]


class Item(NamedTuple):
    sourced_id: str
    title: str
    section: str
    category: str
    day: date
    codes: tuple[str, ...]


def pushes(district: District) -> Iterator[Push]:
    """Category, line items and results in an order that a careful sender keeps; empty where Myra does not learn."""
    myra = next((story for story in NAMED[district.profile.key] if story.key == "myra"), None)
    if myra is None:
        return
    yield _category(district)
    yield from _lab_quiz(district, myra)
    yield from _equations(district, myra)


def _category(district: District) -> Push:
    body = _about(district.anchor, "lms-online", "active") | {"title": "Online practice", "weight": 10}
    return Push("categories/lms-online", {"category": body})


def _lab_quiz(district: District, myra: NamedLearner) -> Iterator[Push]:
    """The whole class took it; two of them late at night, one not at all."""
    section, night = section_of(district.schools[myra.school], "SC", "06", 1), district.anchor - timedelta(days=1)
    item = Item("lms-quiz-lab-procedure", "Quiz: today's lab procedure", section, "lms-online", night, _QUIZ)
    yield _line_item(district, item)
    takers = (
        learner for learner in learners(district, district.schools[myra.school]) if _takes(district, learner, item)
    )
    for learner in takers:
        if learner.pattern in ("one result", "stalled"):
            continue
        dice = district.dice("quiz", learner.number)
        scores = (100, 90, 80) if learner.number == myra.number else tuple(_points(learner, dice) for _code in _QUIZ)
        yield _result(district, item, learner.sourced_id, scores)


def _equations(district: District, myra: NamedLearner) -> Iterator[Push]:
    """Practice online on six school days, each with feedback and each a little better."""
    section = section_of(district.schools[myra.school], "MA", "06", 1)
    for number, (code, day) in enumerate(zip(_EQUATIONS, district.school_days[-7:-1], strict=False), 1):
        item = Item(f"lms-equations-{number}", f"Linear equations {number}", section, "lms-online", day, (code,))
        yield _line_item(district, item)
        yield _result(district, item, myra.sourced_id, (60 + 6 * number,))


def _takes(district: District, learner: Learner, item: Item) -> bool:
    return learner.grade == "06" and any(section == item.section for _subject, section in learner.classes(district))


def _points(learner: Learner, dice: Dice) -> int:
    return max(0, min(100, learner.aptitude + dice.between(-20, 20)))


def _line_item(district: District, item: Item) -> Push:
    body = _about(item.day, item.sourced_id, "active") | {
        "title": item.title,
        "assignDate": _at(item.day, 15, 30),
        "dueDate": _at(item.day, 22),
        "class": _ref("classes", item.section, "class"),
        "school": _ref("schools", f"sch-{item.section[4:8]}", "org"),
        "category": _ref("categories", item.category, "category"),
        "academicSession": _ref("gradingPeriods", district.year.quarter(item.day), "academicSession"),
        "resultValueMin": 0,
        "resultValueMax": 100,
        "learningObjectiveSet": [{"source": "case", "learningObjectiveIds": [item_id(code) for code in item.codes]}],
    }
    return Push(f"lineItems/{item.sourced_id}", {"lineItem": body})


def _result(district: District, item: Item, learner: str, scores: tuple[int, ...]) -> Push:
    sourced_id = f"{item.sourced_id}-{learner}"
    objectives = [
        {"learningObjectiveId": item_id(code), "score": score} for code, score in zip(item.codes, scores, strict=True)
    ]
    minute = district.dice("minute", sourced_id).roll(50)
    body = _about(item.day, sourced_id, "active") | {
        "lineItem": _ref("lineItems", item.sourced_id, "lineItem"),
        "student": _ref("users", learner, "user"),
        "class": _ref("classes", item.section, "class"),
        "scoreStatus": "fully graded",
        "score": round(sum(scores) / len(scores), 1),
        "scoreDate": local_instant(item.day, 19, minute).isoformat(),
        "dateLastModified": _at(item.day, 19, minute),
        "learningObjectiveSet": [{"source": "case", "learningObjectiveResults": objectives}],
    }
    return Push(f"results/{sourced_id}", {"result": body})


def _about(day: date, sourced_id: str, status: str) -> dict[str, Any]:
    return {"sourcedId": sourced_id, "status": status, "dateLastModified": _at(day, 15)}


def _at(day: date, hour: int, minute: int = 0) -> str:
    instant: datetime = local_instant(day, hour, minute).astimezone(UTC)
    return f"{instant:%Y-%m-%dT%H:%M:%S}.000Z"


def _ref(collection: str, sourced_id: str, kind: str) -> dict[str, str]:
    return {"href": f"https://lms.example.org/{collection}/{sourced_id}", "sourcedId": sourced_id, "type": kind}
