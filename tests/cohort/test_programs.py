"""A program with cohorts and the schools' places in them."""

import asyncio
from uuid import UUID, uuid4

import httpx

from tests.cohort.conftest import SCOPE, Hear, Rollout, event
from tests.worlds import TestDistrict

COHORT = {
    "name": "Cohort 1",
    "position": 1,
    "beginsOn": "2000-01-01",
    "launchesOn": "2000-06-01",
    "endsOn": "2100-01-01",
    "capacity": 1,
}


async def _program(co: httpx.AsyncClient, district: TestDistrict, *capacities: int) -> tuple[UUID, list[UUID]]:
    program, headers = uuid4(), district.as_client(SCOPE)
    body = {"name": "Rollout", "mode": "choice"}
    assert (await co.put(f"/v1/programs/{program}", json=body, headers=headers)).status_code == 200
    cohorts = [uuid4() for _ in capacities]
    for cohort, capacity in zip(cohorts, capacities, strict=True):
        url = f"/v1/programs/{program}/cohorts/{cohort}"
        answer = await co.put(url, json={**COHORT, "capacity": capacity}, headers=headers)
        assert answer.status_code == 200, answer.text
    return program, cohorts


async def _place(
    co: httpx.AsyncClient, headers: dict[str, str], program: UUID, school: UUID, cohort: UUID
) -> httpx.Response:
    return await co.put(f"/v1/programs/{program}/placements/{school}", json={"cohortId": str(cohort)}, headers=headers)


