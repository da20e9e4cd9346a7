"""What changed in the evening of the anchor: corrections, departures and arrivals, as a delta archive."""

from collections.abc import Callable, Iterator
from datetime import UTC

from local.demo import gradebook_files, roster_files
from local.demo.archive import Row
from local.demo.districts import District
from local.demo.people import Learner, learners
from local.demo.school_year import local_instant

_RENAMED_EVERY = 100
_CORRECTED_EVERY = 50
_NEWCOMER = 90_000
"""Added to the number of a school's last learner, who leaves, for the one who takes the seat."""


def users(district: District) -> Iterator[Row]:
    for learner in _renamed(district):
        yield _active(
            district, {**roster_files.learner_user(district, learner), "preferredGivenName": learner.given[:3]}
        )
    for newcomer in _newcomers(district):
        yield _active(district, roster_files.learner_user(district, newcomer))


def roles(district: District) -> Iterator[Row]:
    for newcomer in _newcomers(district):
        yield from (_active(district, row) for row in roster_files.learner_roles(district, newcomer))


def demographics(district: District) -> Iterator[Row]:
    return (_active(district, roster_files.learner_demographics(newcomer)) for newcomer in _newcomers(district))


def enrollments(district: District) -> Iterator[Row]:
    """Whoever leaves loses the enrolments and stays a person; the newcomer gets the seat."""
    for leaver in _leavers(district):
        for row in roster_files.learner_enrollments(district, leaver):
            yield {**_active(district, row), "status": "tobedeleted"}
    for newcomer in _newcomers(district):
        yield from (_active(district, row) for row in roster_files.learner_enrollments(district, newcomer))


def results(district: District) -> Iterator[Row]:
    for learner, mark in _corrected(district):
        yield _active(district, gradebook_files.result(learner, mark))


def result_objectives(district: District) -> Iterator[Row]:
    for learner, mark in _corrected(district):
        yield from (_active(district, row) for row in gradebook_files.objective_scores(learner, mark))


FILES: dict[str, Callable[[District], Iterator[Row]]] = {
    "demographics": demographics,
    "enrollments": enrollments,
    "resultLearningObjectiveIds": result_objectives,
    "results": results,
    "roles": roles,
    "users": users,
}


def _active(district: District, row: Row) -> Row:
    changed_at = local_instant(district.anchor, 21).astimezone(UTC)
    return {**row, "status": "active", "dateLastModified": f"{changed_at:%Y-%m-%dT%H:%M:%S}.000Z"}


def _renamed(district: District) -> Iterator[Learner]:
    leaving = {learner.number for learner in _leavers(district)}
    for learner in _unnamed(district):
        if learner.number % _RENAMED_EVERY == 0 and learner.number not in leaving:
            yield learner


def _leavers(district: District) -> Iterator[Learner]:
    """The last learner of each school."""
    for school in district.peopled:
        *_others, last = learners(district, school)
        yield last


def _newcomers(district: District) -> Iterator[Learner]:
    for leaver in _leavers(district):
        number = leaver.number + _NEWCOMER
        given = district.dice("newcomer", number).pick(("Ada", "Bram", "Cleo", "Dov", "Esme", "Finn"))
        yield leaver._replace(number=number, given=given, guardians=(), pattern="none", story=None)


def _corrected(district: District) -> Iterator[tuple[Learner, gradebook_files.Mark]]:
    """The first graded mark of some learners, five points higher."""
    for learner in _unnamed(district):
        if learner.number % _CORRECTED_EVERY == 0:
            graded = (mark for mark in gradebook_files.marks(district, learner) if mark.scores)
            for mark in list(graded)[:1]:
                yield learner, mark._replace(scores=tuple(min(100, score + 5) for score in mark.scores))


def _unnamed(district: District) -> Iterator[Learner]:
    for school in district.peopled:
        yield from (learner for learner in learners(district, school) if learner.story is None)
