"""GraphQL over HTTP: what is accepted, what is refused and how the refusal looks; nothing is ever a 500."""

import time
from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI
from starlette.responses import Response

from gateway.app import create_app
from gateway.settings import Settings
from tests.gateway.conftest import Ask
from tests.gateway.protocol import LEARNERS, World, uid
from tests.worlds import ORIGIN, Mint, bearer

QUERY = b'{"query": "{ me { id } }"}'
JSON = {"Content-Type": "application/json"}
GRAPHQL = "application/graphql-response+json"


def code_of(response: httpx.Response) -> str:
    code: str = response.json()["errors"][0]["extensions"]["code"]
    return code


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"7",
        b'"text"',
        b"[]",
        b'[{"query": "{ me { id } }"}]',
        b"{}",
        b'{"query": null}',
        b'{"query": 7}',
        b'{"query": ""}',
        b'{"query": "{ me { id } }", "variables": []}',
        b'{"query": "{ me { id } }", "variables": "x"}',
        b'{"query": "{ me { id } }", "operationName": {}}',
        b'{"query": "{ me { id } }"',
        b'\xff\xfe{"query": "{ me { id } }"}',
        b'{"query": "{ me { id } } \\u0000"}',
        b'{"query": "{ me { id } }", "variables": {"a": "\\ud800"}}',
        b"[" * 5000,
        b'{"query": ' + b'{"a":' * 2000 + b"1" + b"}" * 2000 + b"}",
        b'{"query": "{ me { id } }", "operationName": "Other"}',
        b'{"query": "query A { me { id } } query B { me { id } }"}',
        b'{"query": "{ me { nothing } }"}',
        b'{"query": "{ me { id }"}',
        b'{"query": "query ($n: Int!) { me { visibleLearners(first: $n) { totalCount } } }"}',
        b'{"query": "query ($n: Int!) { me { visibleLearners(first: $n) { totalCount } } }", "variables": {"n": "x"}}',
        b'{"query": "query ($n: Int!) { me { visibleLearners(first: $n) { totalCount } } }", "variables": {"n": 1e99}}',
        b'{"query": "query ($n: Int!) { me { visibleLearners(first: $n) { totalCount } } }", "variables": {"n": -1}}',
    ],
)
async def test_bad_input_is_said_and_is_no_500(small: httpx.AsyncClient, world: World, body: bytes) -> None:
    response = await small.post("/graphql", content=body, headers={**JSON, "Accept": GRAPHQL})
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/graphql-response+json"
    assert code_of(response) in ("BAD_INPUT", "LIMIT_EXCEEDED")
    assert world.calls == []


async def test_of_a_member_given_twice_the_last_one_counts(small: httpx.AsyncClient) -> None:
    response = await small.post("/graphql", content=b'{"query": "{", "query": "{ me { id } }"}', headers=JSON)
    assert response.json() == {"data": {"me": {"id": LEARNERS[0]}}}


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "multipart/form-data", "application/x-www-form-urlencoded", "", "application/json; charset=utf-16"],
)
async def test_a_form_of_a_foreign_page_is_refused(small: httpx.AsyncClient, kind: str) -> None:
    response = await small.post("/graphql", content=QUERY, headers={"Content-Type": kind})
    assert response.status_code == 415


async def test_a_body_beyond_the_limit_is_refused_before_it_is_read(small: httpx.AsyncClient) -> None:
    sent = 0

    async def endless() -> Any:  # noqa: ANN401 - an asynchronous generator
        nonlocal sent
        for _ in range(1600):
            sent += 65536
            yield b" " * 65536

    response = await small.post("/graphql", content=endless(), headers=JSON)
    assert response.status_code == 413
    declared = await small.post("/graphql", content=QUERY, headers={**JSON, "Content-Length": "100000000"})
    assert declared.status_code == 413