async def _cohort_of(co: httpx.AsyncClient, headers: dict[str, str], school: UUID) -> object:
    body = {"ids": [str(school)], "sections": [{"key": "cohort", "name": "cohort"}]}
    answer = await co.post("/graph/schools", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    (found,) = answer.json()
    return found["cohort"]


async def test_a_placed_school_shows_its_cohort_to_everybody_of_the_district(
    co: httpx.AsyncClient, rollout: Rollout
) -> None:
    program, (cohort,) = await _program(co, rollout.district, 2)
    school = rollout.schools[0]
    placed = await _place(co, rollout.district.as_person(rollout.director), program, school, cohort)
    assert (placed.status_code, placed.json()["version"]) == (200, 1)
    assert await _cohort_of(co, rollout.district.as_person(rollout.teacher), school) == {
        "id": str(cohort),
        "name": "Cohort 1",
        "programId": str(program),
        "phase": "IMPLEMENTING",
        "window": {"from": "2000-01-01", "to": "2100-01-01"},
        "capacity": {"schools": 2, "used": 1},
        "schools": [{"id": str(school), "name": "School 0"}],
    }
    assert await _cohort_of(co, rollout.other.as_person(rollout.teacher), school) is None


async def test_placing_twice_changes_nothing_and_tells_once(
    co: httpx.AsyncClient, rollout: Rollout, sql: object
) -> None:
    program, (cohort,) = await _program(co, rollout.district, 1)
    headers = rollout.district.as_person(rollout.director)
    for _ in range(2):
        placed = await _place(co, headers, program, rollout.schools[0], cohort)
        assert (placed.status_code, placed.json()["version"]) == (200, 1)
    async with sql("cohort", rollout.district) as connection:  # type: ignore[operator]
        told = await connection.fetchval("select count(*) from outbox where type = 'placement.changed'")
    assert told == 1


async def test_of_two_who_want_the_last_seat_one_gets_it(co: httpx.AsyncClient, rollout: Rollout) -> None:
    program, (cohort,) = await _program(co, rollout.district, 1)
    headers = rollout.district.as_person(rollout.director)
    answers = await asyncio.gather(*(_place(co, headers, program, school, cohort) for school in rollout.schools))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert refused.json()["code"] == "COHORT_FULL"


async def test_a_school_moves_and_its_seat_is_free_again(co: httpx.AsyncClient, rollout: Rollout) -> None:
    program, (first, second) = await _program(co, rollout.district, 1, 1)
    headers = rollout.district.as_person(rollout.director)
    one, two = rollout.schools
    for school, cohort in ((one, first), (one, second), (two, first)):
        assert (await _place(co, headers, program, school, cohort)).status_code == 200
    found = await _cohort_of(co, headers, one)
    assert isinstance(found, dict)
    assert found["id"] == str(second)


async def test_who_may_not_steer_changes_nothing(co: httpx.AsyncClient, rollout: Rollout) -> None:
    program, (cohort,) = await _program(co, rollout.district, 1)
    school = rollout.schools[0]
    callers = {
        "teacher": (rollout.district.as_person(rollout.teacher), 403),
        "wrong scope": (rollout.district.as_client("urn:trellis:scope:other"), 403),
        "other district": (rollout.other.as_person(rollout.director), 404),
        "nobody": ({}, 401),
    }
    seen = {
        name: (await _place(co, headers, program, school, cohort)).status_code for name, (headers, _) in callers.items()
    }
    assert seen == {name: status for name, (_, status) in callers.items()}
    assert await _cohort_of(co, rollout.district.as_person(rollout.teacher), school) is None


async def test_a_dropped_role_closes_the_door(co: httpx.AsyncClient, rollout: Rollout, hear: Hear) -> None:
    person, post = uuid4(), uuid4()
    told = {"personId": str(person), "orgId": str(uuid4()), "role": "program_director"}
    await hear(event(rollout.district, "staff.assigned", post, 2, **told))
    body = {"name": "Rollout", "mode": "choice"}
    headers = rollout.district.as_person(person)
    assert (await co.put(f"/v1/programs/{uuid4()}", json=body, headers=headers)).status_code == 200
    await hear(event(rollout.district, "staff.assigned", post, 3, withdrawn=True, **told))
    await hear(event(rollout.district, "staff.assigned", post, 1, **told))
    assert (await co.put(f"/v1/programs/{uuid4()}", json=body, headers=headers)).status_code == 403


async def test_a_program_lists_its_cohorts_and_pages_its_placements(co: httpx.AsyncClient, rollout: Rollout) -> None:
    program, (cohort,) = await _program(co, rollout.district, 2)
    headers = rollout.district.as_person(rollout.director)
    for school in rollout.schools:
        await _place(co, headers, program, school, cohort)

    async def page(after: str | None) -> dict[str, object]:
        sections = [
            {"key": "cohorts", "name": "cohorts"},
            {"key": "placements", "name": "placements", "args": {"first": 1, "after": after}},
        ]
        body = {"ids": [str(program)], "sections": sections}
        (found,) = (await co.post("/graph/programs", json=body, headers=headers)).json()
        assert [entry["capacity"] for entry in found["cohorts"]] == [{"schools": 2, "used": 2}]
        return dict(found["placements"])

    first = await page(None)
    second = await page(first["pageInfo"]["endCursor"])  # type: ignore[index]
    names = {edge["node"]["school"]["name"] for page_ in (first, second) for edge in page_["edges"]}  # type: ignore[attr-defined]
    assert names == {"School 0", "School 1"}
    assert second["pageInfo"]["hasNextPage"] is False  # type: ignore[index]


async def test_bad_input_names_its_place(co: httpx.AsyncClient, rollout: Rollout) -> None:
    program, headers = uuid4(), rollout.district.as_client(SCOPE)
    for body in (
        b"null",
        b"[]",
        b"3",
        b'{"name": "\\u0000", "mode": "choice"}',
        b"\xff",
        b'{"name": "x", "mode": "nope"}',
    ):
        answer = await co.put(
            f"/v1/programs/{program}", content=body, headers={**headers, "content-type": "application/json"}
        )
        assert (answer.status_code, answer.json()["code"]) in {(422, "BAD_INPUT"), (400, "BAD_REQUEST")}, body
