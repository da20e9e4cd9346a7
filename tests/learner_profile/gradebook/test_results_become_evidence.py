"""Scores on learning objectives become evidence and mastery, whatever order they come in."""

from itertools import permutations

import httpx
import pytest

from tests.conftest import Sql
from tests.learner_profile.gradebook.lms import GRADEBOOK, Lms, guid, objective_results
from tests.learner_profile.schoolhouse import Schoolhouse

_STEPS = ("framework", "item", "first result", "second result")


async def _take(lms: Lms, step: str) -> httpx.Response:
    match step:
        case "framework":
            return await lms.framework("Maths", "M.1", "M.2")
        case "item":
            return await lms.item("quiz")
        case "first result":
            return await lms.result("r1", "quiz", {"M.1": 4, "M.2": 9}, scoreDate="2026-02-02")
        case _:
            return await lms.result("r2", "quiz", {"M.1": 8}, scoreDate="2026-02-09")


@pytest.mark.parametrize("order", list(permutations(_STEPS)), ids=lambda order: " > ".join(s.split()[0] for s in order))
async def test_the_end_state_does_not_depend_on_the_order_of_arrival(
    lms: Lms, schoolhouse: Schoolhouse, order: tuple[str, ...]
) -> None:
    for step in order:
        assert (await _take(lms, step)).status_code == 201
    mastery = await lms.mastery(schoolhouse.learner)
    assert {
        code: (node["state"], node["level"], node["score"], node["evidenceCount"]) for code, node in mastery.items()
    } == {
        "M.1": ("DEVELOPING", "developing", 0.66, 2),
        "M.2": ("INSUFFICIENT_EVIDENCE", None, 0.9, 1),
    }
    assert {(piece["sourceEventId"], piece["score"]) for piece in await lms.evidence(schoolhouse.learner)} == {
        (f"result:r2:{guid('M.1')}", 0.8),
        (f"result:r1:{guid('M.1')}", 0.4),
        (f"result:r1:{guid('M.2')}", 0.9),
    }
    assert await lms.waiting() == {"waiting": [], "counts": {}}


async def test_what_a_score_waits_for_is_listed(lms: Lms, schoolhouse: Schoolhouse) -> None:
    await lms.result("r1", "quiz", {"M.1": 4}, student={"sourcedId": "nobody"})
    assert (await lms.waiting())["counts"] == {"item": 1}
    await lms.item("quiz")
    assert (await lms.waiting())["counts"] == {"learner": 1}
    await lms.result("r1", "quiz", {"M.1": 4})
    [entry] = (await lms.waiting())["waiting"]
    assert entry == {
        "row": f"result:r1:case:{guid('M.1')}",
        "waitingFor": "competency",
        "resultSourcedId": "r1",
        "itemSourcedId": "quiz",
        "studentSourcedId": "learner",
        "learningObjectiveId": guid("M.1"),
    }
    report = (await lms.framework("Maths", "M.1")).json()
    assert report["becameEvidence"] == 1
    assert (await lms.waiting())["waiting"] == []
    assert len(await lms.evidence(schoolhouse.learner)) == 1


async def test_the_same_push_twice_is_stored_once(lms: Lms, schoolhouse: Schoolhouse, sql: Sql) -> None:
    await lms.framework("Maths", "M.1")
    await lms.item("quiz")
    for _ in range(3):
        assert (await lms.result("r1", "quiz", {"M.1": 4})).status_code == 201
    async with sql("learner_profile", schoolhouse.district) as connection:
        assert await connection.fetchval("select count(*) from evidence") == 1
        assert await connection.fetchval("select version from mastery") == 1
        assert await connection.fetchval("select count(*) from outbox where type = 'mastery.changed'") == 1


async def test_a_correction_supersedes_and_a_deletion_withdraws(lms: Lms, schoolhouse: Schoolhouse, sql: Sql) -> None:
    await lms.framework("Maths", "M.1")
    await lms.item("quiz")
    await lms.result("r1", "quiz", {"M.1": 4})
    await lms.result("r1", "quiz", {"M.1": 7})
    assert [piece["score"] for piece in await lms.evidence(schoolhouse.learner)] == [0.7]
    assert (await lms.send("DELETE", f"{GRADEBOOK}/results/r1")).status_code == 204
    assert await lms.evidence(schoolhouse.learner) == []
    assert await lms.mastery(schoolhouse.learner) == {}
    await lms.result("r1", "quiz", {"M.1": 8})
    assert [piece["score"] for piece in await lms.evidence(schoolhouse.learner)] == [0.8]
    async with sql("learner_profile", schoolhouse.district) as connection:
        rows = await connection.fetch(
            "select revision, state, score, supersedes_id, id from evidence order by revision"
        )
    assert [(row["revision"], row["state"], float(row["score"])) for row in rows] == [
        (1, "active", 0.4), (2, "active", 0.7), (3, "withdrawn", 0.7), (4, "active", 0.8)
    ]  # fmt: skip
    assert [row["supersedes_id"] for row in rows] == [None, *(row["id"] for row in rows[:3])]


