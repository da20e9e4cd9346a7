"""The people whose stories the demo tells are there, under ids that nothing changes."""

from datetime import date
from itertools import pairwise

import pytest

from local.demo import lms, roster_files
from local.demo.districts import District, plan_district
from local.demo.framework import items
from local.demo.gradebook_files import assignments, marks
from local.demo.named import NAMED
from local.demo.people import employees, guardians, learners
from local.demo.personas import PERSONAS
from local.demo.records import guardianships, staff_assignments
from local.demo.teaching import sections

ANCHOR = date(2026, 11, 20)


def district(key: str = "fulton-like", *, students: int = 100, seed: int = 7, anchor: date = ANCHOR) -> District:
    return plan_district(key, seed=seed, anchor=anchor, students=students)


def sourced_ids(planned: District) -> set[str]:
    return {row["sourcedId"] for row in roster_files.users(planned)}


@pytest.mark.parametrize(("seed", "students"), [(7, 60), (8, 700)])
def test_every_persona_and_every_named_learner_is_in_the_roster_of_any_size_and_seed(seed: int, students: int) -> None:
    for key in NAMED:
        known = sourced_ids(district(key, students=students, seed=seed))
        wanted = {persona.sourced_id for persona in PERSONAS if persona.district == key}
        wanted |= {learner.sourced_id for learner in NAMED[key]}
        wanted |= {learner.guardian_id(place) for learner in NAMED[key] for place in range(len(learner.guardians))}
        assert wanted <= known


def test_personas_have_keys_of_their_own_and_cover_both_districts() -> None:
    keys = [persona.key for persona in PERSONAS]
    assert len(set(keys)) == len(keys)
    assert {persona.district for persona in PERSONAS} == set(NAMED)


def test_myra_is_eleven_all_school_year_and_the_adult_is_eighteen() -> None:
    for anchor in (date(2026, 8, 3), date(2027, 5, 28), date(2028, 3, 1)):
        ages = {
            learner.key: age(learner.born_on(district(anchor=anchor).year), anchor) for learner in NAMED["fulton-like"]
        }
        assert (ages["myra"], ages["adult"]) == (11, 18)


def age(born_on: date, day: date) -> int:
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def test_the_teacher_personas_teach_myra_and_the_principal_leads_her_school() -> None:
    planned = district()
    teachers = {section.sourced_id: section.teacher for school in planned.peopled for section in sections(school)}
    myra = next(
        learner for school in planned.peopled for learner in learners(planned, school) if learner.number == 100001
    )
    taught = {subject: teachers[section] for subject, section in myra.classes(planned)}
    assert (taught["SC"], taught["MA"]) == ("st-11210", "st-11010")
    orgs = {employee.sourced_id: (employee.role, employee.org) for employee in employees(planned)}
    assert orgs["st-11000"] == ("principal", myra.school.sourced_id)
    assert orgs["st-11001"] == ("counselor", myra.school.sourced_id)
    assert orgs["st-10000"] == ("principal", planned.schools[0].sourced_id)


def test_results_tell_the_stories_of_those_who_have_one() -> None:
    planned = district(students=300)
    found = {
        learner.story.key: [mark for mark in marks(planned, learner) if mark.scores]
        for school in planned.peopled
        for learner in learners(planned, school)
        if learner.story
    }
    assert len(found["insufficient"]) == 1
    assert found["newcomer"] == []
    assert max(mark.assignment.due_on for mark in found["stalled"]) < date(2026, 10, 1)
    assert len(found["stalled"]) >= 6
    assert min(score for mark in found["myra"] for score in mark.scores) > 60


def test_a_later_day_adds_assignments_and_changes_none() -> None:
    earlier, later = district(anchor=date(2026, 10, 1)), district()
    before, after = list(assignments(earlier, "MA", "06")), list(assignments(later, "MA", "06"))
    assert len(before) < len(after)
    assert after[: len(before)] == before


def test_the_court_restriction_stands_beside_the_right_that_it_outweighs() -> None:
    told = [
        (r.body["guardianSourcedId"], r.body["learnerSourcedId"], r.body["kind"]) for r in guardianships(district())
    ]
    assert ("g-600004", "s-100004", "rights_holder") in told
    assert ("g-600004", "s-100004", "court_restriction") in told
    assert [kind for guardian, _, kind in told if guardian == "g-500005"] == ["contact"]
    assert len(set(told)) == len(told)


def test_records_name_people_of_the_roster_under_ids_that_two_districts_do_not_share() -> None:
    ids = []
    for key in NAMED:
        planned = district(key)
        known = sourced_ids(planned)
        records = [*guardianships(planned), *staff_assignments(planned)]
        people = {value for record in records for name, value in record.body.items() if name.endswith("SourcedId")}
        assert {person for person in people if person[0] in "gs" and not person.startswith("sch")} <= known
        ids += [record.id for record in records]
    assert len(set(ids)) == len(ids)
    assert list(guardianships(district())) == list(guardianships(district()))


def test_siblings_share_a_name_and_guardians_and_are_listed_under_each_guardian_once() -> None:
    planned = district(students=600)
    seen = set()
    families = 0
    for school in planned.peopled:
        for guardian, children in guardians(planned, school):
            assert guardian.sourced_id not in seen
            seen.add(guardian.sourced_id)
            families += len(children) > 1
            assert all(one.family == two.family for one, two in pairwise(children))
    assert families > 10


def test_small_groups_consist_of_the_named_learners_alone() -> None:
    planned = district(students=600)
    rows = [row for row in roster_files.demographics(planned) if row["nativeHawaiianOrOtherPacificIslander"] == "true"]
    assert {row["sourcedId"] for row in rows} == {"s-100007", "s-100008"}


def test_last_night_the_class_took_the_quiz_and_myra_solved_equations_above_her_grade() -> None:
    pushes = list(lms.pushes(district(students=600)))
    grades = {item.identifier: item.grades for item in items()}
    results = [push.body["result"] for push in pushes if push.path.startswith("results/")]
    quiz = [r for r in results if r["lineItem"]["sourcedId"] == "lms-quiz-lab-procedure"]
    assert len(quiz) > 3
    assert {r["scoreDate"][:13] for r in quiz} == {"2026-11-19T19"}
    assert {"s-100002", "s-100003"}.isdisjoint(r["student"]["sourcedId"] for r in quiz)
    mine = [r for r in results if r["student"]["sourcedId"] == "s-100001"]
    objectives = {
        o["learningObjectiveId"] for r in mine for s in r["learningObjectiveSet"] for o in s["learningObjectiveResults"]
    }
    assert {grades[objective] for objective in objectives} == {("06",), ("08",)}
    assert list(lms.pushes(district("henry-like"))) == []
