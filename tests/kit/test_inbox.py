"""The door for events: who may knock, and what is believed of what is said there."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import orjson
import pytest
from fastapi import APIRouter, FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlalchemy import text

from kit import feeds, metrics, problems
from kit.caller import system
from kit.outbox import emit
from kit.webhook import BadSignature, NoSecretError, keys_of, signed, verify
from tests.conftest import client_of
from tests.kit.conftest import SECRET, Service, thing

KEYS = keys_of(SecretStr(SECRET))
THINGS = "select id, version, state, name from thing order by id"


def fact(district: UUID, subject: str, version: object = 1, **over: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    data = {"districtId": str(district), "version": version, "epoch": 0, "state": "active", "name": subject}
    return {
        "specversion": "1.0",
        "id": str(uuid4()),
        "source": "kit_producer",
        "type": "thing.changed",
        "subject": subject,
        "time": "2026-01-05T08:00:00Z",
        "data": data | {"occurredAt": "2026-01-05T07:00:00Z"} | over,
    }


async def knock(door: httpx.AsyncClient, *events: Any) -> dict[str, str]:  # noqa: ANN401 - JSON
    body = orjson.dumps(list(events))
    answer = await door.post("/events", content=body, headers=signed(KEYS, "m1", datetime.now(UTC), body))
    assert answer.status_code == 200, answer.text
    return {entry["id"]: entry["code"] for entry in answer.json()["refused"]}


def _signature(**over: str) -> dict[str, str]:
    return signed(KEYS, "m1", datetime.now(UTC), b"[]") | {
        name.replace("_", "-"): value for name, value in over.items()
    }


@pytest.mark.parametrize(
    "headers_now",
    [
        dict,
        lambda: _signature(webhook_signature=""),
        lambda: _signature(webhook_signature="v1,AAAA"),
        lambda: _signature(webhook_signature="v2," + _signature()["webhook-signature"][3:]),
        lambda: _signature(webhook_id="m2"),
        lambda: _signature(webhook_id=""),
        lambda: _signature(webhook_timestamp="0"),
        lambda: _signature(webhook_timestamp="yesterday"),
        lambda: _signature(webhook_timestamp="99999999999999999999"),
        lambda: signed((b"another secret of sufficient length",), "m1", datetime.now(UTC), b"[]"),
        lambda: signed(KEYS, "m1", datetime.now(UTC), b"[ ]"),
        lambda: signed(KEYS, "m1", datetime.now(UTC) - timedelta(minutes=6), b"[]"),
        lambda: signed(KEYS, "m1", datetime.now(UTC) + timedelta(minutes=6), b"[]"),
    ],
)
async def test_what_no_service_signed_just_now_is_refused(
    door: httpx.AsyncClient, headers_now: Callable[[], dict[str, str]]
) -> None:
    """Signed when the test runs, so that nothing but what is wrong with it is why it is refused."""
    answer = await door.post("/events", content=b"[]", headers=headers_now())
    assert answer.status_code == 401
    assert answer.json()["code"] == "BAD_SIGNATURE"


@pytest.mark.parametrize("minutes", [-4, 4])
async def test_clocks_may_be_minutes_apart(door: httpx.AsyncClient, minutes: int) -> None:
    headers = signed(KEYS, "m1", datetime.now(UTC) + timedelta(minutes=minutes), b"[]")
    assert (await door.post("/events", content=b"[]", headers=headers)).status_code == 200


def test_both_secrets_live_while_one_replaces_the_other() -> None:
    now, old, new = datetime.now(UTC), "old-secret-of-enough-length", "whsec_bmV3LXNlY3JldC1vZi1lbm91Z2gtbGVuZ3Ro"
    rotating = keys_of(SecretStr(f"{new} {old}"))
    for sender, receiver in [(rotating, keys_of(SecretStr(old))), (keys_of(SecretStr(old)), rotating)]:
        verify(receiver, signed(sender, "m", now, b"x"), now, b"x")
    verify(rotating, signed(keys_of(SecretStr(new)), "m", now, b"x"), now, b"x")
    with pytest.raises(BadSignature):
        verify(keys_of(SecretStr(new)), signed(keys_of(SecretStr(old)), "m", now, b"x"), now, b"x")


@pytest.mark.parametrize("secret", ["", " ", "short", f"{SECRET} short"])
def test_a_secret_that_is_easily_guessed_is_none(secret: str) -> None:
    with pytest.raises(NoSecretError):
        keys_of(SecretStr(secret))


async def test_the_same_event_twice_is_applied_once(
    door: httpx.AsyncClient, consumer: Service, two: tuple[UUID, UUID]
) -> None:
    event = fact(two[0], "lamp")
    assert await knock(door, event, event) == {}
    assert await knock(door, event) == {}
    assert consumer.applied == ["lamp"]
    assert await consumer.rows(two[0], "select count(*) from inbox") == [(1,)]


async def test_the_newest_state_wins_in_whatever_order_it_comes(
    door: httpx.AsyncClient, consumer: Service, two: tuple[UUID, UUID]
) -> None:
    third, fourth = fact(two[0], "lamp", 3, name="third"), fact(two[0], "lamp", 4, name="fourth", state="withdrawn")
    restored = fact(two[0], "lamp", 1, name="restored", epoch=1)
    await knock(door, fourth, fact(two[0], "lamp", 2))
    await knock(door, third)
    assert await consumer.rows(two[0], THINGS) == [("lamp", 4, "withdrawn", "fourth")]
    await knock(door, restored)
    await knock(door, fact(two[0], "lamp", 9, name="of the old epoch"))
    assert await consumer.rows(two[0], THINGS) == [("lamp", 1, "active", "restored")]
    assert consumer.applied == ["lamp", "lamp"]


async def test_a_record_whose_parent_is_unknown_waits_for_it(
    door: httpx.AsyncClient, consumer: Service, two: tuple[UUID, UUID]
) -> None:
    placed = """select t.id from thing t join thing room on room.district_id = t.district_id and room.id = t.parent
                 where t.state = 'active' and room.state = 'active'"""
    waits = """select t.id from thing t where t.parent is not null and not exists (
                 select from thing room where room.district_id = t.district_id and room.id = t.parent)"""
    await knock(door, fact(two[0], "lamp", parent="hall"))
    assert await consumer.rows(two[0], placed) == []
    assert await consumer.rows(two[0], waits) == [("lamp",)]
    await knock(door, fact(two[0], "hall"))
    assert await consumer.rows(two[0], placed) == [("lamp",)]
    assert await consumer.rows(two[0], waits) == []


async def test_a_poisoned_event_does_not_hold_up_its_neighbours(
    door: httpx.AsyncClient, consumer: Service, two: tuple[UUID, UUID]
) -> None:
    bad, bug = fact(two[0], "b", name="spoiled"), fact(two[0], "d", name="bug")
    nul = fact(two[0], "e", name="n\u0000l")
    assert await knock(door, fact(two[0], "a"), bad, fact(two[0], "c"), bug, nul, fact(two[1], "a")) == {
        bad["id"]: "SPOILED",
        bug["id"]: "NOT_APPLIED",
        nul["id"]: "NOT_APPLIED",
    }
    assert [row[0] for row in await consumer.rows(two[0], THINGS)] == ["a", "c"]
    assert [row[0] for row in await consumer.rows(two[1], THINGS)] == ["a"]
    assert await consumer.rows(two[0], "select count(*) from inbox") == [(2,)]


async def test_what_is_no_event_or_unknown_is_refused_by_itself(
    door: httpx.AsyncClient, consumer: Service, two: tuple[UUID, UUID]
) -> None:
    later, shapeless = fact(two[0], "x") | {"type": "thing.invented"}, fact(two[0], "y", version="one")
    stateless = fact(two[0], "z", state="gone")
    assert await knock(door, later, shapeless, {"id": "?"}, {}, stateless, fact(two[0], "ok")) == {
        later["id"]: "UNKNOWN_TYPE",
        shapeless["id"]: "MALFORMED",
        stateless["id"]: "MALFORMED",
        "?": "MALFORMED",
        "None": "MALFORMED",
    }
    assert [row[0] for row in await consumer.rows(two[0], THINGS)] == ["ok"]


@pytest.mark.parametrize(
    "body", [b"", b"null", b"3", b"{}", b"[3]", b"[null]", b'["\xff"]', b"[" * 100_000, b'[{"a": NaN}]', b'[{"a"']
)
async def test_a_body_that_is_no_batch_is_refused_whole(door: httpx.AsyncClient, body: bytes) -> None:
    answer = await door.post("/events", content=body, headers=signed(KEYS, "m1", datetime.now(UTC), body))
    assert answer.status_code == 422, answer.text


async def test_more_than_the_door_takes_is_refused_before_it_is_believed(door: httpx.AsyncClient) -> None:
    assert (await door.post("/events", content=b"[" + b" " * 17_000_000)).status_code == 413
    many = orjson.dumps([{}] * 1001)
    answer = await door.post("/events", content=many, headers=signed(KEYS, "m1", datetime.now(UTC), many))
    assert answer.status_code == 413


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(6)), cut=st.integers(0, 6))
async def test_any_order_any_cut_and_any_repetition_end_alike(
    door: httpx.AsyncClient, consumer: Service, order: list[int], cut: int
) -> None:
    district = uuid4()
    facts = [fact(district, f"thing {number % 2}", number, name=f"state {number}") for number in range(6)]
    shuffled = [facts[number] for number in order]
    await knock(door, *shuffled[:cut])
    await knock(door, *shuffled[cut:])
    await knock(door, *shuffled)
    assert await consumer.rows(district, THINGS) == [
        ("thing 0", 4, "active", "state 4"),
        ("thing 1", 5, "active", "state 5"),
    ]


async def test_a_stale_feed_closes_what_depends_on_it(consumer: Service) -> None:
    router = APIRouter()

    @router.get("/records", dependencies=[feeds.fresh("a stale producer")])
    async def records() -> list[str]:
        return ["a record"]

    app = FastAPI()
    dress(app, router, consumer)
    async with client_of(app) as client:
        never = await client.get("/records")
        assert (never.status_code, never.json()["code"], never.json()["ageSeconds"]) == (503, "STALE_FEED", None)
        await feeds.heard(consumer.database, "a stale producer", {"behindSeconds": 59})
        assert (await client.get("/records")).json() == ["a record"]
        await feeds.heard(consumer.database, "a stale producer", {"behindSeconds": 61})
        assert (await client.get("/records")).json()["ageSeconds"] == 61
    await feeds.measure(consumer.database)
    assert metrics.FEED_STALE.labels("a stale producer")._value.get() == 1


def dress(app: FastAPI, router: APIRouter, service: Service) -> None:
    problems.install(app)
    app.state.database = service.database
    app.include_router(router)


@pytest.mark.parametrize("data", [None, 3, {}, {"behindSeconds": "x"}, {"behindSeconds": -5}, {"behindSeconds": 1e300}])
async def test_a_heartbeat_is_heard_whatever_it_says(consumer: Service, data: object) -> None:
    await feeds.heard(consumer.database, "a mumbling producer", data)
    assert await feeds.feed_age(consumer.database, "a mumbling producer") is not None


async def test_events_of_a_district_are_kept_in_that_district(
    door: httpx.AsyncClient, consumer: Service, producer: Service, two: tuple[UUID, UUID]
) -> None:
    await knock(door, fact(two[0], "lamp"), fact(two[1], "lamp", 5))
    assert [row[1] for row in await consumer.rows(two[0], THINGS)] == [1]
    assert [row[1] for row in await consumer.rows(two[1], THINGS)] == [5]
    served = {row[0] for row in await consumer.database.pool.fetch("select trellis_districts()")}
    assert set(two) <= served
    async with producer.database.transaction(system(two[0])) as session:
        await emit(session, thing("lamp"))
        assert (await session.execute(text("select count(*) from served_district"))).scalar_one() == 0
