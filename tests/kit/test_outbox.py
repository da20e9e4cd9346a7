"""Events are part of the transaction that causes them."""

from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from kit.caller import system
from kit.outbox import Event, emission, emit, emit_from
from kit.relay import Relay
from tests.kit.conftest import Service, thing

EVENTS = "select subject, version, epoch = (select epoch from producer_epoch), state, data from outbox order by id"
DELIVERIES = "select consumer, state, attempts from outbox_delivery"


async def test_an_event_is_stored_with_one_delivery_for_each_consumer(
    producer: Service, two: tuple[UUID, UUID]
) -> None:
    async with producer.database.transaction(system(two[0])) as session:
        await emit(session, thing("lamp", 3, weight=Decimal("1.50")))
    assert await producer.rows(two[0], EVENTS) == [("lamp", 3, True, "active", {"name": "lamp", "weight": 1.5})]
    assert await producer.rows(two[0], DELIVERIES) == [("kit_consumer", "pending", 0)]


async def test_an_event_of_a_transaction_that_fails_was_never_there(producer: Service, two: tuple[UUID, UUID]) -> None:
    async def failing() -> None:
        async with producer.database.transaction(system(two[0])) as session:
            await emit(session, thing("lamp"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await failing()
    assert await producer.rows(two[0], EVENTS) == []


async def test_an_event_that_nobody_hears_has_no_delivery(producer: Service, two: tuple[UUID, UUID]) -> None:
    async with producer.database.transaction(system(two[0])) as session:
        await emit(session, Event(type="own.changed", subject="x", version=1, occurred_at=thing("x").occurred_at))
    assert len(await producer.rows(two[0], EVENTS)) == 1
    assert await producer.rows(two[0], DELIVERIES) == []


async def test_one_statement_emits_what_a_query_selects(producer: Service, two: tuple[UUID, UUID]) -> None:
    source = """select 'thing.changed' as type, 'thing-' || n as subject, n as version, 'active' as state,
                       now() as occurred_at, jsonb_build_object('name', n::text) as data from generate_series(1, :most) n"""
    async with producer.database.transaction(system(two[0])) as session:
        assert await emit_from(session, source, most=2000) == 2000
    assert await producer.rows(two[0], "select count(*), count(distinct id) from outbox") == [(2000, 2000)]
    assert await producer.rows(two[0], "select count(*) from outbox_delivery") == [(2000,)]


async def test_a_statement_without_a_district_emits_nothing(producer: Service) -> None:
    source = "select 'thing.changed' as type, 'x' as subject, 1 as version, 'active' as state, now() as occurred_at, '{}'::jsonb as data"
    async with producer.database.sessions() as session:
        with pytest.raises(DBAPIError):
            await session.execute(text(emission(source)))


async def test_a_district_sees_its_own_events_alone(producer: Service, two: tuple[UUID, UUID]) -> None:
    for district in two:
        async with producer.database.transaction(system(district)) as session:
            await emit(session, thing("lamp", name=str(district)))
    for district in two:
        assert [row[4]["name"] for row in await producer.rows(district, EVENTS)] == [str(district)]


async def test_the_relay_sees_the_outbox_and_the_inbox_and_nothing_else(out: Relay) -> None:
    readable = """select table_name from information_schema.tables
                   where table_schema = 'public' and has_table_privilege(format('%I', table_name), 'select') order by 1"""
    async with out.engine.connect() as connection:
        assert list((await connection.execute(text(readable))).scalars()) == ["inbox", "outbox", "outbox_delivery"]
        callable_ = """select has_function_privilege(oid, 'execute') from pg_proc where proname = 'claim_job'"""
        assert (await connection.execute(text(callable_))).scalar_one() is False
