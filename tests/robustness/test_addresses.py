"""Ids that are none, queries that are none and headers that are none, at every door that takes them."""

import re
from typing import Final
from urllib.parse import quote

import pytest

from tests.access.ledger import Ledger
from tests.access.operations import OPERATIONS, Operation
from tests.access.requests import Call, call
from tests.access.world import World
from tests.robustness.answers import faults
from tests.robustness.test_bodies import headers_for, made

NO_IDS: Final = (
    "nobody",
    "00000000-0000-0000-0000-000000000000",
    "%00",
    "a%00b",
    "%ED%A0%80",
    "%FF%FE",
    "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "a%2Fb",
    "%25252F",
    "x" * 8_000,
    quote("Ωç√∫µ 👩‍👩‍👧"),
    quote("'; drop table person; --"),
    "%F0%9F%92%A9" * 200,
    "-1",
    "1e309",
    "null",
    "{}",
    "*",
)
ADDRESSED = sorted(
    (one for one in OPERATIONS if "{" in one.path and one.group != "v1p1"), key=lambda one: one.method != "GET"
)
"""Reads first: a writer under a name of its own makes what a read would then find."""


@pytest.mark.parametrize("operation", ADDRESSED, ids=str)
async def test_an_id_that_is_none_is_refused_or_not_there(
    world: World, as_system: dict[str, str], as_steward: dict[str, str], operation: Operation
) -> None:
    """A writer under a name of its own may take it; nothing fails, and the other district never changes."""
    request = call(operation, world.here, "the fuzzer") if operation.group != "graph" else Call()
    headers = as_steward if operation.path.startswith("/v1/clients") else as_system
    wrong: list[str] = []
    for id_ in NO_IDS:
        path = id_.join(re.split(r"\{\w+\}", operation.path))
        answer = await world.doors[operation.service].request(
            operation.method, path, headers={**headers, **request.headers}, **request.sent
        )
        wrong += [f"{id_[:40]}: {said}" for said in faults(answer)]
        if operation.method == "GET" and answer.status_code < 400 and operation.group != "graph":
            is_list = "{" not in operation.path.rsplit("/", 1)[-1]
            wrong += [] if is_list and answer.json() in ([], {}) else [f"{id_[:40]}: {answer.text[:100]}"]
    assert wrong == []


QUERIES: Final = (
    "limit=0", "limit=-1", "limit=x", "limit=1&limit=2", "limit=1e3", "limit=99999999999999999999", "limit=", "limit=%00",
    "offset=-1", "offset=99999999999999999999", "offset=9223372036854775807", "offset=x",
    "sort=%00", "sort=nothing", "sort=" + "a" * 5000, "orderBy=sideways", "orderBy=asc&orderBy=desc",
    "fields=nothing", "fields=", "fields=,,,", "fields=%ED%A0%80", "fields=" + ",".join(["sourcedId"] * 3000),
    "filter=", "filter=x", "filter=status", "filter=status%3D", "filter=status%3D'active", "filter=status%3D'%00'",
    "filter=status='a'%20AND%20status='b'%20AND%20status='c'", "filter=status%3D'%ED%A0%80'", "filter=" + "(" * 5000,
    "filter=dateLastModified%3E'yesterday'", "filter=dateLastModified%3E'0001-01-01T00:00:00%2B23:59'",
    "filter=dateLastModified%3E'9999-12-31T23:59:59-23:59'", "filter=sourcedId~'" + "%25" * 2000 + "'",
    "filter=metadata.x%3D'1'", "filter=metadata%3D'1'", "filter=roles%3D'teacher'", "filter=grades~'05'",
    "first=0", "first=-1", "first=x", "first=99999999999999999999", "after=x", "after=%00", "after=" + "A" * 5000,
    "after=W10%3D", "after=bnVsbA%3D%3D", "source=%00", "source=..", "source=" + "a" * 300, "dry_run=perhaps", "%00=%00", "&&&=&=",
    "a" * 60_000,
)  # fmt: skip
LISTS = [
    one for one in OPERATIONS if one.method == "GET" and not one.path.startswith("/.well-known") and one.group != "v1p1"
]


@pytest.mark.parametrize("operation", LISTS, ids=str)
async def test_a_query_that_is_none_is_refused_or_means_nothing(
    world: World, as_system: dict[str, str], as_steward: dict[str, str], operation: Operation
) -> None:
    if operation.group == "graph":
        request = Call({"learner_id": "00000000-0000-7000-8000-0000000000ff"})
    else:
        request = call(operation, world.here)
    headers = as_steward if operation.path.startswith("/v1/clients") else as_system
    path, wrong = request.path(operation).partition("?")[0], []
    for query in QUERIES:
        answer = await world.doors[operation.service].get(f"{path}?{query}", headers=headers)
        wrong += [f"{query[:60]}: {said}" for said in faults(answer)]
        strict = "/ims/oneroster/" in path and query in {
            "limit=0",
            "limit=-1",
            "limit=x",
            "limit=1&limit=2",
            "offset=-1",
        }
        is_list = "{" not in operation.path.rsplit("/", 1)[-1]
        wrong += [f"{query}: {answer.status_code}"] if strict and is_list and answer.status_code != 400 else []
    assert wrong == []