async def test_an_objective_that_a_result_drops_is_withdrawn(lms: Lms, schoolhouse: Schoolhouse) -> None:
    await lms.framework("Maths", "M.1", "M.2")
    await lms.item("quiz")
    await lms.result("r1", "quiz", {"M.1": 4, "M.2": 5})
    await lms.result("r1", "quiz", {"M.2": 5})
    assert [piece["competency"]["code"] for piece in await lms.evidence(schoolhouse.learner)] == ["M.2"]


async def test_a_result_that_moves_to_another_learner_takes_its_evidence_along(
    lms: Lms, schoolhouse: Schoolhouse
) -> None:
    await lms.framework("Maths", "M.1")
    await lms.item("quiz")
    await lms.result("r1", "quiz", {"M.1": 4})
    await lms.result("r1", "quiz", {"M.1": 4}, student={"sourcedId": "classmate"})
    assert await lms.evidence(schoolhouse.learner) == []
    assert await lms.mastery(schoolhouse.learner) == {}
    assert (await lms.mastery(schoolhouse.people["classmate"]))["M.1"]["evidenceCount"] == 1


async def test_a_new_maximum_of_a_line_item_restates_its_scores(lms: Lms, schoolhouse: Schoolhouse) -> None:
    await lms.framework("Maths", "M.1")
    await lms.item("quiz")
    await lms.result("r1", "quiz", {"M.1": 4})
    await lms.item("quiz", resultValueMax=5)
    assert [piece["score"] for piece in await lms.evidence(schoolhouse.learner)] == [0.8]


@pytest.mark.parametrize("status", ["exempt", "not submitted", "submitted"])
async def test_a_score_that_is_not_final_is_no_evidence(lms: Lms, schoolhouse: Schoolhouse, status: str) -> None:
    await lms.framework("Maths", "M.1")
    await lms.item("quiz")
    await lms.result("r1", "quiz", {"M.1": 4}, scoreStatus=status)
    assert await lms.evidence(schoolhouse.learner) == []
    assert (await lms.waiting())["counts"] == {}


async def test_a_deleted_line_item_withdraws_what_stood_on_it(lms: Lms, schoolhouse: Schoolhouse) -> None:
    await lms.framework("Maths", "M.1")
    await lms.item("quiz")
    await lms.result("r1", "quiz", {"M.1": 4})
    assert (await lms.send("DELETE", f"{GRADEBOOK}/lineItems/quiz")).status_code == 204
    assert await lms.evidence(schoolhouse.learner) == []
    await lms.item("quiz")
    assert len(await lms.evidence(schoolhouse.learner)) == 1


@pytest.mark.parametrize(
    ("members", "score", "expected"),
    [
        ({"resultValueMin": 1, "resultValueMax": 4}, 3, 0.666667),
        ({"resultValueMin": None, "resultValueMax": 20}, 5, 0.25),
        ({}, 12, 1.0),
        ({}, -3, 0.0),
        ({}, "7", 0.7),
        ({"resultValueMin": 0, "resultValueMax": 100, "scoreScale": {"sourcedId": "letters"}}, "B", 0.8),
        ({"resultValueMin": None, "resultValueMax": None, "scoreScale": {"sourcedId": "letters"}}, " a ", 0.9),
        (
            {"resultValueMin": None, "resultValueMax": None, "scoreScale": {"sourcedId": "steps"}},
            "Proficient",
            0.666667,
        ),
        ({"resultValueMin": None, "resultValueMax": None, "scoreScale": {"sourcedId": "steps"}}, 4, 1.0),
    ],
)
async def test_scores_are_brought_to_a_scale_from_0_to_1(
    lms: Lms, schoolhouse: Schoolhouse, members: dict[str, object], score: object, expected: float
) -> None:
    await lms.framework("Maths", "M.1")
    letters = {"90 - 100": "A", "80-89": "B", "0-79": "C"}
    await lms.put("scoreScale", "letters", title="Letters", type="letters", scoreScaleValue=_steps(letters))
    steps = {"1": "Beginning", "2": "Developing", "3": "Proficient", "4": "Advanced"}
    await lms.put("scoreScale", "steps", title="Steps", type="steps", scoreScaleValue=_steps(steps))
    await lms.put("lineItem", "quiz", **{"title": "Quiz", "resultValueMin": 0, "resultValueMax": 10, **members})
    await lms.result("r1", "quiz", {"M.1": score})
    assert [piece["score"] for piece in await lms.evidence(schoolhouse.learner)] == [expected]


