"""What follows from a changed roster, and what others hear of it."""

import itertools
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import insert, update

from kit.caller import system
from services.learner_profile.roster.commands import settle
from services.learner_profile.roster.models import Org, Person, PersonRole
from tests.conftest import Sql
from tests.learner_profile.schoolhouse import Schoolhouse
from tests.worlds import TestDistrict

_ROWS: dict[str, tuple[type, dict[str, Any]]] = {
    "person": (Person, {"sourced_id": "p", "username": "p", "given_name": "A", "family_name": "B", "grades": ["07"]}),
    "role": (PersonRole, {"sourced_id": "r", "person_sourced_id": "p", "role": "student", "org_sourced_id": "o"}),
    "org": (Org, {"sourced_id": "o", "name": "School", "type": "school"}),
}
_NARROWED: dict[str, dict[str, Any]] = {
    "person": {"people": ["p"]},
    "role": {"people": ["p"]},
    "org": {"orgs": ["o"]},
}


@pytest.mark.parametrize("order", list(itertools.permutations(_ROWS)))
async def test_the_order_of_arrival_does_not_matter(
    lp_app: FastAPI, districts: tuple[TestDistrict, TestDistrict], sql: Sql, order: tuple[str, ...]
) -> None:
    district = districts[0]
    for name in order:
        table, row = _ROWS[name]
        async with lp_app.state.database.transaction(system(district.id)) as session:
            await session.execute(insert(table).values(district_id=district.id, source="sis", **row))
            await settle(session, "sis", **_NARROWED[name])
    async with sql("learner_profile", district) as connection:
        places = await connection.fetch("select grade, state, version from school_enrollment")
        school = await connection.fetchrow("select level, grades from org")
        told = await connection.fetchval("select count(*) from outbox where type = 'learner.enrolled'")
    assert [tuple(row) for row in places] == [("07", "active", 1)]
    assert school is not None
    assert tuple(school) == ("middle", ["07"])
    assert told == 1


async def test_settling_again_changes_and_tells_nothing(lp_app: FastAPI, schoolhouse: Schoolhouse, sql: Sql) -> None:
    before = await _told(sql, schoolhouse)
    async with lp_app.state.database.transaction(system(schoolhouse.district.id)) as session:
        await settle(session, "sis")
    assert await _told(sql, schoolhouse) == before


async def test_a_learner_in_two_schools_is_at_both(lp_app: FastAPI, schoolhouse: Schoolhouse, sql: Sql) -> None:
    await _change(lp_app, schoolhouse, _student_at("s2", "secondary"))
    places = "select school_id, is_primary from school_enrollment where learner_id = $1 and state = 'active'"
    async with sql("learner_profile", schoolhouse.district) as connection:
        found = await connection.fetch(places, schoolhouse.learner)
    assert {tuple(row) for row in found} == {(schoolhouse.school, True), (schoolhouse.other_school, False)}


async def test_a_removed_person_loses_every_place_and_role(lp_app: FastAPI, schoolhouse: Schoolhouse, sql: Sql) -> None:
    gone = update(Person).where(Person.sourced_id.in_(["learner", "teacher"])).values(status="tobedeleted")
    await _change(lp_app, schoolhouse, gone, people=["learner", "teacher"])
    async with sql("learner_profile", schoolhouse.district) as connection:
        place = await connection.fetchrow(
            "select state, version from school_enrollment where learner_id = $1", schoolhouse.learner
        )
        post = await connection.fetchrow(
            "select state, version from staff_assignment where person_id = $1", schoolhouse.teacher
        )
    assert place is not None
    assert post is not None
    assert (tuple(place), tuple(post)) == (("withdrawn", 2), ("withdrawn", 2))


def _student_at(school: str, role_type: str) -> Any:  # noqa: ANN401 - a statement
    row = {"sourced_id": "r-second", "person_sourced_id": "learner", "role": "student", "role_type": role_type}
    return insert(PersonRole).values(source="sis", org_sourced_id=school, **row)


async def _change(lp_app: FastAPI, house: Schoolhouse, statement: Any, people: list[str] | None = None) -> None:  # noqa: ANN401
    if statement.is_insert:
        statement = statement.values(district_id=house.district.id)
    async with lp_app.state.database.transaction(system(house.district.id)) as session:
        await session.execute(statement)
        await settle(session, "sis", people=people or ["learner"])


async def _told(sql: Sql, house: Schoolhouse) -> int:
    async with sql("learner_profile", house.district) as connection:
        return int(await connection.fetchval("select count(*) from outbox"))