@pytest.mark.parametrize(
    ("accept", "kind", "status"),
    [
        ("application/graphql-response+json", "application/graphql-response+json", 400),
        ("application/json", "application/json", 200),
        ("*/*", "application/json", 200),
        ("application/json;q=0.9, application/graphql-response+json", "application/graphql-response+json", 400),
        ("text/csv", "application/json", 406),
    ],
)
async def test_the_answer_has_the_type_that_was_asked_for(
    small: httpx.AsyncClient, accept: str, kind: str, status: int
) -> None:
    response = await small.post("/graphql", content=b'{"query": "{ nothing }"}', headers={**JSON, "Accept": accept})
    assert (response.status_code, response.headers["content-type"]) == (status, kind)


async def test_a_client_of_plain_json_gets_400_for_what_is_no_request_at_all(small: httpx.AsyncClient) -> None:
    for body in (b"{", b"[]", b'{"query": 7}'):
        response = await small.post("/graphql", content=body, headers={**JSON, "Accept": "application/json"})
        assert response.status_code == 400


async def test_a_query_may_come_by_get_and_a_mutation_may_not(small: httpx.AsyncClient, world: World) -> None:
    query = {"query": "query ($n: Int!) { me { visibleLearners(first: $n) { totalCount } } }", "variables": '{"n": 1}'}
    assert (await small.get("/graphql", params=query)).json()["data"]["me"] == {"visibleLearners": {"totalCount": None}}
    world.calls.clear()
    write = f'mutation {{ placeSchool(programId: "{uid(6, 0)}", schoolId: "x", cohortId: "y") {{ __typename }} }}'
    refused = await small.get("/graphql", params={"query": write})
    assert (refused.status_code, world.calls) == (405, [])
    assert (await small.delete("/graphql")).status_code == 405
    assert (await small.get("/graphql", params={"query": "{ me { id } }", "variables": "{"})).status_code == 400


@pytest.mark.parametrize(
    "header", [None, "Bearer ", "Bearer x.y.z", "Basic abc", "Bearer " + "a" * 5000, "Bearer \u00e9"]
)
async def test_nobody_gets_data_without_a_valid_token(small_app: FastAPI, world: World, header: str | None) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=small_app), base_url=ORIGIN) as client:
        signed = {"Authorization": header} if header else {}
        response = await client.post(
            "/graphql", content=QUERY, headers=httpx.Headers({**JSON, **signed}, encoding="latin-1")
        )
    assert (response.status_code, code_of(response)) == (401, "UNAUTHENTICATED")
    assert "www-authenticate" in response.headers
    assert world.calls == []


async def test_expired_forged_and_foreign_tokens_are_refused(small_app: FastAPI, mint: Mint) -> None:
    claims = {"sub": LEARNERS[0], "district_id": uid(12, 0)}
    old = mint.token(**claims, exp=int(time.time()) - 60)
    foreign = mint.token(**claims, aud="https://elsewhere.test")
    whole = mint.token(**claims)
    forged = whole[:-4] + ("AAAA" if whole[-4:] != "AAAA" else "BBBB")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=small_app), base_url=ORIGIN) as client:
        for token in (old, foreign, forged):
            response = await client.post("/graphql", content=QUERY, headers={**JSON, **bearer(token)})
            assert response.status_code == 401


async def test_the_schema_is_public_and_nothing_else_is(small_app: FastAPI) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=small_app), base_url=ORIGIN) as client:
        about = await client.post("/graphql", json={"query": "{ __schema { queryType { name } } __typename }"})
        assert about.json() == {"data": {"__schema": {"queryType": {"name": "Query"}}, "__typename": "Query"}}
        mixed = await client.post("/graphql", json={"query": "{ __typename me { id } }"})
        assert mixed.status_code == 401


