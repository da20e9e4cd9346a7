"""A command that is sent again answers what it made the first time."""

import asyncio
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from kit.caller import VerifiedCaller, _caller, system
from kit.database import Session
from kit.idempotency import Attempt, IdempotencyKeyReused, Repeatable, fingerprint
from kit.problems import Conflict, install
from tests.conftest import client_of
from tests.kit.conftest import Service

KEEP = "insert into thing (district_id, id, epoch, version, state) values (trellis_district(), :id, 0, 1, 'active')"
THINGS = "select id from thing"


async def make(service: Service, district: UUID, attempt: Attempt, *, fail: bool = False) -> UUID:
    """A command that makes a thing."""
    async with service.database.transaction(system(district)) as session:

        async def new() -> UUID:
            thing = uuid4()
            await session.execute(text(KEEP), {"id": str(thing)})
            await asyncio.sleep(0.05)
            if fail:
                raise Conflict
            return thing

        return await attempt.once(session, new)


async def test_a_replay_makes_nothing_and_answers_the_same(producer: Service, two: tuple[UUID, UUID]) -> None:
    attempt = Attempt("ada", "key", fingerprint("POST", "/things", b"{}"))
    first = await make(producer, two[0], attempt)
    assert await make(producer, two[0], attempt) == first
    assert await producer.rows(two[0], THINGS) == [(str(first),)]


async def test_without_a_key_every_request_is_new(producer: Service, two: tuple[UUID, UUID]) -> None:
    attempt = Attempt("ada", None, fingerprint("POST"))
    assert await make(producer, two[0], attempt) != await make(producer, two[0], attempt)


async def test_a_key_belongs_to_its_caller_and_district(producer: Service, two: tuple[UUID, UUID]) -> None:
    made = {
        await make(producer, district, Attempt(caller, "key", "hash")) for district in two for caller in ("ada", "bob")
    }
    assert len(made) == 4


async def test_another_request_with_the_same_key_is_refused(producer: Service, two: tuple[UUID, UUID]) -> None:
    first = await make(producer, two[0], Attempt("ada", "key", "one"))
    with pytest.raises(IdempotencyKeyReused):
        await make(producer, two[0], Attempt("ada", "key", "two"))
    assert await producer.rows(two[0], THINGS) == [(str(first),)]


async def test_of_several_at_once_one_makes_and_the_others_wait_for_it(
    producer: Service, two: tuple[UUID, UUID]
) -> None:
    attempt = Attempt("ada", "key", "hash")
    made = await asyncio.gather(*(make(producer, two[0], attempt) for _ in range(5)))
    assert len(set(made)) == 1
    assert await producer.rows(two[0], THINGS) == [(str(made[0]),)]


async def test_a_command_that_was_refused_may_be_sent_again(producer: Service, two: tuple[UUID, UUID]) -> None:
    attempt = Attempt("ada", "key", "hash")
    with pytest.raises(Conflict):
        await make(producer, two[0], attempt, fail=True)
    made = await make(producer, two[0], attempt)
    assert await producer.rows(two[0], THINGS) == [(str(made),)]


@pytest.fixture
def shop(producer: Service, two: tuple[UUID, UUID]) -> FastAPI:
    """An application with one door that makes things."""
    app = FastAPI()
    install(app)
    app.state.database = producer.database
    app.dependency_overrides[_caller] = lambda: VerifiedCaller(two[0], client_id="a shop")

    @app.post("/things", status_code=201)
    async def post_thing(body: dict[str, str], session: Session, attempt: Repeatable) -> UUID:
        async def new() -> UUID:
            thing = uuid4()
            await session.execute(text(KEEP), {"id": str(thing)})
            return thing

        return await attempt.once(session, new)

    return app


async def test_the_header_makes_a_door_repeatable(shop: FastAPI, producer: Service, two: tuple[UUID, UUID]) -> None:
    async with client_of(shop) as client:

        async def post(key: str | None, body: dict[str, str], path: str = "/things") -> httpx.Response:
            return await client.post(path, json=body, headers={"Idempotency-Key": key} if key else {})

        first = await post("k", {"a": "b"})
        assert (first.status_code, (await post("k", {"a": "b"})).json()) == (201, first.json())
        reused = await post("k", {"a": "c"})
        assert (reused.status_code, reused.json()["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
        assert (await post("k", {"a": "b"}, "/things?x=1")).status_code == 422
        assert (await post("", {"a": "b"})).json() != first.json()
        for key in ("k" * 256, "two words", "\t"):
            assert (await post(key, {})).status_code == 422
    assert len(await producer.rows(two[0], THINGS)) == 2
