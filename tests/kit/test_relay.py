"""What the outbox holds reaches each consumer once, whoever fails on the way."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import orjson
import pytest
from sqlalchemy import text

from kit import feeds, metrics, parking, relay
from kit.caller import system
from kit.outbox import Event, emit
from kit.relay import ConsumerUnavailableError, Line, Relay
from kit.relay_sql import CLAIM
from tests.kit.conftest import Service, thing

THINGS = "select id, version, state, name from thing order by id"
DELIVERIES = "select state, attempts, last_error from outbox_delivery order by event_id"


async def emitted(service: Service, district: UUID, *events: Event) -> None:
    async with service.database.transaction(system(district)) as session:
        await emit(session, *events)


def line() -> Line:
    return Line("kit_consumer")


def answering(out: Relay, answer: httpx.AsyncBaseTransport) -> Relay:
    """The same relay in front of another consumer."""
    client = httpx.AsyncClient(transport=answer, base_url="http://consumer")
    return Relay(out.engine, client, out.producer, out.keys, out.consumers)


async def test_a_fact_arrives_in_the_other_services_database(
    out: Relay, producer: Service, consumer: Service, two: tuple[UUID, UUID]
) -> None:
    await emitted(producer, two[0], thing("lamp", 2), thing("desk"))
    await emitted(producer, two[1], thing("lamp", 7, state="withdrawn"))
    assert await relay.drain(out) == 3
    assert await consumer.rows(two[0], THINGS) == [("desk", 1, "active", "desk"), ("lamp", 2, "active", "lamp")]
    assert await consumer.rows(two[1], THINGS) == [("lamp", 7, "withdrawn", "lamp")]
    assert await producer.rows(two[0], DELIVERIES) == [("delivered", 0, None)] * 2
    assert await relay.drain(out) == 0


async def test_the_batch_is_cloudevents_and_signed(out: Relay, producer: Service, two: tuple[UUID, UUID]) -> None:
    await emitted(producer, two[0], thing("lamp", 2, size=3))
    seen: list[httpx.Request] = []

    def note(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"refused": []})

    await relay.deliver(answering(out, httpx.MockTransport(note)), line())
    event, heartbeat = orjson.loads(seen[0].content)
    data = event.pop("data")
    occurred_at = data.pop("occurredAt")
    epoch = await producer.database.pool.fetchval("select epoch from producer_epoch")
    assert occurred_at.endswith("+00:00")
    assert data == {
        "name": "lamp",
        "size": 3,
        "districtId": str(two[0]),
        "version": 2,
        "epoch": epoch,
        "state": "active",
    }
    assert set(event) == {"specversion", "id", "source", "type", "subject", "time", "datacontenttype"}
    assert (event["specversion"], event["source"], event["type"]) == ("1.0", "kit_producer", "thing.changed")
    assert heartbeat["type"] == relay.HEARTBEAT
    assert seen[0].headers["content-type"] == "application/cloudevents-batch+json"
    assert seen[0].headers["webhook-signature"].startswith("v1,")


async def test_two_relays_share_the_work_and_deliver_nothing_twice(
    out: Relay, producer: Service, consumer: Service, two: tuple[UUID, UUID]
) -> None:
    for district in two:
        await emitted(producer, district, *(thing(f"{district}/{number}") for number in range(150)))
    small = [Line("kit_consumer", size=20) for _ in range(2)]
    for one in small:
        one.went_well = lambda: None  # type: ignore[method-assign]  # batches stay small, so that both have work

    async def work(mine: Line) -> int:
        delivered = 0
        while count := await relay.deliver(out, mine):
            delivered += count
        return delivered

    shares = await asyncio.gather(*(work(one) for one in small))
    assert sum(shares) == 300
    assert min(shares) > 0
    assert len(consumer.applied) == len(set(consumer.applied)) == 300


async def test_a_poisoned_event_is_retried_alone_and_parked_while_the_rest_goes(
    out: Relay, producer: Service, consumer: Service, two: tuple[UUID, UUID]
) -> None:
    names = ["fine", "spoiled", "also fine", "bug", "fine too"]
    await emitted(producer, two[0], *(thing(f"{number}", name=name) for number, name in enumerate(names)))
    assert await relay.drain(out) == 5
    assert [row[3] for row in await consumer.rows(two[0], THINGS)] == ["fine", "also fine", "fine too"]
    refused = await producer.rows(
        two[0], "select last_error, attempts from outbox_delivery where state = 'pending' order by 1"
    )
    assert refused == [("NOT_APPLIED", 1), ("SPOILED", 1)]
    for _ in range(relay.MOST_ATTEMPTS - 1):
        await hurry(out, two[0])
        await relay.drain(out)
    parked = await producer.rows(two[0], "select attempts from outbox_delivery where state = 'parked'")
    assert parked == [(relay.MOST_ATTEMPTS,)] * 2
    shown = {(one.type, one.code) for one in await parking.parked(out.engine) if one.consumer == "kit_consumer"}
    assert shown == {("thing.changed", "SPOILED"), ("thing.changed", "NOT_APPLIED")}
    await relay.measure(out)
    assert metrics.RELAY_PARKED.labels("kit_consumer")._value.get() >= 2
    assert await parking.unpark(out.engine, "kit_consumer") >= 2
    assert await parking.unpark(out.engine, "kit_consumer") == 0
    async with out.engine.begin() as connection:
        await connection.execute(text("update outbox_delivery set state = 'delivered' where state = 'pending'"))


async def hurry(out: Relay, district: UUID) -> None:
    """Let the pauses of a district's deliveries be over."""
    async with out.engine.begin() as connection:
        over = text("update outbox_delivery set next_attempt_at = now() where district_id = :d and state = 'pending'")
        await connection.execute(over, {"d": district})


