"""Live streams are woken by what commits, whenever that is."""

import asyncio
from uuid import UUID

import pytest

from kit.caller import system
from kit.outbox import emit
from kit.tail import Tail
from tests.kit.conftest import Service, thing


@pytest.fixture
async def tail(producer: Service) -> Tail:
    tail = Tail(producer.database)
    await tail.look()
    return tail


async def happened(service: Service, district: UUID, *subjects: str) -> None:
    async with service.database.transaction(system(district)) as session:
        await emit(session, *(thing(subject) for subject in subjects))


async def test_a_stream_is_woken_by_its_own_subject_alone(
    tail: Tail, producer: Service, two: tuple[UUID, UUID]
) -> None:
    with (
        tail.subscribed(two[0], "lamp") as mine,
        tail.subscribed(two[0], "lamp") as also_mine,
        tail.subscribed(two[1], "lamp") as elsewhere,
        tail.subscribed(two[0], "desk") as other,
    ):
        await happened(producer, two[0], "lamp")
        await tail.look()
        assert [event.is_set() for event in (mine, also_mine, elsewhere, other)] == [True, True, False, False]
        mine.clear()
        await tail.look()
        assert not mine.is_set(), "nothing wakes twice"


async def test_a_transaction_that_commits_late_is_not_missed(
    tail: Tail, producer: Service, two: tuple[UUID, UUID]
) -> None:
    with tail.subscribed(two[0], "slow") as slow, tail.subscribed(two[1], "quick") as quick:
        async with producer.database.transaction(system(two[0])) as session:
            await emit(session, thing("slow"))
            await happened(producer, two[1], "quick")
            await tail.look()
            await tail.look()
            assert (slow.is_set(), quick.is_set()) == (False, True)
            quick.clear()
        await happened(producer, two[0], "something else")
        await tail.look()
        assert (slow.is_set(), quick.is_set()) == (True, False)


async def test_what_happens_while_nobody_listens_is_forgotten_and_what_follows_is_not(
    tail: Tail, producer: Service, two: tuple[UUID, UUID]
) -> None:
    await happened(producer, two[0], "lamp")
    await tail.look()
    with tail.subscribed(two[0], "lamp") as lamp:
        await tail.look()
        assert not lamp.is_set()
        await happened(producer, two[0], "lamp")
        await tail.look()
        assert lamp.is_set()
    assert tail._waiting == {}


async def test_the_process_follows_by_itself(producer: Service, two: tuple[UUID, UUID]) -> None:
    tail = Tail(producer.database)
    task = asyncio.create_task(tail.follow())
    try:
        await asyncio.sleep(0.3)
        with tail.subscribed(two[0], "lamp") as lamp:
            await happened(producer, two[0], "lamp")
            await asyncio.wait_for(lamp.wait(), 10)
    finally:
        task.cancel()
