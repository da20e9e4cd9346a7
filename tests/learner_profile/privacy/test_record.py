"""The whole record of a learner, as the family asks for it."""

from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from services.learner_profile.privacy.commands import log as log_module
from services.learner_profile.privacy.domain import REACHED
from tests.conftest import Sql
from tests.learner_profile.gradebook.lms import Lms
from tests.learner_profile.schoolhouse import Schoolhouse

Json = Any


async def ask(lp: httpx.AsyncClient, house: Schoolhouse, persona: str, learner: UUID | None = None) -> httpx.Response:
    headers = house.district.as_person(house.people[persona])
    return await lp.get(f"/v1/learners/{learner or house.learner}/record", headers=headers)


async def tables(lp: httpx.AsyncClient, house: Schoolhouse, persona: str = "learner") -> Json:
    return (await ask(lp, house, persona)).raise_for_status().json()["tables"]


async def logged(sql: Sql, house: Schoolhouse) -> list[tuple[Any, ...]]:
    async with sql("learner_profile", house.district) as connection:
        rows = await connection.fetch("select person_id, basis, purpose, elements from disclosure order by at, id")
    return [tuple(row) for row in rows]


async def test_the_record_has_every_table_and_of_the_roster_the_rows_of_this_learner_alone(
    lp: httpx.AsyncClient, schoolhouse: Schoolhouse
) -> None:
    answer = await ask(lp, schoolhouse, "guardian")
    document = answer.json()
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == ("application/json", "no-store")
    assert (document["learnerId"], list(document["tables"])) == (str(schoolhouse.learner), list(REACHED))
    found = document["tables"]
    assert [(row["id"], row["given_name"]) for row in found["person"]] == [(str(schoolhouse.learner), "Ada")]
    assert [row["sourced_id"] for row in found["enrollment"]] == ["e-learner"]
    assert [row["sourced_id"] for row in found["person_role"]] == ["r-learner"]
    assert [row["school_id"] for row in found["school_enrollment"]] == [str(schoolhouse.school)]
    assert str(schoolhouse.other_district.id) not in answer.text
    assert "Bob" not in answer.text


async def test_who_is_restricted_by_a_court_is_named_nowhere(
    lp: httpx.AsyncClient, schoolhouse: Schoolhouse, sql: Sql
) -> None:
    restricted = schoolhouse.people["restricted_guardian"]
    async with sql("learner_profile", schoolhouse.district) as connection:
        await connection.execute(
            "insert into disclosure (district_id, learner_id, person_id, basis, purpose, elements, at)"
            " select district_id, $1, $2, 'GUARDIAN', 'INSPECTION', '{roster}', trellis_now() from person where id = $2",
            schoolhouse.learner,
            restricted,
        )
        await connection.execute(
            "update person set agent_sourced_ids = '{guardian,restricted_guardian}' where id = $1", schoolhouse.learner
        )
    answer = await ask(lp, schoolhouse, "guardian")
    assert str(restricted) not in answer.text
    assert "restricted_guardian" not in answer.text
    found = answer.json()["tables"]["guardianship"]
    assert sorted((row["kind"], row["guardian_id"]) for row in found if row["guardian_id"]) == [
        ("contact", str(schoolhouse.people["contact"])),
        ("rights_holder", str(schoolhouse.people["guardian"])),
    ]
    assert sorted(row["kind"] for row in found if not row["guardian_id"]) == ["court_restriction", "rights_holder"]


async def test_of_a_classmates_rating_everything_but_the_classmate_is_told(
    lp: httpx.AsyncClient, schoolhouse: Schoolhouse, sql: Sql
) -> None:
    rater = str(schoolhouse.people["classmate"])
    async with sql("learner_profile", schoolhouse.district) as connection:
        for who, source in (("PEER", f"person:{rater}"), ("TEACHER", f"person:{schoolhouse.teacher}")):
            await connection.execute(
                "insert into profile_entry (district_id, entry_id, learner_id, kind, source, source_record_id, content,"
                " occurred_at, recorded_by) select district_id, uuid7(), id, 'SKILL_RATING', $2, $2,"
                " jsonb_build_object('rater', $3::text, 'value', 3), trellis_now(), $2 from person where id = $1",
                schoolhouse.learner,
                source,
                who,
            )
    answer = await ask(lp, schoolhouse, "learner")
    assert rater not in answer.text
    peer, teacher = sorted(answer.json()["tables"]["profile_entry"], key=lambda row: str(row["content"]["rater"]))
    assert peer["content"] == {"rater": "PEER", "value": 3}
    assert {"source", "source_record_id", "recorded_by"} & set(peer) == set()
    assert teacher["source"] == f"person:{schoolhouse.teacher}"


