"""At 18 the rights of a family become the learner's own."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import httpx
import pytest

from tests.conftest import Sql
from tests.learner_profile.schoolhouse import Schoolhouse

Born = Callable[[date], Awaitable[None]]
PUSH = "urn:trellis:scope:guardianships.push"


def birthday(years: int, *, later: int = 0) -> date:
    """Of somebody who is so many years old today, or will be some days later."""
    today = datetime.now(ZoneInfo("America/New_York")).date()
    day = min(today.day, 28) if today.month == 2 else today.day
    return date(today.year - years, today.month, day) + timedelta(days=later)


@pytest.fixture
def born(schoolhouse: Schoolhouse, sql: Sql) -> Born:
    async def tell(on: date) -> None:
        async with sql("learner_profile", schoolhouse.district) as connection:
            await connection.execute(
                "insert into demographic (district_id, source, sourced_id, birth_on)"
                " select district_id, source, sourced_id, $2 from person where id = $1",
                schoolhouse.learner,
                on,
            )

    return tell


async def sees(lp: httpx.AsyncClient, house: Schoolhouse, persona: str) -> bool:
    headers = house.district.as_person(house.people[persona])
    return bool((await lp.post("/graph/learners", json={"ids": [str(house.learner)]}, headers=headers)).json())


async def guardianship(house: Schoolhouse, sql: Sql) -> UUID:
    async with sql("learner_profile", house.district) as connection:
        found: UUID = await connection.fetchval(
            "select id from guardianship where guardian_id = $1", house.people["guardian"]
        )
        return found


@pytest.mark.parametrize(("on", "expected"), [(birthday(18), False), (birthday(18, later=1), True)])
async def test_a_guardian_sees_the_records_until_the_day_before_the_eighteenth_birthday(
    lp: httpx.AsyncClient,
    schoolhouse: Schoolhouse,
    born: Born,
    on: date,
    *,
    expected: bool,
) -> None:
    assert await sees(lp, schoolhouse, "guardian")
    await born(on)
    assert await sees(lp, schoolhouse, "guardian") is expected
    assert await sees(lp, schoolhouse, "learner")
    assert await sees(lp, schoolhouse, "teacher")


async def test_an_exception_counts_only_where_the_district_lets_its_kind_count(
    lp: httpx.AsyncClient,
    schoolhouse: Schoolhouse,
    born: Born,
    sql: Sql,
) -> None:
    await born(birthday(19))
    district = schoolhouse.district
    path = f"/v1/guardianships/{await guardianship(schoolhouse, sql)}/adult-access"
    recorded = await lp.put(path, json={"kind": "TAX_DEPENDENT"}, headers=district.as_client(PUSH))
    assert (recorded.status_code, recorded.json()["version"]) == (200, 1)
    assert not await sees(lp, schoolhouse, "guardian")
    leader = district.as_person(schoolhouse.people["district_leader"])
    rule = "/v1/adult-access-rules/TAX_DEPENDENT"
    assert (await lp.put(rule, json={"isEnabled": True}, headers=leader)).json() == {"isEnabled": True}
    assert await sees(lp, schoolhouse, "guardian")
    again = await lp.put(path, json={"kind": "TAX_DEPENDENT"}, headers=district.as_client(PUSH))
    assert again.json() == recorded.json()
    assert (await lp.delete(path, headers=district.as_client(PUSH))).status_code == 204
    assert not await sees(lp, schoolhouse, "guardian")
    assert (await lp.delete(path, headers=district.as_client(PUSH))).status_code == 404


async def test_an_exception_lifts_no_restriction_of_a_court_and_needs_a_guardianship(
    lp: httpx.AsyncClient, schoolhouse: Schoolhouse, sql: Sql
) -> None:
    push, leader = schoolhouse.district.as_client(PUSH), schoolhouse.people["district_leader"]
    allowed = {"json": {"isEnabled": True}, "headers": schoolhouse.district.as_person(leader)}
    await lp.put("/v1/adult-access-rules/LEARNER_CONSENT", **allowed)  # type: ignore[arg-type]
    async with sql("learner_profile", schoolhouse.district) as connection:
        rows = await connection.fetch(
            "select id from guardianship where guardian_id = $1", schoolhouse.people["restricted_guardian"]
        )
    for row in rows:
        path = f"/v1/guardianships/{row['id']}/adult-access"
        assert (await lp.put(path, json={"kind": "LEARNER_CONSENT"}, headers=push)).status_code == 200
    assert not await sees(lp, schoolhouse, "restricted_guardian")
    unknown = await lp.put(f"/v1/guardianships/{uuid4()}/adult-access", json={"kind": "LEARNER_CONSENT"}, headers=push)
    assert unknown.status_code == 404
    teacher = schoolhouse.district.as_person(schoolhouse.teacher)
    refused = await lp.put("/v1/adult-access-rules/LEARNER_CONSENT", json={"isEnabled": False}, headers=teacher)
    assert refused.status_code == 403