def _steps(mapping: dict[str, str]) -> list[dict[str, str]]:
    return [{"itemValueLHS": left, "itemValueRHS": right} for left, right in mapping.items()]


async def test_a_score_without_a_range_waits_until_the_line_item_tells_one(lms: Lms, schoolhouse: Schoolhouse) -> None:
    await lms.framework("Maths", "M.1")
    await lms.put("lineItem", "quiz", title="Quiz")
    await lms.result("r1", "quiz", {"M.1": 4})
    assert (await lms.waiting())["counts"] == {"range": 1}
    await lms.item("quiz")
    assert [piece["score"] for piece in await lms.evidence(schoolhouse.learner)] == [0.4]


async def test_a_scale_that_comes_last_brings_its_scores_along(lms: Lms, schoolhouse: Schoolhouse) -> None:
    await lms.framework("Maths", "M.1")
    await lms.put("lineItem", "quiz", title="Quiz", scoreScale={"sourcedId": "letters"})
    await lms.result("r1", "quiz", {"M.1": "B"})
    assert (await lms.waiting())["counts"] == {"range": 1}
    letters = {"90-100": "A", "50-89": "B", "0-49": "C"}
    await lms.put("scoreScale", "letters", title="Letters", scoreScaleValue=_steps(letters))
    assert [piece["score"] for piece in await lms.evidence(schoolhouse.learner)] == [0.5]


async def test_assessment_results_are_evidence_too(lms: Lms, schoolhouse: Schoolhouse) -> None:
    await lms.framework("Maths", "M.1")
    sets = [{"source": "case", "learningObjectiveResults": objective_results({"M.1": 30})}]
    await lms.put(
        "assessmentResult",
        "same-id",
        assessmentLineItem={"sourcedId": "same-id"},
        student={"sourcedId": "learner"},
        scoreDate="2026-02-02",
        learningObjectiveSet=sets,
    )
    assert (await lms.waiting())["counts"] == {"item": 1}
    await lms.put("assessmentLineItem", "same-id", title="State test", resultValueMin=0, resultValueMax=40)
    [piece] = await lms.evidence(schoolhouse.learner)
    assert (piece["score"], piece["kind"], piece["title"]) == (0.75, "assessment", "State test")


async def test_districts_that_share_every_identifier_stay_apart(
    lp: httpx.AsyncClient, lms: Lms, schoolhouse: Schoolhouse
) -> None:
    there = Lms(lp, schoolhouse.other_district)
    await lms.framework("Maths", "M.1")
    await lms.item("quiz")
    await there.framework("Maths", "M.1")
    await there.item("quiz")
    await there.result("r1", "quiz", {"M.1": 1})
    assert await lms.evidence(schoolhouse.learner) == []
    assert (await lms.send("GET", f"{GRADEBOOK}/results/r1")).status_code == 404
    await lms.result("r1", "quiz", {"M.1": 9})
    assert [piece["score"] for piece in await lms.evidence(schoolhouse.learner)] == [0.9]
    assert await there.section(schoolhouse.learner, "evidence") is None


async def test_sources_that_share_identifiers_stay_apart(
    lp: httpx.AsyncClient, lms: Lms, schoolhouse: Schoolhouse
) -> None:
    other = Lms(lp, schoolhouse.district, source="other-lms")
    await lms.framework("Maths", "M.1")
    await lms.item("quiz")
    await other.item("quiz", resultValueMax=100)
    await lms.result("r1", "quiz", {"M.1": 5})
    await other.result("r1", "quiz", {"M.1": 5})
    assert sorted(piece["score"] for piece in await lms.evidence(schoolhouse.learner)) == [0.05, 0.5]


async def test_a_score_waits_for_its_learner_and_is_evidence_when_the_roster_brings_one(
    lms: Lms, schoolhouse: Schoolhouse
) -> None:
    await lms.framework("Maths", "M.1")
    await lms.item("quiz")
    await lms.result("r1", "quiz", {"M.1": 4}, student={"sourcedId": "newcomer"})
    assert (await lms.waiting())["counts"] == {"learner": 1}
    sis = schoolhouse.district.as_client("https://purl.imsglobal.org/spec/or/v1p2/scope/roster.createput")
    newcomer = {
        "user": {
            "givenName": "Nia",
            "familyName": "Newcomer",
            "username": "nia",
            "enabledUser": "true",
            "roles": [{"roleType": "primary", "role": "student", "org": {"sourcedId": "s1"}}],
        }
    }
    answer = await lms.lp.put("/ims/oneroster/rostering/v1p2/users/newcomer", json=newcomer, headers=sis)
    assert answer.status_code == 201, answer.text
    assert (await lms.waiting())["counts"] == {}
