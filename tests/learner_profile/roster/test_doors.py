"""What OneRoster has no field for: guardians' rights, and what staff are beside the roster."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import httpx
import pytest

from tests.conftest import Sql
from tests.learner_profile.schoolhouse import Schoolhouse

GUARDIANSHIPS = "urn:trellis:scope:guardianships.push"
ASSIGNMENTS = "urn:trellis:scope:staff-assignments.push"
RIGHTS = {"guardianSourcedId": "contact", "learnerSourcedId": "learner", "kind": "rights_holder"}


async def _sees(lp: httpx.AsyncClient, house: Schoolhouse, person: str) -> bool:
    body = {"ids": [str(house.learner)]}
    answer = await lp.post("/graph/learners", json=body, headers=house.district.as_person(house.people[person]))
    return bool(answer.json())


async def _events(sql: Sql, house: Schoolhouse, kind: str, subject: UUID) -> list[tuple[int, str]]:
    told = "select version, state from outbox where type = $1 and subject = $2 order by version"
    async with sql("learner_profile", house.district) as connection:
        return [tuple(row) for row in await connection.fetch(told, kind, str(subject))]


async def test_a_right_opens_the_record_and_its_end_closes_it_at_once(
    lp: httpx.AsyncClient, schoolhouse: Schoolhouse, sql: Sql
) -> None:
    house, right = schoolhouse, uuid4()
    headers = house.district.as_client(GUARDIANSHIPS)
    assert not await _sees(lp, house, "contact")
    made = await lp.put(f"/v1/guardianships/{right}", json=RIGHTS, headers=headers)
    assert (made.status_code, made.json()["version"]) == (200, 1)
    assert await _sees(lp, house, "contact")
    again = await lp.put(f"/v1/guardianships/{right}", json=RIGHTS, headers=headers)
    assert again.json() == made.json()
    assert (await lp.delete(f"/v1/guardianships/{right}", headers=headers)).status_code == 204
    assert not await _sees(lp, house, "contact")
    assert await _events(sql, house, "relationship.changed", right) == [(1, "active"), (2, "withdrawn")]


async def test_a_court_restriction_outweighs_every_right(lp: httpx.AsyncClient, schoolhouse: Schoolhouse) -> None:
    house = schoolhouse
    headers = house.district.as_client(GUARDIANSHIPS)
    assert await _sees(lp, house, "guardian")
    restriction = {**RIGHTS, "guardianSourcedId": "guardian", "kind": "court_restriction"}
    await lp.put(f"/v1/guardianships/{uuid4()}", json=restriction, headers=headers)
    assert not await _sees(lp, house, "guardian")


@pytest.mark.parametrize(("begins", "ends", "opens"), [(-1, 1, True), (1, 2, False), (-2, 0, False), (0, 1, True)])
async def test_a_right_holds_in_its_window(
    lp: httpx.AsyncClient, schoolhouse: Schoolhouse, begins: int, ends: int, *, opens: bool
) -> None:
    today = datetime.now(ZoneInfo("America/New_York")).date()
    window = {
        "fromOn": (today + timedelta(days=begins)).isoformat(),
        "toOn": (today + timedelta(days=ends)).isoformat(),
    }
    headers = schoolhouse.district.as_client(GUARDIANSHIPS)
    await lp.put(f"/v1/guardianships/{uuid4()}", json={**RIGHTS, **window}, headers=headers)
    assert await _sees(lp, schoolhouse, "contact") is opens


async def test_unknown_people_are_refused_and_nothing_is_kept(
    lp: httpx.AsyncClient, schoolhouse: Schoolhouse, sql: Sql
) -> None:
    right, headers = uuid4(), schoolhouse.district.as_client(GUARDIANSHIPS)
    body = {**RIGHTS, "guardianSourcedId": "nobody"}
    answer = await lp.put(f"/v1/guardianships/{right}", json=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "UNKNOWN_PERSON")
    assert answer.json()["place"] == "/guardianSourcedId"
    assert "nobody" not in answer.text
    async with sql("learner_profile", schoolhouse.district) as connection:
        assert await connection.fetchval("select count(*) from guardianship where id = $1", right) == 0


async def test_only_stewards_and_scoped_systems_push_rights(lp: httpx.AsyncClient, schoolhouse: Schoolhouse) -> None:
    house = schoolhouse
    callers = {
        "no scope": house.district.as_client("urn:trellis:scope:other"),
        "guardian": house.district.as_person(house.people["guardian"]),
        "principal": house.district.as_person(house.people["principal"]),
        "nobody": {},
    }
    seen = {
        name: (await lp.put(f"/v1/guardianships/{uuid4()}", json=RIGHTS, headers=headers)).status_code
        for name, headers in callers.items()
    }
    assert seen == {"no scope": 403, "guardian": 403, "principal": 403, "nobody": 401}


async def test_another_districts_system_reaches_its_own_people_only(
    lp: httpx.AsyncClient, schoolhouse: Schoolhouse
) -> None:
    house = schoolhouse
    headers = house.other_district.as_client(GUARDIANSHIPS)
    made = await lp.put(f"/v1/guardianships/{uuid4()}", json=RIGHTS, headers=headers)
    assert made.status_code == 200
    assert made.json()["learnerId"] != str(house.learner)
    assert not await _sees(lp, house, "contact")


async def test_an_assignment_gives_a_role_and_its_end_takes_it(
    lp: httpx.AsyncClient, schoolhouse: Schoolhouse, sql: Sql
) -> None:
    house, post = schoolhouse, uuid4()
    headers = house.district.as_client(ASSIGNMENTS)
    body = {"personSourcedId": "district_analyst", "orgSourcedId": "d", "role": "data_steward", "fte": "0.5"}
    made = await lp.put(f"/v1/staff-assignments/{post}", json=body, headers=headers)
    assert (made.status_code, made.json()["fte"]) == (200, "0.5")
    assert await _sees(lp, house, "district_analyst")
    assert (await lp.delete(f"/v1/staff-assignments/{post}", headers=headers)).status_code == 204
    assert not await _sees(lp, house, "district_analyst")
    assert await _events(sql, house, "staff.assigned", post) == [(1, "active"), (2, "withdrawn")]


async def test_what_the_roster_tells_is_not_changed_by_the_door(
    lp: httpx.AsyncClient, schoolhouse: Schoolhouse, sql: Sql
) -> None:
    async with sql("learner_profile", schoolhouse.district) as connection:
        told = await connection.fetchval(
            "select id from staff_assignment where origin = 'roster' and role = 'principal'"
        )
    body = {"personSourcedId": "guardian", "orgSourcedId": "d", "role": "district_leader"}
    headers = schoolhouse.district.as_client(ASSIGNMENTS)
    for answer in (
        await lp.put(f"/v1/staff-assignments/{told}", json=body, headers=headers),
        await lp.delete(f"/v1/staff-assignments/{told}", headers=headers),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "OWNED_BY_ROSTER")
