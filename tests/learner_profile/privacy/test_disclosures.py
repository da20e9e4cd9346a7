"""Who was shown what of a learner's records."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client import REGISTRY
from sqlalchemy import text

from services.learner_profile.privacy.commands import Disclosures, disclosing, gathering
from services.learner_profile.privacy.commands import log as log_module
from tests.conftest import Sql
from tests.learner_profile.gradebook.lms import Lms
from tests.learner_profile.insight.conftest import Viewer
from tests.learner_profile.schoolhouse import Schoolhouse

READ = "https://purl.imsglobal.org/spec/or/v1p2/scope/roster.readonly"
GRADES = "https://purl.imsglobal.org/spec/or/v1p2/scope/gradebook.readonly"
Told = Callable[[], Awaitable[list[dict[str, Any]]]]


@pytest.fixture
def log(lp_app: FastAPI) -> Disclosures:
    disclosures: Disclosures = lp_app.state.disclosures
    return disclosures


@pytest.fixture
def told(schoolhouse: Schoolhouse, sql: Sql, log: Disclosures) -> Told:
    """Every row of the district, in the order of what it says."""

    async def rows() -> list[dict[str, Any]]:
        await log.write()
        names = {id_: name for name, id_ in schoolhouse.people.items()}
        async with sql("learner_profile", schoolhouse.district) as connection:
            found = await connection.fetch("select * from disclosure order by basis, person_id, elements")
        return [
            {
                "learner": names[row["learner_id"]],
                "recipient": names.get(row["person_id"], row["client_id"]),
                **{key: row[key] for key in ("basis", "purpose", "elements")},
            }
            for row in found
        ]

    return rows


async def test_reads_by_people_are_one_entry_for_each_learner_with_all_that_was_shown(
    lp: httpx.AsyncClient, schoolhouse: Schoolhouse, told: Told
) -> None:
    for persona in ("learner", "guardian", "teacher"):
        viewer = Viewer(lp, schoolhouse, persona)
        await viewer.section("learners", schoolhouse.learner, "mastery")
        await viewer.section("learners", schoolhouse.learner, "evidence")
    shown = {"learner": "learner", "elements": ["evidence", "mastery", "roster"]}
    assert await told() == [
        {**shown, "recipient": "guardian", "basis": "GUARDIAN", "purpose": "INSPECTION"},
        {**shown, "recipient": "learner", "basis": "SELF", "purpose": "INSPECTION"},
        {**shown, "recipient": "teacher", "basis": "STAFF", "purpose": "EDUCATIONAL_INTEREST"},
    ]


_RESTRICTED = """insert into guardianship (district_id, id, guardian_id, learner_id, kind)
select district_id, uuid7(), guardian_id, learner_id, 'court_restriction' from guardianship where guardian_id = $1"""
_OF_AGE = """insert into demographic (district_id, source, sourced_id, birth_on)
select district_id, source, 'learner', date '1990-01-01' from person where id = $1"""


@pytest.mark.parametrize(
    "change",
    [
        "update guardianship set to_on = district_today() - 1 where guardian_id = $1",
        "update guardianship set from_on = district_today() + 1 where guardian_id = $1",
        _RESTRICTED,
        _OF_AGE,
    ],
)
async def test_whoever_also_teaches_is_logged_as_a_guardian_only_while_the_rights_open_the_records(
    lp: httpx.AsyncClient, schoolhouse: Schoolhouse, told: Told, sql: Sql, change: str
) -> None:
    """A guardian who holds no rights (any longer) is shown what staff are shown, and logged as staff."""
    async with sql("learner_profile", schoolhouse.district) as connection:
        await connection.execute(
            "insert into enrollment (district_id, source, sourced_id, class_sourced_id, school_sourced_id,"
            " person_sourced_id, role) select district_id, source, 'e-both', class_sourced_id, school_sourced_id,"
            " 'guardian', 'teacher' from enrollment where sourced_id = 'e-teacher'"
        )
    viewer = Viewer(lp, schoolhouse, "guardian")
    await viewer.section("learners", schoolhouse.learner, "mastery")
    assert [one["basis"] for one in await told()] == ["GUARDIAN"]
    async with sql("learner_profile", schoolhouse.district) as connection:
        await connection.execute(change, schoolhouse.people["guardian"])
    await viewer.section("learners", schoolhouse.learner, "mastery")
    assert [one["basis"] for one in await told()] == ["GUARDIAN", "STAFF"]


@pytest.mark.parametrize("persona", ["other_teacher", "restricted_guardian", "contact"])
async def test_what_was_not_shown_is_not_logged(
    lp: httpx.AsyncClient, schoolhouse: Schoolhouse, told: Told, persona: str
) -> None:
    ids = [str(schoolhouse.learner), str(schoolhouse.people["classmate"])]
    headers = schoolhouse.district.as_person(schoolhouse.people[persona])
    for asked in (ids, ids[:1]):
        assert (await lp.post("/graph/learners", json={"ids": asked}, headers=headers)).json() == []
    assert await told() == []


async def test_of_many_who_were_asked_for_those_who_were_shown_are_logged(
    lp: httpx.AsyncClient, schoolhouse: Schoolhouse, told: Told
) -> None:
    ids = [str(schoolhouse.learner), str(schoolhouse.people["classmate"])]
    headers = schoolhouse.district.as_person(schoolhouse.people["guardian"])
    await lp.post("/graph/learners", json={"ids": ids}, headers=headers)
    assert [(one["learner"], one["elements"]) for one in await told()] == [("learner", ["roster"])]


async def test_a_systems_read_is_logged_before_it_is_answered(
    lp: httpx.AsyncClient, schoolhouse: Schoolhouse, sql: Sql
) -> None:
    body = {"ids": [str(schoolhouse.learner)], "sections": [{"key": "shown", "name": "mastery"}]}
    answer = await lp.post("/graph/learners", json=body, headers=schoolhouse.district.as_client(READ))
    assert len(answer.json()) == 1
    async with sql("learner_profile", schoolhouse.district) as connection:
        found = await connection.fetch("select learner_id, client_id, basis, elements from disclosure")
    assert [tuple(row) for row in found] == [(schoolhouse.learner, "sis-client", "SYSTEM", ["mastery", "roster"])]


async def test_a_page_of_oneroster_is_logged_whatever_members_were_selected(
    lp: httpx.AsyncClient, schoolhouse: Schoolhouse, told: Told
) -> None:
    """Only learners: what is told of staff is no education record."""
    headers = schoolhouse.district.as_client(READ)
    for path in ("users?fields=givenName", "enrollments?fields=role", "orgs", "classes"):
        answer = await lp.get(f"/ims/oneroster/rostering/v1p2/{path}", headers=headers)
        assert answer.status_code == 200
    assert {(one["learner"], one["recipient"], *one["elements"]) for one in await told()} == {
        (name, "sis-client", resource) for name in ("learner", "classmate") for resource in ("users", "enrollments")
    }


async def test_one_result_of_the_gradebook_is_logged(lms: Lms, schoolhouse: Schoolhouse, told: Told) -> None:
    await lms.framework("Maths", "M.1")
    await lms.item("quiz")
    await lms.result("r1", "quiz", {"M.1": 3})
    assert await told() == []
    headers = schoolhouse.district.as_client(GRADES, source="lms")
    answer = await lms.lp.get("/ims/oneroster/gradebook/v1p2/results/r1?fields=score", headers=headers)
    assert answer.status_code == 200
    assert [(one["learner"], one["recipient"], one["elements"]) for one in await told()] == [
        ("learner", "lms-client", ["results"])
    ]


async def test_the_family_sees_who_was_shown_the_records_and_nobody_else_does(
    lp: httpx.AsyncClient, schoolhouse: Schoolhouse, told: Told
) -> None:
    for persona in ("teacher", "guardian"):
        await Viewer(lp, schoolhouse, persona).section("learners", schoolhouse.learner, "mastery")
        await told()

    async def recipients(persona: str) -> list[str]:
        viewer = Viewer(lp, schoolhouse, persona)
        found = await viewer.section("learners", schoolhouse.learner, "disclosures", first=10)
        return [edge["node"]["recipient"] for edge in found["edges"]]

    assert await recipients("guardian") == ["Gus Guardian", "Tom Teacher"]
    assert await recipients("learner") == ["A guardian", "Tom Teacher"]
    assert await recipients("teacher") == []
    assert await recipients("principal") == []


async def test_pages_follow_each_other_without_a_gap(
    lp: httpx.AsyncClient, schoolhouse: Schoolhouse, told: Told
) -> None:
    for _ in range(3):
        await Viewer(lp, schoolhouse, "teacher").section("learners", schoolhouse.learner, "mastery")
        await told()
    viewer, seen = Viewer(lp, schoolhouse, "learner"), list[UUID]()
    after: dict[str, str] = {}
    for _ in range(3):
        page = await viewer.section("learners", schoolhouse.learner, "disclosures", first=1, **after)
        seen += [edge["node"]["id"] for edge in page["edges"]]
        after = {"after": page["pageInfo"]["endCursor"]}
    assert (len(set(seen)), page["pageInfo"]["hasNextPage"]) == (3, False)


async def test_entries_outlive_a_failure_of_their_write(
    schoolhouse: Schoolhouse, told: Told, lp: httpx.AsyncClient, log: Disclosures
) -> None:
    await Viewer(lp, schoolhouse, "teacher").section("learners", schoolhouse.learner, "mastery")
    kept, log.database = log.database, None  # type: ignore[assignment]  # nothing can be written
    await log.write()
    log.database = kept
    assert [one["recipient"] for one in await told()] == ["teacher"]


async def test_a_write_under_way_when_the_process_ends_is_finished(
    schoolhouse: Schoolhouse,
    told: Told,
    lp_app: FastAPI,
    lp: httpx.AsyncClient,
    sql: Sql,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    log = lp_app.state.disclosures
    waiting = log_module._TO_PEOPLE.returning(text("pg_advisory_xact_lock(77)::text"))
    monkeypatch.setattr(log_module, "_TO_PEOPLE", waiting)
    process = FastAPI()
    process.state.settings = lp_app.state.settings.model_copy(update={"disclosures_every_seconds": 0.01})
    process.state.database = log.database
    part = disclosing(process)
    async with sql("learner_profile", schoolhouse.district) as holder:
        await holder.execute("select pg_advisory_lock(77)")
        await Viewer(lp, schoolhouse, "teacher").section("learners", schoolhouse.learner, "mastery")
        await part.__aenter__()
        process.state.disclosures.entries, log.entries = log.entries, []
        while process.state.disclosures.entries:  # noqa: ASYNC110 - the write tells nobody that it began
            await asyncio.sleep(0.01)
        ended = asyncio.create_task(part.__aexit__(None, None, None))
        await asyncio.sleep(0.01)
        await holder.execute("select pg_advisory_unlock(77)")
        await ended
    assert [one["recipient"] for one in await told()] == ["teacher"]


async def test_what_is_kept_is_bounded_and_what_is_beyond_is_counted(
    schoolhouse: Schoolhouse, told: Told, lp: httpx.AsyncClient, log: Disclosures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "MOST_ENTRIES", 0)
    before = REGISTRY.get_sample_value("trellis_disclosures_lost_total")
    await Viewer(lp, schoolhouse, "teacher").section("learners", schoolhouse.learner, "mastery")
    assert REGISTRY.get_sample_value("trellis_disclosures_lost_total") == (before or 0) + 1
    assert await told() == []


async def test_what_cannot_be_logged_is_not_sent_to_a_system(
    schoolhouse: Schoolhouse, lp: httpx.AsyncClient, log: Disclosures, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_module, "_LEARNERS", text("select pg_terminate_backend(pg_backend_pid())"))
    body = {"ids": [str(schoolhouse.learner)]}
    answer = await lp.post("/graph/learners", json=body, headers=schoolhouse.district.as_client(READ))
    assert (answer.status_code, "Ada" in answer.text) == (503, False)
    assert await told() == []


@pytest.mark.parametrize(
    ("noun", "one", "sections"),
    [
        ("classes", "class", [{"key": "shown", "name": "learners"}]),
        ("schools", "school", [{"key": "shown", "name": "learners"}]),
        ("persons", "both", []),
    ],
)
async def test_names_that_a_system_reads_beside_other_things_are_logged(
    lp: httpx.AsyncClient, schoolhouse: Schoolhouse, told: Told, noun: str, one: str, sections: list[object]
) -> None:
    """Of learners; that a teacher's name is among them is nobody's record."""
    people = [schoolhouse.people[name] for name in ("learner", "classmate", "teacher")]
    ids = {"class": [schoolhouse.class_], "school": [schoolhouse.school], "both": people}[one]
    body = {"ids": [str(id_) for id_ in ids], "sections": sections}
    answer = await lp.post(f"/graph/{noun}", json=body, headers=schoolhouse.district.as_client(READ))
    assert len(answer.json()) == len(ids)
    assert {(one["learner"], *one["elements"]) for one in await told()} == {
        ("learner", "roster"),
        ("classmate", "roster"),
    }
