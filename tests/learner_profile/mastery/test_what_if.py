"""What another policy would change, told in numbers that name nobody, and without changing anything."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.conftest import Sql
from tests.learner_profile.gradebook.lms import Lms
from tests.learner_profile.schoolhouse import Schoolhouse

Json = Any
_TABLES = """
    select relname from pg_class where relkind in ('r', 'p') and relnamespace = current_schema()::regnamespace
       and has_table_privilege(oid, 'select')"""
_LATEST = {"method": "LATEST", "by": "ELL"}


@pytest.fixture
async def framework(lms: Lms, schoolhouse: Schoolhouse, sql: Sql) -> UUID:
    """12 learners of each school fell from 0.9 to 0.65 in M.1 and keep mastery; 20, and at the first school 4 who learn
    English, rose from 0.2 to 0.9 and do not have it.
    """
    await lms.framework("Maths", "M.1")
    async with sql("learner_profile", schoolhouse.district) as connection:
        [(competency, framework)] = await connection.fetch("select id, framework_id from competency")
        for school, flag, people, scores in (
            (schoolhouse.school, "no", 12, (0.9, 0.65)), (schoolhouse.school, "no", 20, (0.2, 0.9)),
            (schoolhouse.school, "yes", 4, (0.2, 0.9)),
            (schoolhouse.other_school, "no", 12, (0.9, 0.65)), (schoolhouse.other_school, "yes", 20, (0.2, 0.9)),
        ):  # fmt: skip
            for _ in range(people):
                await _learner(connection, school, flag, competency, scores)
        found: UUID = framework
        return found


async def _learner(connection: Any, school: UUID, flag: str, competency: UUID, scores: tuple[float, float]) -> None:  # noqa: ANN401 - asyncpg's proxy
    learner, name = uuid4(), uuid4().hex
    await connection.execute(
        """insert into person (district_id, id, source, sourced_id, username, given_name, family_name, metadata)
           values (trellis_district(), $1, 'sis', $2, $2, 'A', 'B', $3)""",
        learner, name, {"ell": flag},
    )  # fmt: skip
    await connection.execute(
        """insert into school_enrollment (district_id, learner_id, school_id, source, grade, is_primary)
           values (trellis_district(), $1, $2, 'sis', '05', true)""",
        learner, school,
    )  # fmt: skip
    for day, score in enumerate(scores):
        await connection.execute(
            """insert into evidence (district_id, learner_id, competency_id, score, kind, source, source_event_id, occurred_at)
               values (trellis_district(), $1, $2, $3::float8, 'result', 'lms', $4, now() - make_interval(days => $5))""",
            learner, competency, score, f"{name}-{day}", 10 - day,
        )  # fmt: skip
    state = "MASTERED" if scores[0] > scores[1] else "DEVELOPING"
    await connection.execute(
        """insert into mastery (district_id, learner_id, competency_id, state, score, evidence_count, as_of)
           values (trellis_district(), $1, $2, $3, 0.5, 2, now())""",
        learner, competency, state,
    )  # fmt: skip


async def _ask(lp: httpx.AsyncClient, house: Schoolhouse, persona: str, body: Json) -> httpx.Response:
    headers = house.district.as_person(house.people[persona])
    return await lp.post("/v1/mastery/what-if", json=body, headers=headers)


async def _stored(sql: Sql, house: Schoolhouse) -> dict[str, str | None]:
    """What every table of the database holds, as a hash."""
    async with sql("learner_profile", house.district) as connection:
        names = [row["relname"] for row in await connection.fetch(_TABLES)]
        digest = "select md5(string_agg(md5(one::text), '' order by one::text)) from {} one"
        return {name: await connection.fetchval(digest.format(name)) for name in names}


@pytest.mark.parametrize("persona", ["district_leader", "district_analyst"])
async def test_another_policy_is_told_by_school_and_group_with_small_cells_hidden_and_nothing_stored(
    lp: httpx.AsyncClient, framework: UUID, schoolhouse: Schoolhouse, sql: Sql, persona: str
) -> None:
    before = await _stored(sql, schoolhouse)
    assert {"evidence", "mastery"} <= {name for name, digest in before.items() if digest}
    answer = await _ask(lp, schoolhouse, persona, {"frameworkId": str(framework), **_LATEST})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["frameworkId"], told["by"]) == (str(framework), "ELL")
    here, there = str(schoolhouse.school), str(schoolhouse.other_school)
    shown = {(cell["schoolId"], cell["group"]): (cell["gain"], cell["lose"]) for cell in told["cells"]}
    assert shown == {
        (None, "ALL"): (44, 24),
        (None, "NO"): (None, 24),
        (None, "YES"): (None, 0),
        (here, "ALL"): (24, 12),
        (here, "NO"): (None, 12),
        (here, "YES"): (None, 0),
        (there, "ALL"): (20, 12),
        (there, "NO"): (0, 12),
        (there, "YES"): (None, 0),
    }
    assert await _stored(sql, schoolhouse) == before


async def test_the_policy_in_force_changes_nobody(
    lp: httpx.AsyncClient, framework: UUID, schoolhouse: Schoolhouse
) -> None:
    same = {"frameworkId": str(framework), "method": "WEIGHTED_LATEST", "weight": 0.65, "by": "GRADE"}
    told = (await _ask(lp, schoolhouse, "district_leader", same)).json()
    assert {(cell["gain"], cell["lose"]) for cell in told["cells"]} == {(0, 0)}


@pytest.mark.parametrize("persona", ["learner", "guardian", "teacher", "principal", "other_principal"])
async def test_a_policy_is_tried_by_those_who_see_the_districts_figures(
    lp: httpx.AsyncClient, framework: UUID, schoolhouse: Schoolhouse, persona: str
) -> None:
    refused = await _ask(lp, schoolhouse, persona, {"frameworkId": str(framework), **_LATEST})
    assert (refused.status_code, "cells" in refused.json()) == (403, False)


@pytest.mark.parametrize(
    "wrong",
    [
        {"frameworkId": str(uuid4())},
        {"frameworkId": None},
        {"method": "BEST"},
        {"by": "NAME"},
        {"by": ["ELL"]},
        {"method": "M_OF_N", "m": 3, "n": 2},
        {"weight": 2},
        {"more": 1},
    ],
)
async def test_what_no_policy_can_be_is_refused(
    lp: httpx.AsyncClient, framework: UUID, schoolhouse: Schoolhouse, wrong: Json
) -> None:
    body = {"frameworkId": str(framework), **_LATEST, **wrong}
    assert (await _ask(lp, schoolhouse, "district_leader", body)).status_code == 422


async def test_the_framework_of_another_district_is_unknown(
    lp: httpx.AsyncClient, framework: UUID, schoolhouse: Schoolhouse, sql: Sql
) -> None:
    await Lms(lp, schoolhouse.other_district).framework("Maths", "M.1")
    async with sql("learner_profile", schoolhouse.other_district) as connection:
        other = await connection.fetchval("select id from framework")
    refused = await _ask(lp, schoolhouse, "district_leader", {"frameworkId": str(other), **_LATEST})
    unknown = await _ask(lp, schoolhouse, "district_leader", {"frameworkId": str(uuid4()), **_LATEST})
    assert (refused.status_code, refused.json()["title"]) == (422, unknown.json()["title"])
