"""The roster takes a new file while the next one is read; the run stays one transaction all the same."""

import io
import zipfile

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from kit.caller import system
from kit.ids import uuid7_texts
from services.learner_profile.gradebook.commands import project_results
from tests.conftest import Sql
from tests.learner_profile.gradebook.lms import Lms, guid
from tests.learner_profile.intake.archives import Files, archive, small_roster
from tests.learner_profile.intake.conftest import RUNS, Sender, counts

_TABLES = ("org", "academic_session", "class", "person", "person_role", "enrollment", "category", "outbox")


async def _rows(sis: Sender, sql: Sql) -> dict[str, int]:
    async with sql("learner_profile", sis.district) as connection:
        return {table: await connection.fetchval(f"select count(*) from {table}") for table in _TABLES}


def _with_scores(learners: int) -> Files:
    """A roster and one scored result of every learner."""
    roster = small_roster(learners)
    people = [row["sourcedId"] for row in roster["users"][1:]]
    dates = {"assignDate": "2026-09-01", "dueDate": "2026-09-02", "classSourcedId": "cls-1"}
    bounds = {"resultValueMin": "0", "resultValueMax": "10"}
    return roster | {
        "categories": [{"sourcedId": "cat", "title": "Quizzes"}],
        "lineItems": [{"sourcedId": "li", "title": "Quiz", "categorySourcedId": "cat", **dates, **bounds}],
        "results": [
            {
                "sourcedId": f"res-{person}",
                "lineItemSourcedId": "li",
                "studentSourcedId": person,
                "scoreStatus": "fully graded",
                "score": "8",
                "scoreDate": "2026-09-02",
            }
            for person in people
        ],
        "resultLearningObjectiveIds": [
            {
                "sourcedId": f"rlo-{person}",
                "resultSourcedId": f"res-{person}",
                "source": "case",
                "learningObjectiveId": guid("M.1"),
                "score": "8",
            }
            for person in people
        ],
    }


async def test_an_archive_that_proves_damaged_at_its_end_leaves_nothing(sis: Sender, sql: Sql) -> None:
    before = await _rows(sis, sql)
    content = bytearray(archive(small_roster(50)))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as opened:
        start = opened.getinfo("demographics.csv").header_offset
    content[start + 70] ^= 0xFF
    run = await sis.send(bytes(content))
    assert (run["state"], run["error"]) == ("failed", "archive_damaged")
    assert await _rows(sis, sql) == before


async def test_a_dry_run_of_a_first_roster_leaves_nothing(sis: Sender, sql: Sql) -> None:
    before = await _rows(sis, sql)
    run = await sis.send(small_roster(50), params={"dry_run": "true"})
    assert (run["state"], counts(run, "created")["users"]) == ("applied", (51,))
    assert await _rows(sis, sql) == before


async def test_a_held_run_leaves_its_new_files_behind_too(sis: Sender, sql: Sql) -> None:
    await sis.send(small_roster(20))
    before = await _rows(sis, sql)
    held = await sis.send(small_roster(10) | {"categories": [{"sourcedId": "cat", "title": "Quizzes"}]})
    assert (held["state"], counts(held, "created")["categories"]) == ("held", (1,))
    assert await _rows(sis, sql) == before
    await sis.client.post(f"{RUNS}/{held['id']}/confirm", headers=sis.headers)
    await sis.work()
    assert (await sis.run(held["id"]))["state"] == "applied"
    assert (await _rows(sis, sql))["category"] == 1


async def test_a_file_that_is_new_to_a_known_source_is_taken_with_the_others(sis: Sender) -> None:
    roster = _with_scores(3)
    known = {file: rows for file, rows in roster.items() if file in small_roster()}
    await sis.send(known)
    run = await sis.send(roster)
    assert {file: told for file, told in counts(run, "created", "unchanged").items() if file not in known} == {
        "categories": (1, 0),
        "lineItems": (1, 0),
        "results": (3, 0),
        "resultLearningObjectiveIds": (3, 0),
    }
    assert counts(run, "created", "updated", "removed")["enrollments"] == (0, 0, 0)
    assert set(counts(await sis.send(roster), "created", "updated", "removed").values()) == {(0, 0, 0)}


@pytest.mark.parametrize("learners", [3, 1_200])
async def test_scores_that_wait_for_their_framework_become_evidence_when_it_comes(
    sis: Sender, lp: httpx.AsyncClient, sql: Sql, learners: int
) -> None:
    await sis.send(_with_scores(learners))
    async with sql("learner_profile", sis.district) as connection:
        assert await connection.fetchval("select count(*) from evidence") == 0
        waiting = await connection.fetch("select waiting_for, count(*) from result_objective group by 1")
        assert [tuple(row) for row in waiting] == [("competency", learners)]
    lms = Lms(lp, sis.district)
    assert (await lms.framework("Maths", "M.1")).json()["becameEvidence"] == learners
    async with sql("learner_profile", sis.district) as connection:
        assert (
            await connection.fetchval("select count(distinct learner_id) from evidence where score = 0.8") == learners
        )
        assert await connection.fetchval("select count(*) from mastery") == learners
        assert await connection.fetchval("select count(*) from result_objective where waiting_for is not null") == 0
    assert (await lms.framework("Maths", "M.1")).json()["becameEvidence"] == 0


async def test_a_score_noted_as_waiting_counts_when_its_framework_came_in_between(
    sis: Sender, lp: httpx.AsyncClient, lp_app: FastAPI, sql: Sql
) -> None:
    await sis.send(_with_scores(3))
    await Lms(lp, sis.district).framework("Maths", "M.1")
    async with lp_app.state.database.transaction(system(sis.district.id)) as session:
        # As intake left it that looked for the competency just before the framework was committed.
        written = "update result_objective set score = 9, waiting_for = 'competency', changed_at = trellis_now()"
        await session.execute(text(written))
        assert await project_results(session, "sis", noted=True) == 3
    async with sql("learner_profile", sis.district) as connection:
        assert await connection.fetchval("select count(*) from evidence where score = 0.9") == 3
        assert await connection.fetchval("select count(*) from result_objective where waiting_for is not null") == 0


def test_ids_of_one_instant_rise_and_are_version_7() -> None:
    ids = uuid7_texts(5_000)
    assert ids == sorted(set(ids))
    assert {(len(one), one[12], one[16] in "89ab") for one in ids} == {(32, "7", True)}
