"""Statuses that educators confer, as the graph shows them."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.conftest import Sql
from tests.learner_profile.gradebook.lms import Lms
from tests.learner_profile.schoolhouse import Schoolhouse

Json = Any
_DOOR = "/v1/mastery/statuses"


@pytest.fixture
async def ids(lms: Lms, schoolhouse: Schoolhouse, sql: Sql) -> dict[str, UUID]:
    """Competencies by code."""
    await lms.framework("Maths", "M.1", "M.2")
    async with sql("learner_profile", schoolhouse.district) as connection:
        return {row["code"]: row["id"] for row in await connection.fetch("select code, id from competency")}


async def _post(lp: httpx.AsyncClient, house: Schoolhouse, persona: str, path: str, body: Json) -> httpx.Response:
    headers = house.district.as_person(house.people[persona])
    return await lp.post(f"{_DOOR}{path}", json=body, headers=headers)


async def _confer(lp: httpx.AsyncClient, house: Schoolhouse, competency: UUID) -> Json:
    body = {"learnerId": str(house.learner), "competencyId": str(competency), "basis": "Explained it to the class"}
    made = await _post(lp, house, "teacher", "", body)
    assert made.status_code == 201, made.text
    return made.json()


async def _shown(lp: httpx.AsyncClient, house: Schoolhouse, persona: str) -> Json:
    body = {"ids": [str(house.learner)], "sections": [{"key": "shown", "name": "statuses"}]}
    headers = house.district.as_person(house.people[persona])
    found = (await lp.post("/graph/learners", json=body, headers=headers)).raise_for_status().json()
    return found[0]["shown"] if found else None


async def test_statuses_are_shown_the_latest_first_as_their_own_door_answers_them(
    lp: httpx.AsyncClient, ids: dict[str, UUID], schoolhouse: Schoolhouse
) -> None:
    assert await _shown(lp, schoolhouse, "learner") == []
    first = await _confer(lp, schoolhouse, ids["M.1"])
    second = await _confer(lp, schoolhouse, ids["M.2"])
    framework = first["competency"].pop("frameworkId")
    conferred_at = first.pop("conferredAt")
    assert first == {
        "id": first["id"],
        "learnerId": str(schoolhouse.learner),
        "competencyId": str(ids["M.1"]),
        "competency": {"id": str(ids["M.1"]), "code": "M.1", "statement": "Can do M.1"},
        "basis": "Explained it to the class",
        "conferredById": str(schoolhouse.teacher),
        "withdrawnAt": None,
        "withdrawalReason": None,
    }
    shown = await _shown(lp, schoolhouse, "learner")
    assert [one["id"] for one in shown] == [second["id"], first["id"]]
    assert shown[1]["competency"].pop("frameworkId") == framework
    assert shown[1].pop("conferredAt")[:19] == conferred_at[:19]
    assert shown[1] == first


async def test_a_status_that_was_withdrawn_stays_with_the_reason(
    lp: httpx.AsyncClient, ids: dict[str, UUID], schoolhouse: Schoolhouse
) -> None:
    made = await _confer(lp, schoolhouse, ids["M.1"])
    ended = await _post(lp, schoolhouse, "teacher", f"/{made['id']}/withdrawal", {"reason": "Somebody else's work"})
    assert ended.status_code == 200, ended.text
    [shown] = await _shown(lp, schoolhouse, "guardian")
    assert (shown["id"], shown["withdrawalReason"]) == (made["id"], "Somebody else's work")
    assert shown["withdrawnAt"] is not None
    assert shown["conferredById"] == str(schoolhouse.teacher)


@pytest.mark.parametrize("persona", ["classmate", "restricted_guardian", "contact", "other_teacher", "other_principal"])
async def test_statuses_are_not_there_for_who_may_not_see_the_learner(
    lp: httpx.AsyncClient, ids: dict[str, UUID], schoolhouse: Schoolhouse, persona: str
) -> None:
    await _confer(lp, schoolhouse, ids["M.1"])
    assert await _shown(lp, schoolhouse, persona) is None
