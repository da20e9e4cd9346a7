"""What happens every so often happens once, however many workers there are."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from kit import schedules
from kit.clock import Clock
from kit.jobs import Context
from kit.schedules import Schedules
from tests.kit.conftest import Service

DAY = timedelta(days=1)


@pytest.fixture
def clock() -> Clock:
    clock = Clock()
    clock.move_to(datetime(2030, 9, 2, 6, tzinfo=UTC))
    return clock


@pytest.fixture
def context(producer: Service, clock: Clock) -> Context:
    return Context(producer.settings, producer.database, clock)


class Daily:
    """A schedule that counts its days."""

    def __init__(self) -> None:
        self.name = f"test.{uuid4()}"
        self.days: list[datetime] = []
        self.fails = False

    async def __call__(self, context: Context) -> None:
        self.days.append(context.clock.now())
        await asyncio.sleep(0.02)
        if self.fails:
            raise ZeroDivisionError

    @property
    def plan(self) -> Schedules:
        return {self.name: (DAY, self)}


@pytest.fixture
def daily() -> Daily:
    return Daily()


async def next_at(context: Context, daily: Daily) -> datetime:
    found: datetime = await context.database.pool.fetchval("select next_at from schedule where kind = $1", daily.name)
    return found


async def test_a_new_schedule_is_due_at_once_and_then_each_interval(
    context: Context, clock: Clock, daily: Daily
) -> None:
    await schedules.register(context, daily.plan)
    await schedules.register(context, daily.plan)
    assert await schedules.run_due(context, daily.plan, "one")
    assert not await schedules.run_due(context, daily.plan, "one")
    clock.move_to(clock.now() + DAY)
    assert await schedules.run_due(context, daily.plan, "one")
    assert len(daily.days) == 2


async def test_what_was_missed_runs_once_and_keeps_its_hour(context: Context, clock: Clock, daily: Daily) -> None:
    await schedules.register(context, daily.plan)
    first = await next_at(context, daily)
    clock.move_to(clock.now() + 9.5 * DAY)
    assert await schedules.run_due(context, daily.plan, "one")
    assert not await schedules.run_due(context, daily.plan, "one")
    assert await next_at(context, daily) == first + 10 * DAY


async def test_a_clock_that_is_moved_back_stops_no_schedule(context: Context, clock: Clock, daily: Daily) -> None:
    await schedules.register(context, daily.plan)
    assert await schedules.run_due(context, daily.plan, "one")
    clock.move_to(clock.now() - 100 * DAY)
    for _ in range(3):
        assert await schedules.run_due(context, daily.plan, "one")
        assert not await schedules.run_due(context, daily.plan, "one")
        clock.move_to(clock.now() + DAY)
    assert len(daily.days) == 4


async def test_two_workers_run_a_schedule_once(context: Context, daily: Daily) -> None:
    await schedules.register(context, daily.plan)
    ran = await asyncio.gather(*(schedules.run_due(context, daily.plan, f"worker {number}") for number in range(4)))
    assert sorted(ran) == [False, False, False, True]


async def test_a_schedule_that_fails_is_tried_again_soon(context: Context, clock: Clock, daily: Daily) -> None:
    await schedules.register(context, daily.plan)
    daily.fails = True
    assert await schedules.run_due(context, daily.plan, "one")
    assert await next_at(context, daily) - clock.now() <= timedelta(minutes=1)
    error = await context.database.pool.fetchval("select last_error from schedule where kind = $1", daily.name)
    assert error == "ZERO_DIVISION_ERROR"


async def test_a_schedule_whose_worker_died_is_anothers_when_the_lease_ends(context: Context, daily: Daily) -> None:
    await schedules.register(context, daily.plan)
    dead = "update schedule set leased_by = 'dead', lease_until = now() + $2 where kind = $1"
    await context.database.pool.execute(dead, daily.name, timedelta(minutes=1))
    assert not await schedules.run_due(context, daily.plan, "one")
    await context.database.pool.execute(dead, daily.name, -timedelta(seconds=1))
    assert await schedules.run_due(context, daily.plan, "one")
