"""What people say of a learner to whom they stand, and what they see of it."""

from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import insert

from kit.caller import system
from services.learner_profile.roster.models import Enrollment, Person, PersonRole
from tests.conftest import Sql
from tests.learner_profile.profile.conftest import Speaker, Teller, entry
from tests.learner_profile.schoolhouse import Schoolhouse


async def test_a_learner_states_and_a_teacher_observes(people: dict[str, Speaker]) -> None:
    record = uuid4()
    stated = await people["learner"].say(record, kind="INTEREST", label="Tide pools", basis="STATED")
    assert (stated.status_code, stated.json()["revision"]) == (200, 1)
    again = await people["learner"].say(record, kind="INTEREST", label="Tide pools", basis="STATED")
    assert again.json() == stated.json()
    assert (await people["learner"].say(kind="INTEREST", label="Chess", basis="OBSERVED")).status_code == 403
    assert (await people["teacher"].say(kind="INTEREST", label="Maps", basis="OBSERVED")).status_code == 200
    shown = await people["guardian"].see("interests", first=3)
    assert {(one["label"], one["basis"]) for one in shown} == {("Tide pools", "STATED"), ("Maps", "OBSERVED")}
    preference = {"kind": "PREFERENCE", "aspect": "GROUPING", "statement": "In pairs", "basis": "STATED"}
    assert (await people["learner"].say(**preference)).status_code == 200
    assert [one["statement"] for one in await people["teacher"].nodes("preferences")] == ["In pairs"]


async def test_a_draft_is_the_learners_own(people: dict[str, Speaker]) -> None:
    record, work = uuid4(), {"kind": "PORTFOLIO_ITEM", "title": "Bridge", "url": "https://work.example/b"}
    assert (await people["learner"].say(record, **work, state="DRAFT")).status_code == 200
    assert len(await people["learner"].nodes("portfolio")) == 1
    assert await people["teacher"].nodes("portfolio") == []
    assert (await people["learner"].say(record, **work, state="SHARED")).json()["revision"] == 2
    assert [one["title"] for one in await people["guardian"].nodes("portfolio")] == ["Bridge"]
    assert (await people["learner"].say(**{**work, "url": "http://work.example"}, state="SHARED")).status_code == 422
    assert (await people["teacher"].say(**work, state="SHARED")).status_code == 403


async def test_a_counselor_verifies_what_a_learner_submits(people: dict[str, Speaker]) -> None:
    record, fafsa = uuid4(), {"kind": "MILESTONE", "type": "FAFSA", "title": "FAFSA"}
    assert (await people["learner"].say(record, **fafsa, state="SUBMITTED")).status_code == 200
    assert (await people["learner"].say(record, **fafsa, state="VERIFIED")).status_code == 403
    assert (await people["principal"].say(record, **fafsa, state="WAIVED")).status_code == 422
    assert (await people["principal"].say(record, **fafsa, state="VERIFIED")).json()["revision"] == 2
    refused = await people["learner"].say(record, **fafsa, state="SUBMITTED")
    assert (refused.status_code, refused.json()["code"]) == (409, "ILLEGAL_MOVE")
    assert [one["state"] for one in await people["learner"].nodes("collegeMilestones")] == ["VERIFIED"]


async def test_the_same_name_about_another_learner_is_another_entry(
    people: dict[str, Speaker], lp: httpx.AsyncClient, schoolhouse: Schoolhouse
) -> None:
    record, interest = uuid4(), {"kind": "INTEREST", "label": "Maps", "basis": "OBSERVED"}
    assert (await people["teacher"].say(record, **interest)).status_code == 200
    path = f"/v1/learners/{schoolhouse.people['classmate']}/profile/{record}"
    other = await lp.put(path, json={"content": interest}, headers=people["teacher"].headers)
    assert (other.status_code, other.json()["revision"]) == (200, 1)
    assert len(await people["learner"].see("interests")) == 1


async def test_home_access_is_what_was_told_last(people: dict[str, Speaker], sis: Teller) -> None:
    assert await people["guardian"].see("homeAccess") == {"state": "UNKNOWN"}
    told = {"kind": "DIGITAL_ACCESS", "internetAccessInResidence": "NO_NOT_AFFORDABLE"}
    assert (await people["guardian"].say(**told)).status_code == 200
    assert await people["guardian"].see("homeAccess") == {"state": "SURVEYED"}
    await sis.push(entry("d", kind="DIGITAL_ACCESS", internetAccessInResidence="YES"))
    assert await people["learner"].see("homeAccess") == {"state": "SERVED"}