NO_HEADERS: Final[tuple[tuple[str, bytes], ...]] = (
    ("Content-Type", b"text/plain"),
    ("Content-Type", b"application/xml"),
    ("Content-Type", b"multipart/form-data"),
    ("Content-Type", b"multipart/form-data; boundary="),
    ("Content-Type", b"application/json; charset=utf-16"),
    ("Content-Type", b"\xff\xfe"),
    ("Content-Type", b"application/json" * 500),
    ("Content-Encoding", b"gzip"),
    ("Content-Length", b"-1"),
    ("Content-Length", b"many"),
    ("Content-Length", b"9" * 5000),
    ("Accept", b"image/png"),
    ("Accept", b"\xff"),
    ("Accept-Language", b"*;q=x"),
    ("Idempotency-Key", b""),
    ("Idempotency-Key", b"\xff\x00"[:1]),
    ("Idempotency-Key", b"k" * 300),
    ("If-Match", b'"x"'),
    ("If-None-Match", b"*"),
    ("Range", b"bytes=0-0,-1"),
    ("traceparent", b"00-zz-zz-zz"),
    ("traceparent", b"\xff" * 100),
    ("X-Request-Id", b"a" * 5000),
    ("X-Request-Id", b"\xff\x7f"),
    ("Host", b"evil.example"),
    ("X-Forwarded-For", b"'; --"),
    ("Cookie", b"\xff=\xff"),
    ("Authorization", b"Basic eDp5"),
)
ADDRESSEES = [
    one for one in OPERATIONS if one.group in {"own", "graph"} or one.path.endswith(("/orgs", "/orgs/{sourcedId}"))
]


@pytest.mark.parametrize("operation", ADDRESSEES, ids=str)
async def test_a_header_that_is_none_makes_nothing_fail(
    world: World, as_system: dict[str, str], as_steward: dict[str, str], operation: Operation
) -> None:
    if operation.path == "/graph/learners/{learner_id}/changes":
        request = Call({"learner_id": "00000000-0000-7000-8000-0000000000ff"})
    elif operation.path in {"/oauth2/token", "/v1/evidence"}:
        request = Call(sent={"json": {}})
    else:
        request = made(operation, world)
    usual = as_steward if operation.path.startswith("/v1/clients") else headers_for(operation, as_system, as_steward)
    wrong: list[str] = []
    for name, value in NO_HEADERS:
        headers = {key.encode(): text.encode() for key, text in {**usual, **request.headers}.items() if key != name}
        answer = await world.doors[operation.service].request(
            operation.method, request.path(operation), headers={**headers, name.encode(): value}, **request.sent
        )
        wrong += [f"{name} {value[:30]!r}: {said}" for said in faults(answer)]
        assert "evil.example" not in answer.text
    assert wrong == []


async def test_doors_that_are_none_answer_as_all_do(world: World, as_system: dict[str, str]) -> None:
    for client in world.doors.values():
        for path in (
            "/",
            "/nothing",
            "//",
            "/graph",
            "/graph/nothing",
            "/v1",
            "/ims",
            "/ims/oneroster",
            "/%00",
            "/%ED%A0%80",
        ):
            for method in ("GET", "POST", "PATCH", "TRACE", "PROPFIND"):
                answer = await client.request(method, path, headers=as_system)
                assert faults(answer) == []
                assert answer.status_code in {404, 405}


async def test_the_door_for_events_is_shut_to_all_but_the_services(
    world: World, ledger: Ledger, as_system: dict[str, str]
) -> None:
    before = {name: await ledger.figure(name, world.here.district.id) for name in ("cohort", "marketplace")}
    signed = {"webhook-id": "x", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA"}
    for name in ("cohort", "marketplace"):
        for headers in (
            {},
            as_system,
            signed,
            {**signed, "webhook-timestamp": "never"},
            {**signed, "webhook-timestamp": "9" * 400},
        ):
            for body in (b"", b"[]", b"null", b"[" * 10_000, b"\xff"):
                answer = await world.doors[name].post("/events", content=body, headers=headers)
                assert answer.status_code == 401
                assert faults(answer) == []
    assert {name: await ledger.figure(name, world.here.district.id) for name in before} == before


async def test_a_token_of_nobody_opens_nothing_whatever_it_is_made_of(world: World) -> None:
    """At one door of each service; each refusal names the scheme, as RFC 6750 has it."""
    mint, good = world.here.district.mint, world.here.district.client_token("x").split(".")
    claims = {
        "sub": "sis",
        "client_id": "sis",
        "source": "sis",
        "district_id": str(world.here.district.id),
        "scope": "",
    }
    tokens = [
        "", " ", "a b c", "x" * 20_000, "..", "a.b.c", "e30.e30.", f"{good[0]}.{good[1]}.", f"{good[0]}.{good[1]}.AAAA",
        f"W10.{good[1]}.{good[2]}", f"bnVsbA.{good[1]}.{good[2]}", f"{good[0]}.bnVsbA.{good[2]}", f"{'e' * 5000}.e30.x",
        "eyJhbGciOiJub25lIn0.e30.", "\x7f", mint.token(**{**claims, "district_id": "fulton"}),
        mint.token(**{**claims, "district_id": 7}), mint.token(**{**claims, "district_id": None}),
        mint.token(**{**claims, "exp": "tomorrow"}), mint.token(**{**claims, "exp": 10**30}), mint.token(**{**claims, "exp": -1}),
        mint.token(**{**claims, "aud": ["x"]}), mint.token(**{**claims, "source": None}), mint.token(**{**claims, "sub": None, "source": None}),
        mint.token(**{**claims, "source": None, "sub": "not-a-uuid"}), mint.token(**{**claims, "iat": "x", "exp": None}),
    ]  # fmt: skip
    doors = (("learner_profile", "/graph/learners"), ("cohort", "/graph/programs"), ("marketplace", "/graph/resources"))
    for service, path in doors:
        for token in tokens:
            answer = await world.doors[service].post(
                path, json={"ids": []}, headers={"Authorization": f"Bearer {token}"}
            )
            assert (answer.status_code, faults(answer)) == (401, []), token[:60]
            assert "Bearer" in answer.headers["www-authenticate"]
