"""Bodies that are none, at every door that takes one: refused, and nothing is changed."""

import copy
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any, Final

import httpx
import pytest

from kit.graph import MOST_SECTIONS
from tests.access.ledger import Ledger
from tests.access.operations import OPERATIONS, Operation
from tests.access.requests import Call, call
from tests.access.world import World
from tests.robustness.answers import faults

Json = Any
NOT_A_BODY: Final = {
    "nothing": b"",
    "null": b"null",
    "a number": b"7",
    "a text": b'"text"',
    "a truth": b"true",
    "a list of null": b"[null]",
    "a list in lists": b"[" * 100_000,
    "an object in objects": b'{"a":' * 100_000,
    "closed deep nesting": b"[" * 20_000 + b"]" * 20_000,
    "invalid UTF-8": b'{"name": "\xff\xfe\xfa"}',
    "a lone surrogate in UTF-8": b'{"name": "\xed\xa0\x80"}',
    "UTF-16": '{"name": "x"}'.encode("utf-16"),
    "a NUL": b"\x00",
    "a NUL in a name": b'{"na\x00me": 1}',
    "cut off": b'{"name": ',
    "not a number": b'{"name": NaN}',
    "a trailing comma": b'{"name": 1,}',
    "a huge number": b'{"name": 1' + b"0" * 5000 + b"}",
    "two bodies": b"{}{}",
    "a form": b"name=x&name=y",
    "a page": b"<html></html>",
}
WRITERS = [
    one
    for one in OPERATIONS
    if one.method in {"POST", "PUT"} and one.group != "v1p1" and one.path not in {"/oauth2/token", "/v1/evidence"}
]
"""One version of the OneRoster doors stands for both: they share their reading. Evidence has tests of its own."""

_FOR_PEOPLE = ("/graph/me", "/v1/goals", "/v1/step-decisions", "/v1/blocks", "/v1/plans")
_BODILESS = ("/v1/roster/runs", "/v1/clients")
_POSTED = ("/orgs", "/users", "/students", "/results")
TAKES_JSON = [
    one
    for one in WRITERS
    if not one.path.startswith(_BODILESS) and (one.group != "v1p2" or one.method == "PUT" or one.path.endswith(_POSTED))
]


def made(operation: Operation, world: World) -> Call:
    if operation.group == "graph":
        body: Json = {"ids": []} if not operation.path.endswith(("/me", "/district", "/search-resources")) else {}
        return Call(sent={"json": body})
    return call(operation, world.here, "the fuzzer")


def headers_for(operation: Operation, as_system: dict[str, str], as_steward: dict[str, str]) -> dict[str, str]:
    return as_steward if operation.path.startswith(_FOR_PEOPLE) else as_system


@pytest.mark.parametrize("operation", TAKES_JSON, ids=str)
async def test_what_is_no_body_is_refused_and_changes_nothing(
    world: World, ledger: Ledger, as_system: dict[str, str], as_steward: dict[str, str], operation: Operation
) -> None:
    request, client = made(operation, world), world.doors[operation.service]
    headers = headers_for(operation, as_system, as_steward) | {"Content-Type": "application/json"}
    before = await ledger.figure(operation.service, world.here.district.id)
    wrong: list[str] = []
    for what, body in NOT_A_BODY.items():
        answer = await client.request(operation.method, request.path(operation), content=body, headers=headers)
        wrong += [f"{what}: {said}" for said in faults(answer)]
        wrong += [f"{what}: {answer.status_code}"] if answer.status_code < 400 else []
    assert wrong == []
    assert await ledger.figure(operation.service, world.here.district.id) == before


POISONS: Final[tuple[Json, ...]] = (
    None, 7, -1, 1.5e308, 10**30, True, [], {}, [None], "", "\x00", "a\x00b", "\ud800", "\udfff\ud800", "\u202e", "x" * 70_000,
    "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "0000-00-00", "2026-02-30", "9999-12-31T23:59:59.999999999Z", "'; drop table person; --", {"$ref": "#"}, [[[[[]]]]],
)  # fmt: skip


@pytest.mark.parametrize("operation", TAKES_JSON, ids=str)
async def test_a_body_with_one_bad_value_is_taken_or_refused_whole(
    world: World, ledger: Ledger, as_system: dict[str, str], as_steward: dict[str, str], operation: Operation
) -> None:
    """Each member in turn holds what it should not; a refusal changes nothing."""
    request, client = made(operation, world), world.doors[operation.service]
    headers = headers_for(operation, as_system, as_steward) | {"Content-Type": "application/json"}
    wrong: list[str] = []
    figure = await ledger.figure(operation.service, world.here.district.id)
    for where, body in _poisoned(request.sent["json"]):
        content = json.dumps(body).encode()
        answer = await client.request(operation.method, request.path(operation), content=content, headers=headers)
        wrong += [f"{where}: {said}" for said in faults(answer)]
        now = await ledger.figure(operation.service, world.here.district.id)
        if answer.status_code >= 400 and now != figure:
            wrong.append(f"{where}: {answer.status_code}, and something changed")
        figure = now
    assert wrong == []


