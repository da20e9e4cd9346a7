"""The whole record: who inspects it, that nothing that names the learner is missing, and nobody else's row is in it."""

from collections.abc import Mapping
from typing import Any

import httpx

from services.learner_profile.privacy.domain import NAMES_NO_LEARNER, REACHED
from tests.access import oracle
from tests.access.callers import Crowd, Visitor
from tests.access.ledger import Ledger
from tests.access.requests import UNKNOWN
from tests.access.world import Place, World

Json = Any
LEARNERS = (*oracle.learners(), "teacher", "unknown")
_STATUSES = {200: "served", 401: "stranger", 403: "refused", 404: "absent"}
_WITH_DISTRICT = """
select c.relname as name from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attname = 'district_id' and not a.attisdropped
where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace"""

PASSED_ON = {"outbox", "inbox", "job", "idempotency_key"}
_APPEARS = """
select exists (select from "{}" r where district_id = $1 and (strpos(r::text, $2) > 0
  or exists (select from jsonb_each_text(to_jsonb(r)) as cell where cell.value = 'learner'
              and cell.key in ('person_sourced_id', 'student_sourced_id', 'learner_sourced_id', 'actor'))))"""


async def ask(world: World, learner: str, headers: Mapping[str, str]) -> httpx.Response:
    path = f"/v1/learners/{world.here.ids.get(learner, UNKNOWN)}/record"
    return await world.doors["learner_profile"].get(path, headers=dict(headers))


async def inspected(world: World, learner: str) -> Json:
    """The document as the learner gets it."""
    headers = world.here.district.as_person(world.here.ids[learner])
    return (await ask(world, learner, headers)).raise_for_status().json()["tables"]


async def test_every_table_of_district_data_is_reached_or_says_why_it_names_no_learner(ledger: Ledger) -> None:
    found = {row["name"] for row in await ledger.connections["learner_profile"].fetch(_WITH_DISTRICT)}
    assert set(REACHED) & set(NAMES_NO_LEARNER) == set()
    assert {*REACHED, *NAMES_NO_LEARNER} == found


async def test_every_table_with_a_learner_is_reached(ledger: Ledger) -> None:
    assert set(await _with_learner(ledger)) <= set(REACHED)


async def test_the_family_and_data_stewards_inspect_and_to_nobody_else_it_is_there(
    world: World, crowd: Crowd, ledger: Ledger
) -> None:
    attempts = [
        (visitor, learner, _due(world, visitor, learner)) for visitor in crowd.everybody for learner in LEARNERS
    ]
    refused = [one for one in attempts if one[2] != "served"]
    before = await ledger.figure("learner_profile", world.here.district.id)
    wrong = [await _deviation(world, *one) for one in refused]
    assert await ledger.figure("learner_profile", world.here.district.id) == before
    wrong += [await _deviation(world, *one) for one in attempts if one[2] == "served"]
    assert {one[2] for one in attempts} == set(_STATUSES.values())
    assert [said for said in wrong if said] == []


def _due(world: World, visitor: Visitor, learner: str) -> str:
    due = oracle.inspects(visitor.caller, learner)
    return "absent" if visitor.home is world.there and due == "served" else due


async def _deviation(world: World, visitor: Visitor, learner: str, due: str) -> str:
    answer = await ask(world, learner, visitor.headers)
    found = _STATUSES.get(answer.status_code, answer.text)
    if world.there.word in answer.text:
        return f"{visitor} sees something of the other district"
    return "" if found == due else f"{visitor}: {learner}: {found}, not {due}"


async def test_every_row_of_the_learner_is_there_and_no_row_of_somebody_else(world: World, ledger: Ledger) -> None:
    for learner in ("learner", "classmate", "far_learner"):
        tables = await inspected(world, learner)
        assert list(tables) == list(REACHED)
        for table, rows in tables.items():
            assert {row["district_id"] for row in rows} <= {str(world.here.district.id)}
            assert {row.get("learner_id", str(world.here.ids[learner])) for row in rows} <= {
                str(world.here.ids[learner])
            }, table
        assert await _counts(ledger, world.here, learner) == {
            table: len(tables[table]) for table in await _with_learner(ledger)
        }


async def _with_learner(ledger: Ledger) -> list[str]:
    rows = await ledger.connections["learner_profile"].fetch(
        "select table_name from information_schema.columns where table_schema = 'public' and column_name = 'learner_id'"
    )
    return sorted(row["table_name"] for row in rows)


async def _counts(ledger: Ledger, place: Place, learner: str) -> dict[str, int]:
    connection = ledger.connections["learner_profile"]
    return {
        table: await connection.fetchval(
            f'select count(*) from "{table}" where district_id = $1 and learner_id = $2',
            place.district.id,
            place.ids[learner],
        )
        for table in await _with_learner(ledger)
    }


async def test_every_table_in_which_the_learner_appears_appears_in_the_record(world: World, ledger: Ledger) -> None:
    """By id anywhere in a row, or by sourcedId in a column of people, also where no column is called after a learner."""
    connection, place = ledger.connections["learner_profile"], world.here
    tables = await inspected(world, "learner")
    appears = {
        table
        for table in (*REACHED, *NAMES_NO_LEARNER)
        if await connection.fetchval(_APPEARS.format(table), place.district.id, str(place.ids["learner"]))
    }
    assert appears - {table for table, rows in tables.items() if rows} <= PASSED_ON
    assert appears >= {
        "person",
        "person_role",
        "enrollment",
        "result",
        "evidence",
        "goal",
        "plan_version",
    }
