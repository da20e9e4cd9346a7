"""Jobs run, whoever dies, and what they do in their own transactions happens once."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from kit import jobs
from kit.caller import system
from kit.clock import Clock
from kit.jobs import Context, Job, JobFailed, LeaseLostError, claim, enqueue, perform
from tests.kit.conftest import Service

STANDING = "select state, attempts, error from job order by id"
KEEP = "insert into thing (district_id, id, epoch, version, state) values (trellis_district(), :id, 0, 1, 'active')"
THINGS = "select id from thing order by id"


@pytest.fixture
def context(producer: Service) -> Context:
    return Context(producer.settings, producer.database, Clock())


@pytest.fixture
def kind() -> str:
    """A kind of job that no other test has."""
    return f"test.{uuid4()}"


@pytest.fixture
def lost(producer: Service, two: tuple[UUID, UUID]) -> Callable[[], Awaitable[object]]:
    """Lets the time pass until the leases of the first district have ended."""
    ended = "update job set lease_until = now() - interval '1 second' where state = 'running'"
    return lambda: producer.rows(two[0], ended)


async def queued(
    service: Service,
    district: UUID,
    kind: str,
    *,
    key: str | None = None,
    run_after: datetime | None = None,
    **payload: object,
) -> UUID:
    async with service.database.transaction(system(district)) as session:
        return await enqueue(session, kind, payload, key=key, run_after=run_after)


async def claimed(service: Service, kind: str, worker: str = "one") -> Job:
    job = await claim(service.database, worker, [kind])
    assert job is not None
    return job


async def keep(job: Job, context: Context) -> None:
    async with job.completing() as session:
        await session.execute(text(KEEP), job.payload)


async def test_a_job_runs_inside_its_district(
    producer: Service, context: Context, kind: str, two: tuple[UUID, UUID]
) -> None:
    for district in two:
        await queued(producer, district, kind, id=str(district))
    while job := await claim(producer.database, "one", [kind]):
        assert job.attempt == 1
        await perform(job, keep, context)
    for district in two:
        assert await producer.rows(district, THINGS) == [(str(district),)]
        assert await producer.rows(district, STANDING) == [("done", 1, None)]


async def test_a_job_of_a_transaction_that_fails_was_never_queued(
    producer: Service, kind: str, two: tuple[UUID, UUID]
) -> None:
    async def failing() -> None:
        async with producer.database.transaction(system(two[0])) as session:
            await enqueue(session, kind, {})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await failing()
    assert await claim(producer.database, "one", [kind]) is None


async def test_two_workers_never_have_the_same_job(producer: Service, kind: str, two: tuple[UUID, UUID]) -> None:
    ids = {await queued(producer, district, kind) for district in two for _ in range(10)}

    async def take(worker: str) -> list[UUID]:
        taken = []
        while job := await claim(producer.database, worker, [kind]):
            taken.append(job.id)
        return taken

    shares = await asyncio.gather(*(take(f"worker {number}") for number in range(4)))
    taken = [id_ for share in shares for id_ in share]
    assert len(taken) == 20
    assert set(taken) == ids


async def test_a_job_whose_worker_died_is_anothers_when_the_lease_ends(
    producer: Service, context: Context, kind: str, two: tuple[UUID, UUID], lost: Callable[[], Awaitable[object]]
) -> None:
    await queued(producer, two[0], kind, id="lamp")
    dead = await claimed(producer, kind, "dead")
    assert await claim(producer.database, "other", [kind]) is None
    await lost()
    heir = await claimed(producer, kind, "other")
    assert (heir.id, heir.attempt) == (dead.id, 2)
    await perform(heir, keep, context)
    assert await producer.rows(two[0], STANDING) == [("done", 2, None)]


async def test_a_worker_that_lost_its_lease_changes_nothing(
    producer: Service, context: Context, kind: str, two: tuple[UUID, UUID], lost: Callable[[], Awaitable[object]]
) -> None:
    await queued(producer, two[0], kind, id="lamp")
    late = await claimed(producer, kind, "late")
    await lost()
    heir = await claimed(producer, kind, "late")
    with pytest.raises(LeaseLostError):
        async with late.transaction():
            pytest.fail("the transaction opened")
    await perform(late, keep, context)
    assert not await late.renew()
    assert await producer.rows(two[0], THINGS) == []
    assert await producer.rows(two[0], STANDING) == [("running", 2, None)]
    assert await heir.renew()


async def test_nobody_can_claim_a_job_while_a_transaction_of_its_worker_lasts(
    producer: Service, kind: str, two: tuple[UUID, UUID], lost: Callable[[], Awaitable[object]]
) -> None:
    await queued(producer, two[0], kind, id="lamp")
    slow = await claimed(producer, kind, "slow")
    async with slow.completing() as session:
        await session.execute(text(KEEP), slow.payload)
        await lost()
        assert await claim(producer.database, "eager", [kind]) is None
    assert await claim(producer.database, "eager", [kind]) is None
    assert await producer.rows(two[0], STANDING) == [("done", 1, None)]


async def test_a_lease_that_is_lost_cancels_the_handler(
    producer: Service,
    context: Context,
    kind: str,
    two: tuple[UUID, UUID],
    lost: Callable[[], Awaitable[object]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jobs, "LEASE", timedelta(seconds=0.4))
    await queued(producer, two[0], kind)
    outcome: list[str] = []

    async def endless(_: Job, __: Context) -> None:
        try:
            await asyncio.sleep(20)
        except asyncio.CancelledError:
            outcome.append("cancelled")
            raise

    task = asyncio.create_task(perform(await claimed(producer, kind), endless, context))
    await asyncio.sleep(0.6)
    assert not task.done(), "the lease is renewed while the handler runs"
    await producer.rows(two[0], "update job set leased_by = 'another' where state = 'running'")
    await asyncio.wait_for(task, 5)
    assert outcome == ["cancelled"]


async def test_a_failure_is_tried_again_later_and_not_for_ever(
    producer: Service, context: Context, kind: str, two: tuple[UUID, UUID]
) -> None:
    await queued(producer, two[0], kind)
    last: list[bool] = []

    async def failing(job: Job, _: Context) -> None:
        last.append(job.is_last_attempt)
        raise ZeroDivisionError("the name of a child")

    for attempt in range(1, 6):
        await perform(await claimed(producer, kind), failing, context)
        state = "failed" if attempt == 5 else "retrying"
        assert await producer.rows(two[0], STANDING) == [(state, attempt, "ZERO_DIVISION_ERROR")]
        assert await claim(producer.database, "one", [kind]) is None
        await producer.rows(two[0], "update job set run_after = now() where state = 'retrying'")
    assert last == [False] * 4 + [True]


async def test_a_verdict_is_not_tried_again(
    producer: Service, context: Context, kind: str, two: tuple[UUID, UUID]
) -> None:
    await queued(producer, two[0], kind)

    async def hopeless(_: Job, __: Context) -> None:
        raise JobFailed("no such file")

    await perform(await claimed(producer, kind), hopeless, context)
    assert await producer.rows(two[0], STANDING) == [("failed", 1, "NO_SUCH_FILE")]


async def test_a_job_that_kills_its_workers_is_given_up(
    producer: Service, kind: str, two: tuple[UUID, UUID], lost: Callable[[], Awaitable[object]]
) -> None:
    await queued(producer, two[0], kind)
    for _ in range(5):
        await claimed(producer, kind)
        await lost()
    assert await claim(producer.database, "one", [kind]) is None
    await producer.database.pool.execute("select fail_abandoned_jobs()")
    assert await producer.rows(two[0], STANDING) == [("failed", 5, "LEASE_ENDED")]


async def test_a_job_with_a_key_waits_once(
    producer: Service, context: Context, kind: str, two: tuple[UUID, UUID]
) -> None:
    first = await queued(producer, two[0], kind, key="room 1", id="a")
    assert await queued(producer, two[0], kind, key="room 1", id="b") == first
    other = await queued(producer, two[1], kind, key="room 1", id="a")
    assert other != first
    running = await claimed(producer, kind)
    assert running.id == first
    again = await queued(producer, two[0], kind, key="room 1", id="c")
    assert again != first, "what changes after a job began needs another run"
    await perform(running, keep, context)


async def test_a_job_for_later_waits(producer: Service, kind: str, two: tuple[UUID, UUID]) -> None:
    later = Clock().now() + timedelta(hours=1)
    await queued(producer, two[0], kind, run_after=later)
    assert await claim(producer.database, "one", [kind]) is None


async def test_a_cancelled_job_is_given_back_at_once(
    producer: Service, context: Context, kind: str, two: tuple[UUID, UUID]
) -> None:
    await queued(producer, two[0], kind)

    async def endless(_: Job, __: Context) -> None:
        await asyncio.sleep(60)

    task = asyncio.create_task(perform(await claimed(producer, kind), endless, context))
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await producer.rows(two[0], STANDING) == [("retrying", 0, None)]
    assert (await claimed(producer, kind, "other")).attempt == 1


async def test_a_district_does_not_see_anothers_jobs(producer: Service, kind: str, two: tuple[UUID, UUID]) -> None:
    await queued(producer, two[0], kind)
    assert await producer.rows(two[1], STANDING) == []