def _poisoned(body: Json) -> Iterator[tuple[str, Json]]:
    """The body with each of its values replaced, the poisons dealt in turn, and with members that nobody knows."""
    places = list(_places(body))
    poison = 0
    for place in places:
        for _ in range(max(2, 12 // len(places))):
            changed = copy.deepcopy(body)
            _put(changed, place, POISONS[poison % len(POISONS)])
            yield f"{'/'.join(map(str, place))} = {POISONS[poison % len(POISONS)]!r:.40}", changed
            poison += 1
    for name in ("unknown", "\x00", "\ud800", "__proto__", "x" * 10_000):
        yield f"{name:.20} beside the others", {**body, name: 1}


def _places(body: Json, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    members = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for key, value in members:
        yield (*above, key)
        yield from _places(value, (*above, key))


def _put(body: Json, place: tuple[Any, ...], value: Json) -> None:
    for key in place[:-1]:
        body = body[key]
    body[place[-1]] = value


MEBIBYTE = 1024 * 1024
MOST: Final = {
    "/v1/roster/runs": 256 * MEBIBYTE,
    "/v1/frameworks": 32 * MEBIBYTE,
    "/v1/frameworks/{identifier}": MEBIBYTE * 32,
}
A_LOT = 100 * MEBIBYTE


@pytest.mark.parametrize("operation", WRITERS, ids=str)
@pytest.mark.parametrize("is_declared", [True, False], ids=["declared", "streamed"])
async def test_a_body_of_a_hundred_megabytes_is_refused_before_it_is_read(
    world: World, ledger: Ledger, as_system: dict[str, str], as_steward: dict[str, str], operation: Operation, *, is_declared: bool
) -> None:  # fmt: skip
    """When its length is declared nothing of it is read; else no more than the door takes."""
    most = MOST.get(operation.path, MEBIBYTE)
    size = A_LOT if most < A_LOT else 3 * A_LOT
    request, read = made(operation, world), [0]
    headers = (
        headers_for(operation, as_system, as_steward) | {"Content-Type": "application/json"} | dict(request.headers)
    )
    if is_declared:
        headers["Content-Length"] = str(size)
    before = await ledger.figure(operation.service, world.here.district.id)
    answer = await world.doors[operation.service].request(
        operation.method, request.path(operation), content=_zeros(size, read), headers=headers
    )
    assert answer.status_code == 413 or (operation.path.startswith(_BODILESS) and 400 <= answer.status_code < 500)
    assert faults(answer) == []
    assert read[0] <= (0 if is_declared else most + 2 * MEBIBYTE)
    assert await ledger.figure(operation.service, world.here.district.id) == before


async def _zeros(size: int, read: list[int]) -> AsyncIterator[bytes]:
    block = bytes(256 * 1024)
    for _ in range(size // len(block)):
        read[0] += len(block)
        yield block


async def test_a_member_that_comes_twice_is_one_member_or_a_refusal(world: World, as_system: dict[str, str]) -> None:
    """The last one counts, or none: never some mixture."""
    client, headers = world.doors["learner_profile"], as_system | {"Content-Type": "application/json"}
    path = "/ims/oneroster/rostering/v1p2/orgs/twice"
    body = b'{"org": {"name": "first", "type": "school"}, "org": {"name": "second", "type": "school", "name": "third"}}'
    answer = await client.put(path, content=body, headers=headers)
    assert faults(answer) == []
    assert answer.status_code >= 400 or answer.json()["org"]["name"] == "third"


async def test_evidence_of_an_impossible_time_is_refused(
    world: World, ledger: Ledger, as_system: dict[str, str]
) -> None:
    said = {"learnerSourcedId": "learner", "competencyId": str(world.here.ids["A.1"]), "score": "0.5"}
    before = await ledger.figure("learner_profile", world.here.district.id)
    for at in ("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-02-30T00:00:00Z", "now", 1e300, 10**30):
        answer = await world.doors["learner_profile"].post(
            "/v1/evidence", json={**said, "occurredAt": at}, headers=as_system
        )
        assert faults(answer) == [], at
        assert answer.status_code == 422
    assert await ledger.figure("learner_profile", world.here.district.id) == before


async def test_a_graph_read_of_too_much_is_refused(world: World, as_system: dict[str, str]) -> None:
    one = str(world.here.ids["learner"])
    section = {"key": "m", "name": "mastery", "args": {}}
    bodies: list[Json] = [
        {"ids": [one] * 1001},
        {"ids": [one], "sections": [section] * (MOST_SECTIONS + 1)},
        {"ids": [one], "sections": [{**section, "key": "x" * 101}]},
        {"ids": [one], "sections": [{**section, "key": "'; --"}]},
        {"ids": [one], "sections": [{**section, "name": "nothing"}]},
        {"ids": [one], "sections": [{**section, "args": {"first": -1}}]},
        {"ids": [one], "sections": [{**section, "args": {"first": 10**9}}]},
        {"ids": [one], "sections": [{**section, "args": {"after": "\x00"}}]},
        {"ids": [one], "sections": [{**section, "args": {"asOf": "yesterday"}}]},
        {"ids": [one], "sections": [{**section, "args": {"asOf": "0001-01-01T00:00:00+23:59"}}]},
        {"ids": [one], "sections": [{**section, "args": {"asOf": "9999-12-31T23:59:59-23:59"}}]},
        {"ids": [one], "sections": [{**section, "args": {"unknown": 1}}]},
        {"ids": ["learner"]},
        {"ids": one},
    ]
    for body in bodies:
        answer: httpx.Response = await world.doors["learner_profile"].post(
            "/graph/learners", json=body, headers=as_system
        )
        assert faults(answer) == [], body
        assert answer.status_code == 422
