"""What systems tell: batches whose good entries are taken, once each, with corrections that keep what they replace."""

from datetime import UTC, datetime
from typing import Any

import httpx

from tests.conftest import Sql
from tests.learner_profile.profile.conftest import Speaker, Teller, course, entry
from tests.learner_profile.schoolhouse import Schoolhouse


async def test_the_same_push_twice_records_once_and_a_correction_keeps_what_it_replaces(
    sis: Teller, people: dict[str, Speaker]
) -> None:
    first = await sis.push(course("c1"), course("c2", title="Biology"))
    assert (first.status_code, first.json()) == (200, {"recorded": 2, "unchanged": 0, "refused": []})
    again = await sis.push(course("c1"), course("c2", title="Biology"))
    assert again.json() == {"recorded": 0, "unchanged": 2, "refused": []}
    before = datetime.now(UTC).isoformat()
    assert (await sis.push(course("c1", state="COMPLETED", grade="A"))).json()["recorded"] == 1
    shown = {one["title"]: one for one in await people["guardian"].nodes("courses")}
    algebra = shown["Algebra I"]
    assert (algebra["state"], algebra["grade"], algebra["revision"], algebra["source"]) == ("COMPLETED", "A", 2, "sis")
    then = {one["title"]: one for one in await people["guardian"].nodes("courses", asOf=before)}
    assert (then["Algebra I"]["state"], then["Algebra I"]["revision"]) == ("ENROLLED", 1)
    assert then["Algebra I"]["id"] == algebra["id"]
    assert algebra["replaces"] is not None
    assert then["Algebra I"]["replaces"] is None


async def test_bad_entries_are_named_with_their_place_and_the_others_go_in(
    sis: Teller, people: dict[str, Speaker]
) -> None:
    await sis.define("act")
    answer = await sis.push(
        course("good"),
        course("bad", state="DREAMT"),
        entry("nobody", learner="nobody", kind="INTEREST", label="Chess", basis="STATED"),
        entry("high", kind="ASSESSMENT_RESULT", assessment="act", score=37),
        entry("lost", kind="ASSESSMENT_RESULT", assessment="sat", score=30),
        entry("unsaid", kind="SKILL_RATING", skill="CREATIVITY", rating=3, scaleMin=1, scaleMax=4),
        {"learnerSourcedId": "learner"},
        entry("right", kind="ASSESSMENT_RESULT", assessment="act", score=29, subscores=[{"name": "Math", "score": 31}]),
    )
    report = answer.json()
    assert (report["recorded"], report["unchanged"]) == (2, 0)
    assert [(one["index"], one["place"], one["code"]) for one in report["refused"]] == [
        (1, "/content/COURSE_RECORD/state", "LITERAL_ERROR"),
        (2, "/learnerSourcedId", "UNKNOWN_LEARNER"),
        (3, "/content/score", "OUTSIDE_SCALE"),
        (4, "/content/assessment", "UNKNOWN_ASSESSMENT"),
        (5, "/content/rater", "SELF_OR_TEACHER"),
        (6, "/sourceRecordId", "MISSING"),
    ]
    [result] = await people["teacher"].nodes("achievement", type="HIGH_STAKES")
    assert (result["score"], result["assessment"]["identifier"], result["subscores"]) == (
        29.0,
        "act",
        [{"name": "Math", "score": 31.0}],
    )
    assert await people["teacher"].nodes("achievement", type="FORMATIVE") == []


async def test_a_withdrawn_entry_is_gone_and_stays_in_what_was_known(
    sis: Teller, people: dict[str, Speaker], lp: httpx.AsyncClient
) -> None:
    await sis.push(course("c1"))
    before = datetime.now(UTC).isoformat()
    path = "/v1/profile/entries/COURSE_RECORD/c1"
    assert (await lp.delete(path, headers=sis.headers)).status_code == 204
    assert (await lp.delete(path, headers=sis.headers)).status_code == 404
    assert await people["learner"].nodes("courses") == []
    assert len(await people["learner"].nodes("courses", asOf=before)) == 1


async def test_a_scale_that_results_stand_on_does_not_change(sis: Teller) -> None:
    assert (await sis.define("act")).status_code == 200
    assert (await sis.define("act", scaleMax=40)).json()["scaleMax"] == "40"
    await sis.push(entry("r", kind="ASSESSMENT_RESULT", assessment="act", score=39))
    refused = await sis.define("act", scaleMax=36)
    assert (refused.status_code, refused.json()["code"]) == (409, "SCALE_IN_USE")
    renamed = await sis.define("act", scaleMax=40, title="ACT")
    assert (renamed.json()["title"], renamed.json()["version"]) == ("ACT", 3)


async def test_the_other_district_has_its_own_entry_under_the_same_name(
    sis: Teller, lp: httpx.AsyncClient, schoolhouse: Schoolhouse, sql: Sql
) -> None:
    await sis.push(course("c1", title="Here"))
    there = schoolhouse.other_district.as_client("urn:trellis:scope:profile.push", source="sis", roster_source="sis")
    answer = await lp.post("/v1/profile/entries", json={"entries": [course("c1", title="There")]}, headers=there)
    assert answer.json()["recorded"] == 1
    for district, title in ((schoolhouse.district, "Here"), (schoolhouse.other_district, "There")):
        async with sql("learner_profile", district) as connection:
            found = await connection.fetch("select content, revision from profile_entry")
            assert [(row["content"]["title"], row["revision"]) for row in found] == [(title, 1)]


async def test_entries_are_paged_latest_first(sis: Teller, people: dict[str, Speaker]) -> None:
    told: list[dict[str, Any]] = [
        entry(
            f"c{day}", occurred_at=f"2026-02-0{day}T12:00:00Z",
            kind="COURSE_RECORD", title=f"Course {day}", term="2026", state="COMPLETED",
        )
        for day in range(1, 6)
    ]  # fmt: skip
    await sis.push(*told)
    page = await people["teacher"].see("courses", first=2)
    assert [edge["node"]["title"] for edge in page["edges"]] == ["Course 5", "Course 4"]
    rest = await people["teacher"].nodes("courses", after=page["pageInfo"]["endCursor"])
    assert [one["title"] for one in rest] == ["Course 3", "Course 2", "Course 1"]
    since = await people["teacher"].nodes("courses", since="2026-02-04")
    assert [one["title"] for one in since] == ["Course 5", "Course 4"]