async def test_grades_and_what_they_say_of_objectives_are_told(
    lms: Lms, lp: httpx.AsyncClient, schoolhouse: Schoolhouse
) -> None:
    await lms.framework("Maths", "M.1")
    await lms.item("quiz")
    await lms.result("r1", "quiz", {"M.1": 3})
    found = await tables(lp, schoolhouse)
    assert [row["sourced_id"] for row in found["result"]] == ["r1"]
    assert [row["result_sourced_id"] for row in found["result_objective"]] == ["r1"]
    assert len(found["evidence"]) == 1


async def test_events_are_told_of_whom_they_are_about_by_the_mapping_that_counts(
    lp: httpx.AsyncClient, schoolhouse: Schoolhouse, sql: Sql
) -> None:
    """`learner` of the tool is somebody else by an exact mapping; the learner is known by a prefix."""
    async with sql("learner_profile", schoolhouse.district) as connection:
        for actor in ("learner", "https://tool/learner", "https://tool/classmate"):
            await connection.execute(_EVENT, schoolhouse.learner, actor)
            await connection.execute(_OBSERVATION, schoolhouse.learner, actor)
        for match, value, named in (("exact", "learner", "classmate"), ("prefix", "https://tool/", None)):
            await connection.execute(_MAPPING, schoolhouse.learner, match, value, named)
    found = await tables(lp, schoolhouse)
    for table in ("activity_event", "activity_observation"):
        assert [row["actor"] for row in found[table]] == ["https://tool/learner"]


_EVENT = """insert into activity_event (district_id, source, event_id, revision, standard, type, digest, content, actor,
  occurred_at) select district_id, 'tool', $2, 1, 'caliper', 'GradeEvent', 'd', '{}', $2, trellis_now()
  from person where id = $1"""
_OBSERVATION = """insert into activity_observation (district_id, source, event_id, standard, roster_source, actor, objects,
  identifiers, kind, tells, occurred_at, sent_at, digest) select district_id, 'tool', $2, 'caliper', 'sis', $2, '{}', '{}',
  'quiz', true, trellis_now(), trellis_now(), 'd' from person where id = $1"""
_MAPPING = """insert into activity_mapping (district_id, id, source, kind, match, value, roster_source, learner_sourced_id)
  select district_id, uuid7(), 'tool', 'actor', $2, $3, 'sis', $4 from person where id = $1"""


async def test_more_rows_than_are_held_at_once_are_all_there(
    lp: httpx.AsyncClient, schoolhouse: Schoolhouse, sql: Sql
) -> None:
    async with sql("learner_profile", schoolhouse.district) as connection:
        await connection.execute(
            "insert into disclosure (district_id, learner_id, client_id, basis, purpose, elements, at)"
            " select district_id, id, 'c' || n, 'SYSTEM', 'DISTRICT_SERVICE', '{roster}', trellis_now()"
            " from person, generate_series(1, 450) n where id = $1",
            schoolhouse.learner,
        )
    found = (await tables(lp, schoolhouse))["disclosure"]
    assert {row["client_id"] for row in found} == {None, *(f"c{n}" for n in range(1, 451))}


async def test_the_record_is_logged_before_it_is_sent(
    lp: httpx.AsyncClient, schoolhouse: Schoolhouse, sql: Sql
) -> None:
    """And so it holds its own entry."""
    found = await tables(lp, schoolhouse, "guardian")
    guardian = schoolhouse.people["guardian"]
    assert await logged(sql, schoolhouse) == [(guardian, "GUARDIAN", "INSPECTION", ["record"])]
    assert [row["person_id"] for row in found["disclosure"]] == [str(guardian)]


async def test_a_record_that_cannot_be_logged_is_not_sent(
    lp: httpx.AsyncClient, schoolhouse: Schoolhouse, sql: Sql, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_module, "_TO_PEOPLE", text("select pg_terminate_backend(pg_backend_pid())"))
    answer = await ask(lp, schoolhouse, "learner")
    assert (answer.status_code, "Ada" in answer.text) == (503, False)
    assert await logged(sql, schoolhouse) == []


@pytest.mark.parametrize(
    "persona", ["classmate", "teacher", "principal", "district_leader", "contact", "restricted_guardian"]
)
async def test_to_everybody_else_the_record_is_not_there(
    lp: httpx.AsyncClient, schoolhouse: Schoolhouse, sql: Sql, persona: str
) -> None:
    answer = await ask(lp, schoolhouse, persona)
    nothing = await ask(lp, schoolhouse, persona, UUID("00000000-0000-7000-8000-0000000000ff"))
    assert (answer.status_code, answer.json()["title"]) == (404, nothing.json()["title"])
    assert await logged(sql, schoolhouse) == []


async def test_systems_have_no_part_in_it(lp: httpx.AsyncClient, schoolhouse: Schoolhouse, sql: Sql) -> None:
    headers = schoolhouse.district.as_client("https://purl.imsglobal.org/spec/or/v1p2/scope/roster.readonly")
    answer = await lp.get(f"/v1/learners/{schoolhouse.learner}/record", headers=headers)
    assert answer.status_code == 403
    assert await logged(sql, schoolhouse) == []
