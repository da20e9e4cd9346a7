"""Operations that are none, at the gateway: each is a GraphQL error with a stable code, never a failure."""

import json
from collections.abc import AsyncIterator
from typing import Any, Final

import httpx
import pytest

from tests.access.ledger import Ledger
from tests.access.world import World
from tests.robustness.test_bodies import NOT_A_BODY

Json = Any
CODES: Final = {"BAD_INPUT", "LIMIT_EXCEEDED", "UNAUTHENTICATED", "FORBIDDEN", "NOT_FOUND", "GRAPHQL_VALIDATION_FAILED"}
MEBIBYTE = 1024 * 1024


def faults(answer: httpx.Response) -> list[str]:
    said = f"{answer.status_code} {answer.text[:300]}"
    if answer.status_code >= 500:
        return [said]
    body = answer.json()
    if "code" in body and answer.status_code == 413:
        return []
    codes = [error.get("extensions", {}).get("code") for error in body.get("errors", ())]
    return [said] if None in codes or {"INTERNAL", "UPSTREAM_UNAVAILABLE"} & set(codes) else []


@pytest.fixture
def as_teacher(world: World) -> dict[str, str]:
    return world.here.district.as_person(world.here.ids["teacher"]) | {"Content-Type": "application/json"}


async def test_what_is_no_body_is_a_graphql_error(graph: httpx.AsyncClient, as_teacher: dict[str, str]) -> None:
    wrong = []
    for what, body in NOT_A_BODY.items():
        answer = await graph.post("/graphql", content=body, headers=as_teacher)
        wrong += [f"{what}: {said}" for said in faults(answer)]
        is_refused = answer.status_code == 413 or "errors" in answer.json()
        wrong += [] if is_refused else [f"{what}: no error"]
    assert wrong == []


_SEEN = "{ me { id } }"
_BODIES: Final[tuple[Json, ...]] = (
    {}, {"query": None}, {"query": 7}, {"query": ""}, {"query": "\x00"}, {"query": "\ud800"}, {"query": "{"}, {"query": "{ nothing }"},
    {"query": _SEEN, "variables": 7}, {"query": _SEEN, "variables": []}, {"query": _SEEN, "operationName": 7},
    {"query": _SEEN, "operationName": "nothing"}, [{"query": _SEEN}], {"query": "mutation { nothing }"},
    {"query": "{ me " * 200 + "{ id }" + " }" * 200}, {"query": "{" + " ".join(f"a{n}: me {{ id }}" for n in range(500)) + "}"},
    {"query": "{" * 5000}, {"query": "{ me(" * 2000}, {"query": "#" * 900_000}, {"query": "{ me { id " + "id " * 100_000 + "} }"},
    {"query": "query { ...a } fragment a on Query { ...a }"}, {"query": "query { ...a } fragment a on Query { ...b } fragment b on Query { ...a }"},
    {"query": "{ me { id } }" + " fragment x on Me { id }" * 200}, {"query": "{ me @include(if: 7) { id } }"},
    {"query": "{ me " + "@skip(if: false) " * 500 + "{ id } }"}, {"query": '{ searchResources(text: "%s") { totalCount } }' % ("a" * 500_000)},
    {"query": "subscription { learnerChanged(learnerId: 7) { cursor } }"}, {"query": "{ __schema { types { fields { type { fields { name } } } } } }"},
    {"query": "{ __typename @deprecated }"}, {"query": "query a { me { id } } query b { me { id } }"}, {"query": '"""'},
)  # fmt: skip


@pytest.mark.parametrize("number", range(len(_BODIES)))
async def test_an_operation_that_is_none_is_a_graphql_error(
    graph: httpx.AsyncClient, as_teacher: dict[str, str], number: int
) -> None:
    content = json.dumps(_BODIES[number]).encode()
    assert faults(await graph.post("/graphql", content=content, headers=as_teacher)) == []