@pytest.mark.parametrize("status", [401, 404, 429, 502, 503])
async def test_a_consumer_that_is_down_costs_no_event_an_attempt(
    out: Relay, producer: Service, two: tuple[UUID, UUID], status: int
) -> None:
    await emitted(producer, two[0], thing("lamp"))
    down = answering(out, httpx.MockTransport(lambda _: httpx.Response(status)))
    with pytest.raises(ConsumerUnavailableError):
        await relay.deliver(down, line())
    assert await producer.rows(two[0], DELIVERIES) == [("pending", 0, None)]
    await relay.drain(out)


async def test_a_consumer_that_cannot_be_reached_is_waited_for_longer_and_longer(
    out: Relay, producer: Service, two: tuple[UUID, UUID]
) -> None:
    def unreachable(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("nobody there")

    await emitted(producer, two[0], thing("lamp"))
    down, mine = answering(out, httpx.MockTransport(unreachable)), line()
    pauses = [await relay._step(down, mine) for _ in range(9)]
    assert pauses[0] < 0.5
    assert 7 < pauses[-1] <= 15
    assert await producer.rows(two[0], DELIVERIES) == [("pending", 0, None)]
    await relay.drain(out)
    assert await producer.rows(two[0], DELIVERIES) == [("delivered", 0, None)]


async def test_a_batch_that_fells_the_consumer_is_halved_until_the_culprit_is_alone(
    out: Relay, producer: Service, two: tuple[UUID, UUID]
) -> None:
    def fall(request: httpx.Request) -> httpx.Response:
        return httpx.Response(500) if b"felling" in request.content else httpx.Response(200, json={"refused": []})

    await emitted(producer, two[0], *(thing("felling" if number == 11 else f"{number}") for number in range(40)))
    frail, mine = answering(out, httpx.MockTransport(fall)), line()
    for _ in range(80):
        await relay._step(frail, mine)
    standing = await producer.rows(
        two[0], "select state, last_error, count(*) from outbox_delivery group by 1, 2 order by 1"
    )
    assert standing == [("delivered", None, 39), ("pending", "HTTP_500", 1)]
    await hurry(out, two[0])
    await relay.drain(out)


async def test_an_answer_that_is_none_changes_nothing(out: Relay, producer: Service, two: tuple[UUID, UUID]) -> None:
    await emitted(producer, two[0], thing("lamp"))
    for body in (b"", b"<html>", b"[]", b'{"refused": 3}', b'{"refused": [{"id": "x", "code": "Y"}]}'):
        odd = answering(out, httpx.MockTransport(lambda _, body=body: httpx.Response(200, content=body)))
        with pytest.raises(ConsumerUnavailableError):
            await relay.deliver(odd, line())
    assert await producer.rows(two[0], DELIVERIES) == [("pending", 0, None)]
    await relay.drain(out)


async def test_a_refusal_code_that_might_name_somebody_is_not_stored(
    out: Relay, producer: Service, two: tuple[UUID, UUID]
) -> None:
    await emitted(producer, two[0], thing("lamp"))

    def talkative(request: httpx.Request) -> httpx.Response:
        first = orjson.loads(request.content)[0]["id"]
        return httpx.Response(200, json={"refused": [{"id": first, "code": "Ada Lovelace is 9"}]})

    await relay.deliver(answering(out, httpx.MockTransport(talkative)), line())
    assert await producer.rows(two[0], DELIVERIES) == [("pending", 1, "REFUSED")]
    await hurry(out, two[0])
    await relay.drain(out)


async def test_a_relay_that_dies_after_posting_delivers_again_and_the_inbox_makes_it_once(
    out: Relay, door: httpx.AsyncClient, producer: Service, consumer: Service, two: tuple[UUID, UUID]
) -> None:
    await emitted(producer, two[0], thing("lamp"), thing("desk"))

    class Dying(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            answer = await door.post("/events", content=request.content, headers=dict(request.headers))
            assert answer.json() == {"refused": []}
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await relay.deliver(answering(out, Dying()), line())
    assert await producer.rows(two[0], DELIVERIES) == [("pending", 0, None)] * 2
    assert await relay.drain(out) == 2
    assert sorted(consumer.applied) == ["desk", "lamp"]


async def test_districts_share_a_batch_alike(out: Relay, producer: Service, two: tuple[UUID, UUID]) -> None:
    await emitted(producer, two[0], *(thing(f"{number}") for number in range(100)))
    await emitted(producer, two[1], thing("late"), thing("later"))
    async with out.engine.connect() as connection:
        claimed = list(await connection.execute(CLAIM, {"consumer": "kit_consumer", "size": 20}))
    shares = [sum(row.district_id == district for row in claimed) for district in two]
    assert shares == [10, 2]
    await relay.drain(out)


async def test_silence_is_filled_with_heartbeats_so_that_the_feeds_age_is_known(
    out: Relay, consumer: Service, producer: Service, two: tuple[UUID, UUID]
) -> None:
    await relay.drain(out)
    age = await feeds.feed_age(consumer.database, "kit_producer")
    assert age is not None
    assert age < timedelta(seconds=5)
    assert await feeds.feed_age(consumer.database, "nobody") is None
    async with consumer.database.transaction(system(uuid4())) as session:
        fresh = text("select feed_is_fresh('kit_producer'), feed_is_fresh('nobody')")
        assert tuple((await session.execute(fresh)).one()) == (True, False)


async def test_a_feed_is_as_old_as_what_its_producer_has_not_sent(
    out: Relay, consumer: Service, producer: Service, two: tuple[UUID, UUID]
) -> None:
    await emitted(producer, two[0], thing("lamp"))
    async with out.engine.begin() as connection:
        old = text("update outbox_delivery set next_attempt_at = now() - interval '5 minutes' where district_id = :d")
        await connection.execute(old, {"d": two[0]})
    await relay.deliver(out, line())
    age = await feeds.feed_age(consumer.database, "kit_producer")
    assert age is not None
    assert age > timedelta(minutes=5)
    await relay.drain(out)
    caught_up = await feeds.feed_age(consumer.database, "kit_producer")
    assert caught_up is not None
    assert caught_up < timedelta(seconds=5)