@pytest.mark.parametrize(("environment", "shown"), [("development", True), ("production", False)])
async def test_graphiql_is_there_in_development_only(mint: Mint, environment: str, *, shown: bool) -> None:
    app = create_app(Settings(environment=environment, origin=ORIGIN, jwks=mint.published()))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=ORIGIN) as client:
        page = await client.get("/graphql", headers={"Accept": "text/html"})
    assert page.headers["content-type"].startswith("text/html") is shown


async def test_the_callers_token_and_request_id_and_a_deadline_go_along(
    small: httpx.AsyncClient, world: World, token: str
) -> None:
    await small.post("/graphql", content=QUERY, headers={**JSON, "X-Request-Id": "mine-1"})
    told = world.headers[0]
    assert told["authorization"] == f"Bearer {token}"
    assert told["x-request-id"] == "mine-1"
    assert 9000 < int(told["x-deadline-ms"]) <= 10000


async def test_the_trace_of_the_caller_goes_on(small: httpx.AsyncClient, world: World) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    await small.post("/graphql", content=QUERY, headers={**JSON, "traceparent": f"00-{trace}-00f067aa0ba902b7-01"})
    assert trace in world.headers[0]["traceparent"]


async def test_a_bug_is_masked_and_named_by_an_id(small: httpx.AsyncClient, world: World) -> None:
    world.answers["learner_profile", "/graph/me"] = Response(b'{"id": "secret", "displayName": null}')
    response = await small.post("/graphql", json={"query": "{ me { displayName } }"})
    body = response.json()
    assert body["data"] == {"me": None}
    assert body["errors"][0]["extensions"]["code"] == "INTERNAL"
    assert body["errors"][0]["path"] == ["me", "displayName"]
    assert "null" not in body["errors"][0]["message"]


@pytest.mark.parametrize("answer", [b"", b"nothing", b"[]", b"7", b'{"id": 7}', b"\xff"])
async def test_an_answer_that_is_no_answer_is_a_masked_error(
    small: httpx.AsyncClient, world: World, answer: bytes
) -> None:
    world.answers["learner_profile", "/graph/me"] = Response(answer)
    response = await small.post("/graphql", json={"query": "{ me { displayName } }"})
    assert response.status_code == 200
    assert response.json()["data"] == {"me": None}


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "UNAUTHENTICATED"), (403, "FORBIDDEN"), (422, "BAD_INPUT"), (500, "UPSTREAM_UNAVAILABLE")],
)
async def test_what_a_service_refuses_keeps_its_code(ask: Ask, world: World, status: int, code: str) -> None:
    world.answers["learner_profile", "/graph/me"] = Response(b"{}", status)
    body = await ask("{ me { id } }")
    assert body["data"] == {"me": None}
    assert [(error["path"], error["extensions"]) for error in body["errors"]] == [
        (["me"], {"code": code, "service": "learner_profile"})
    ]


async def test_one_refused_argument_spoils_its_own_field_only(ask: Ask, world: World) -> None:
    def refuse(asked: Any) -> Response | None:  # noqa: ANN401 - JSON
        names = [section["name"] for section in asked.get("sections", ())]
        return Response(b"{}", 422) if "mastery" in names else None

    world.refuse = refuse
    body = await ask('{ me { learner { displayName mastery(after: "x") { totalCount } school { name } } } }')
    assert body["data"]["me"]["learner"] == {
        "displayName": "Learner 0",
        "mastery": None,
        "school": {"name": "School 0"},
    }
    assert [error["path"] for error in body["errors"]] == [["me", "learner", "mastery"]]
    assert body["errors"][0]["extensions"]["code"] == "BAD_INPUT"


async def test_a_get_answer_may_be_a_stream_of_one(small: httpx.AsyncClient) -> None:
    response = await small.post("/graphql", content=QUERY, headers={**JSON, "Accept": "text/event-stream"})
    body = orjson.dumps({"data": {"me": {"id": LEARNERS[0]}}}).decode()
    assert response.text == f"event: next\ndata: {body}\n\nevent: complete\ndata:\n\n"