@pytest.fixture
async def classmates(lp_app: FastAPI, schoolhouse: Schoolhouse) -> list[UUID]:
    """Three more who sit in the learner's class."""
    ids = [uuid4() for _ in range(3)]
    at = {"district_id": schoolhouse.district.id, "source": "sis"}
    async with lp_app.state.database.transaction(system(schoolhouse.district.id)) as session:
        for number, id_ in enumerate(ids):
            name = f"peer-{number}"
            person = {"id": id_, "sourced_id": name, "username": name, "given_name": "P", "family_name": name}
            role = {"sourced_id": f"r-{name}", "person_sourced_id": name, "role": "student", "org_sourced_id": "s1"}
            seat = {"sourced_id": f"e-{name}", "class_sourced_id": "c1", "school_sourced_id": "s1"}
            await session.execute(insert(Person), [{**at, **person}])
            await session.execute(insert(PersonRole), [{**at, **role}])
            await session.execute(insert(Enrollment), [{**at, **seat, "person_sourced_id": name, "role": "student"}])
    return ids


async def test_skills_compare_all_sides_and_peers_only_together(
    people: dict[str, Speaker], classmates: list[UUID], lp: httpx.AsyncClient, schoolhouse: Schoolhouse
) -> None:
    rating = {"kind": "SKILL_RATING", "skill": "COLLABORATION", "scaleMin": 1, "scaleMax": 5}
    assert (await people["learner"].say(**rating, rating=2)).status_code == 200
    assert (await people["learner"].say(**rating, rating=4)).status_code == 200
    assert (await people["teacher"].say(**rating, rating=3)).status_code == 200
    for peer in classmates[:2]:
        await _rates(lp, schoolhouse, peer, rating | {"rating": 5})
    [shown] = await people["learner"].see("skills")
    assert shown == {"skill": "COLLABORATION", "self": 0.75, "teacher": 0.5, "peers": None, "peerCount": None}
    await _rates(lp, schoolhouse, classmates[2], rating | {"rating": 2})
    [shown] = await people["learner"].see("skills")
    assert (shown["peers"], shown["peerCount"]) == (0.75, 3)
    await _rates(lp, schoolhouse, schoolhouse.people["classmate"], rating | {"rating": 1})
    [shown] = await people["learner"].see("skills")
    assert (shown["peers"], shown["peerCount"]) == (0.75, 3), "a fourth rating would be the difference"
    assert (await people["guardian"].say(**rating, rating=5)).status_code == 403


async def _rates(lp: httpx.AsyncClient, house: Schoolhouse, peer: UUID, content: dict[str, object]) -> None:
    path = f"/v1/learners/{house.learner}/profile/{uuid4()}"
    answer = await lp.put(path, json={"content": content}, headers=house.district.as_person(peer))
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    "persona", ["restricted_guardian", "contact", "other_teacher", "other_principal", "district_analyst"]
)
async def test_to_whom_the_learner_is_not_there_nothing_can_be_said_or_seen(
    people: dict[str, Speaker], persona: str, sql: Sql, schoolhouse: Schoolhouse
) -> None:
    refused = await people[persona].say(kind="INTEREST", label="Chess", basis="OBSERVED")
    assert refused.status_code == 404
    assert await people[persona].see("interests") is None
    async with sql("learner_profile", schoolhouse.district) as connection:
        assert await connection.fetchval("select count(*) from profile_entry") == 0


async def test_what_somebody_said_is_taken_back_by_the_same_alone(
    people: dict[str, Speaker], lp: httpx.AsyncClient, schoolhouse: Schoolhouse
) -> None:
    record = uuid4()
    await people["learner"].say(record, kind="INTEREST", label="Chess", basis="STATED")
    path = f"/v1/learners/{schoolhouse.learner}/profile/INTEREST/{record}"
    assert (await lp.delete(path, headers=people["teacher"].headers)).status_code == 404
    assert (await lp.delete(path, headers=people["learner"].headers)).status_code == 204
    assert await people["learner"].see("interests") == []
