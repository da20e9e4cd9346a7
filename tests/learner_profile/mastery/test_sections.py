"""Mastery as the graph's sections show it."""

import httpx
import pytest

from tests.conftest import Sql
from tests.learner_profile.gradebook.lms import Lms
from tests.learner_profile.schoolhouse import Schoolhouse

_CODES = ("M.1", "M.2", "M.3", "M.4")


@pytest.fixture
async def graded(lms: Lms, schoolhouse: Schoolhouse) -> Lms:
    """The learner has mastered M.1, works on M.2, has one piece for M.3 and nothing for M.4."""
    await lms.framework("Maths", *_CODES)
    await lms.item("quiz")
    await lms.result("r1", "quiz", {"M.1": 8, "M.2": 4, "M.3": 9}, scoreDate="2026-02-02")
    await lms.result("r2", "quiz", {"M.1": 9, "M.2": 6}, scoreDate="2026-02-09")
    return lms


async def _ids(sql: Sql, house: Schoolhouse) -> dict[str, str]:
    async with sql("learner_profile", house.district) as connection:
        return {row["code"]: str(row["id"]) for row in await connection.fetch("select code, id from competency")}


async def test_mastery_shows_what_has_evidence_in_the_order_of_the_framework(
    graded: Lms, schoolhouse: Schoolhouse, sql: Sql
) -> None:
    ids = await _ids(sql, schoolhouse)
    found = await graded.section(schoolhouse.learner, "mastery", first=2)
    [first, second] = found["edges"]
    framework = first["node"]["competency"].pop("frameworkId")
    assert framework
    assert first == {
        "cursor": ids["M.1"],
        "node": {
            "competency": {"id": ids["M.1"], "code": "M.1", "statement": "Can do M.1"},
            "state": "MASTERED",
            "level": "proficient",
            "score": 0.865,
            "asOf": "2026-02-09T05:00:00+00:00",
            "evidenceCount": 2,
            "pace": None,
        },
    }
    assert (second["node"]["state"], second["node"]["level"], second["node"]["score"]) == (
        "DEVELOPING",
        "developing",
        0.53,
    )
    assert found["pageInfo"] == {"hasNextPage": True, "endCursor": ids["M.2"]}
    rest = await graded.section(schoolhouse.learner, "mastery", first=2, after=ids["M.2"])
    assert [edge["node"]["competency"]["code"] for edge in rest["edges"]] == ["M.3"]
    assert rest["pageInfo"]["hasNextPage"] is False


async def test_asked_for_by_id_mastery_also_shows_what_has_not_started(
    graded: Lms, schoolhouse: Schoolhouse, sql: Sql
) -> None:
    ids = await _ids(sql, schoolhouse)
    shown = await graded.mastery(schoolhouse.learner, competencyIds=[ids["M.4"], ids["M.1"]])
    assert {code: node["state"] for code, node in shown.items()} == {"M.1": "MASTERED", "M.4": "NOT_STARTED"}
    assert shown["M.4"]["evidenceCount"] == 0


async def test_as_of_an_instant_only_what_had_happened_and_was_known_counts(
    graded: Lms, schoolhouse: Schoolhouse, sql: Sql
) -> None:
    async with sql("learner_profile", schoolhouse.district) as connection:
        now = await connection.fetchval("select clock_timestamp()")
    assert await graded.mastery(schoolhouse.learner, asOf="2026-03-01T00:00:00Z") == {}
    known = await graded.mastery(schoolhouse.learner)
    assert {one["pace"] for one in known.values()} != {None}
    unpaced = {code: {**one, "pace": None} for code, one in known.items()}
    assert await graded.mastery(schoolhouse.learner, asOf=now.isoformat()) == unpaced
    await graded.result("r2", "quiz", {"M.1": 0}, scoreDate="2026-02-09")
    assert (await graded.mastery(schoolhouse.learner))["M.1"]["state"] == "DEVELOPING"
    then = await graded.mastery(schoolhouse.learner, asOf=now.isoformat())
    assert (then["M.1"]["state"], then["M.1"]["score"], then["M.2"]["evidenceCount"]) == ("MASTERED", 0.865, 2)
    ids = await _ids(sql, schoolhouse)
    chosen = await graded.mastery(schoolhouse.learner, asOf=now.isoformat(), competencyIds=[ids["M.4"], ids["M.3"]])
    assert {code: node["state"] for code, node in chosen.items()} == {
        "M.3": "INSUFFICIENT_EVIDENCE",
        "M.4": "NOT_STARTED",
    }


async def test_needs_are_what_has_begun_and_is_not_mastered_lowest_first(graded: Lms, schoolhouse: Schoolhouse) -> None:
    found = await graded.section(schoolhouse.learner, "needs", first=5)
    assert [edge["node"]["competency"]["code"] for edge in found["edges"]] == ["M.2", "M.3"]


async def test_a_framework_has_its_own_scale(graded: Lms, schoolhouse: Schoolhouse, sql: Sql) -> None:
    async with sql("learner_profile", schoolhouse.district) as connection:
        await connection.execute("update framework set minimum_evidence = 1")
        await connection.execute("update proficiency_level set lower_bound = 0.95 where name = 'advanced'")
    await graded.result("r3", "quiz", {"M.4": 9.2})
    shown = (await graded.mastery(schoolhouse.learner))["M.4"]
    assert (shown["state"], shown["level"]) == ("MASTERED", "proficient")


@pytest.mark.parametrize(
    ("persona", "sees"),
    [("learner", True), ("guardian", True), ("teacher", True), ("principal", True), ("district_leader", True),
     ("classmate", False), ("restricted_guardian", False), ("contact", False), ("other_teacher", False),
     ("other_principal", False), ("district_analyst", False)],
)  # fmt: skip
async def test_mastery_and_evidence_are_for_those_who_may_see_the_learner(
    lp: httpx.AsyncClient, graded: Lms, schoolhouse: Schoolhouse, persona: str, *, sees: bool
) -> None:
    headers = schoolhouse.district.as_person(schoolhouse.people[persona])
    sections = [{"key": name, "name": name} for name in ("mastery", "evidence", "needs")]
    body = {"ids": [str(schoolhouse.learner)], "sections": sections}
    found = (await lp.post("/graph/learners", json=body, headers=headers)).json()
    if not sees:
        assert found == []
        return
    assert [len(found[0][name]["edges"]) for name in ("mastery", "evidence", "needs")] == [3, 5, 2]


async def test_explained_mastery_names_what_counted_with_weights_that_give_the_number(
    graded: Lms, schoolhouse: Schoolhouse
) -> None:
    edges = (await graded.section(schoolhouse.learner, "explainedMastery"))["edges"]
    shown = {edge["node"]["mastery"]["competency"]["code"]: edge["node"] for edge in edges}
    assert shown["M.1"]["policy"] == {"id": None, "version": None, "method": "WEIGHTED_LATEST"}
    assert [(one["score"], one["weight"]) for one in shown["M.1"]["trace"]] == [(0.9, 0.65), (0.8, 0.35)]
    assert shown["M.1"]["mastery"]["score"] == 0.865
    assert (shown["M.1"]["missing"], shown["M.3"]["missing"]) == ([], [{"kind": None, "count": 1}])