_IDS: Final[tuple[Json, ...]] = (
    None, 7, -1, 10**40, 1.5, True, "", "x", "\x00", "\ud800", "x" * 100_000, "../x", "%00", [], {}, [[]], {"id": "x"},
)  # fmt: skip
_QUERIES: Final = (
    "query ($id: ID!) { learner(id: $id) { id } }",
    "query ($id: ID!) { class(id: $id) { id } }",
    "query ($id: ID!) { school(id: $id) { id cohort { id } } }",
    "query ($id: ID!) { competencyFramework(id: $id) { id } }",
    "query ($id: ID!) { competency(id: $id) { id resources { edges { cursor } } } }",
    "query ($id: ID!) { program(id: $id) { id } }",
    "query ($id: String) { searchResources(text: $id) { totalCount } }",
    "query ($id: String) { searchResources(after: $id) { totalCount } }",
    "query ($id: [ID!]) { searchResources(filter: {competencyIds: $id}) { totalCount } }",
    "query ($id: [String!]) { searchResources(filter: {kinds: $id}) { totalCount } }",
    "query ($id: Int!) { searchResources(first: $id) { totalCount } }",
    "query ($id: String) { me { visibleLearners(after: $id) { edges { cursor } } } }",
    "query ($id: Int!) { me { visibleLearners(first: $id) { edges { cursor } } } }",
    "query ($id: DateTime) { me { visibleLearners(first: 1) { edges { node { mastery(asOf: $id) { edges { cursor } } } } } } }",
    "query ($id: [ID!]) { me { visibleLearners(first: 1) { edges { node { mastery(competencyIds: $id) { edges { cursor } } } } } } }",
    "query ($id: String) { me { visibleLearners(first: 1) { edges { node { evidence(after: $id) { edges { cursor } } } } } } }",
)


@pytest.mark.parametrize("text", _QUERIES)
async def test_a_variable_that_is_none_is_a_graphql_error_or_finds_nothing(
    graph: httpx.AsyncClient, as_teacher: dict[str, str], text: str
) -> None:
    wrong = []
    for value in (*_IDS, "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", 2**31, -(2**31), 2**63):
        content = json.dumps({"query": text, "variables": {"id": value}}).encode()
        answer = await graph.post("/graphql", content=content, headers=as_teacher)
        wrong += [f"{value!r:.40}: {said}" for said in faults(answer)]
    assert wrong == []


async def test_a_mutation_with_a_bad_value_changes_nothing(
    graph: httpx.AsyncClient, world: World, ledger: Ledger, as_teacher: dict[str, str]
) -> None:
    text = """mutation ($input: RecordEvidenceInput!, $key: String!) {
      recordEvidence(input: $input, idempotencyKey: $key) { __typename ... on Refusal { code } } }"""
    good = {"learnerId": str(world.here.ids["learner"]), "competencyId": str(world.here.ids["A.1"]), "score": 0.5}
    before = await ledger.figure("learner_profile", world.here.district.id)
    wrong = []
    bad: list[tuple[Json, Json]] = [
        ({**good, name: value}, "key")
        for name in good
        for value in _IDS
        if value != 1 and (name, value) != ("score", True)
    ]
    bad += [({**good, "occurredAt": at}, "key") for at in ("x", "0001-01-01T00:00:00+23:59", "2026-02-30T00:00:00Z", 7)]
    bad += [
        ({**good, name: text_}, "key")
        for name in ("title", "kind", "sourceEventId")
        for text_ in ("\x00", "\ud800", "x" * 9000, 7)
    ]
    bad += [(good, key) for key in ("\x00", "\ud800", "ключ", " ", "x" * 300, "a\r\nb: c", 7, None)]
    for given, key in bad:
        content = json.dumps({"query": text, "variables": {"input": given, "key": key}}).encode()
        answer = await graph.post("/graphql", content=content, headers=as_teacher)
        wrong += [f"{given} {key!r}: {said}" for said in faults(answer)]
        result = (answer.json().get("data") or {}).get("recordEvidence") or {}
        wrong += [f"{given} {key!r}: taken"] if result.get("__typename") == "RecordEvidencePayload" else []
    assert wrong == []
    assert await ledger.figure("learner_profile", world.here.district.id) == before


@pytest.mark.parametrize("is_declared", [True, False], ids=["declared", "streamed"])
async def test_an_operation_of_a_hundred_megabytes_is_refused_before_it_is_read(
    graph: httpx.AsyncClient, as_teacher: dict[str, str], *, is_declared: bool
) -> None:
    read = [0]

    async def letters() -> AsyncIterator[bytes]:
        for _ in range(400):
            read[0] += MEBIBYTE // 4
            yield b" " * (MEBIBYTE // 4)

    headers = as_teacher | ({"Content-Length": str(100 * MEBIBYTE)} if is_declared else {})
    answer = await graph.post("/graphql", content=letters(), headers=headers)
    assert answer.status_code == 413
    assert read[0] <= (0 if is_declared else 3 * MEBIBYTE)
