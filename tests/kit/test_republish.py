"""All current state can be said again."""

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from typer.testing import CliRunner

from kit import relay
from kit.caller import system
from kit.outbox import emit_from
from kit.relay import Relay
from kit.republish import commands, republish
from tests.kit.conftest import Service

OWN = """select 'thing.changed' as type, id as subject, version, state, now() as occurred_at,
                jsonb_build_object('name', name) as data from thing"""
THINGS = "select id, version, name from thing order by id"


async def every_thing(session: AsyncSession) -> int:
    return await emit_from(session, OWN)


@pytest.fixture
async def stocked(producer: Service, two: tuple[UUID, UUID]) -> Service:
    """The producer has things that nobody has heard of."""
    for version, district in enumerate(two, 1):
        async with producer.database.transaction(system(district)) as session:
            await session.execute(text("insert into served_district select trellis_district()"))
            await session.execute(
                text("insert into thing select trellis_district(), 'lamp', 0, :v, 'active', 'a lamp'"), {"v": version}
            )
    return producer


async def test_a_new_consumer_learns_all_and_one_that_knows_changes_nothing(
    stocked: Service, consumer: Service, out: Relay, two: tuple[UUID, UUID]
) -> None:
    for _ in range(2):
        counts = await republish(stocked.database, {"thing.changed": every_thing}, districts=two)
        assert counts == {"thing.changed": 2}
        await relay.drain(out)
    assert await consumer.rows(two[0], THINGS) == [("lamp", 1, "a lamp")]
    assert await consumer.rows(two[1], THINGS) == [("lamp", 2, "a lamp")]
    assert consumer.applied == ["lamp", "lamp"]


async def test_every_district_that_is_served_is_said_again(stocked: Service, two: tuple[UUID, UUID]) -> None:
    emitters = {"thing.changed": every_thing, "other.changed": every_thing}
    counts = await republish(stocked.database, emitters, only=["thing.changed"])
    assert set(counts) == {"thing.changed"}
    assert counts["thing.changed"] >= 2
    for district in two:
        assert await stocked.rows(district, "select count(*) from outbox") == [(1,)]


async def test_a_restored_producer_is_believed_although_its_versions_went_back(
    stocked: Service, consumer: Service, out: Relay, two: tuple[UUID, UUID]
) -> None:
    await stocked.rows(two[0], "update thing set version = 9, name = 'lost with the disk'")
    await republish(stocked.database, {"thing.changed": every_thing}, districts=two[:1])
    await relay.drain(out)
    await stocked.rows(two[0], "update thing set version = 5, name = 'from the backup'")
    await republish(stocked.database, {"thing.changed": every_thing}, districts=two[:1])
    await relay.drain(out)
    assert await consumer.rows(two[0], THINGS) == [("lamp", 9, "lost with the disk")]
    await republish(stocked.database, {"thing.changed": every_thing}, new_epoch=True, districts=two[:1])
    await relay.drain(out)
    assert await consumer.rows(two[0], THINGS) == [("lamp", 5, "from the backup")]


async def test_an_operator_has_commands_for_it(stocked: Service, two: tuple[UUID, UUID]) -> None:
    app = commands(lambda: stocked.settings, {"thing.changed": every_thing})

    def said(*arguments: str) -> str:
        outcome = CliRunner().invoke(app, list(arguments))
        assert outcome.exit_code == 0, outcome.output
        return outcome.output

    emitted = await asyncio.to_thread(said, "republish", "--kind", "thing.changed")
    assert int(emitted.removeprefix("thing.changed: ")) >= 2
    assert await asyncio.to_thread(said, "parked") == ""
    assert await asyncio.to_thread(said, "unpark", "kit_consumer") == "unparked: 0\n"
    for district in two:
        assert await stocked.rows(district, "select count(*) from outbox") == [(1,)]
