"""The matrix of the gateway: every root field, with everybody's own token, through to the services that decide."""

import json
import time
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from graphql import GraphQLObjectType, build_schema

from tests.access import oracle
from tests.access.callers import Crowd, Visitor
from tests.access.filling import CODES, shared
from tests.access.ledger import Ledger
from tests.access.operations import GRAPH_FIELDS
from tests.access.oracle import verdict
from tests.access.relations import CLASSES, PEOPLE
from tests.access.requests import UNKNOWN
from tests.access.world import Place, World
from tests.worlds import bearer

Json = Any
ASKED_LEARNERS = [*oracle.learners(), "teacher"]
REFUSED = {"FORBIDDEN", "INSUFFICIENT_SCOPE", "NOT_YOURS_TO_ASSESS"}


def test_every_root_field_of_the_graph_is_classified(gw_app: FastAPI) -> None:
    schema = build_schema(gw_app.state.engine.schema.as_str())
    roots = (schema.query_type, schema.mutation_type, schema.subscription_type)
    published = {f"{root.name}.{name}" for root in roots if isinstance(root, GraphQLObjectType) for name in root.fields}
    assert {"not classified": published - set(GRAPH_FIELDS), "vanished": set(GRAPH_FIELDS) - published} == {
        "not classified": set(),
        "vanished": set(),
    }


def _text(fields: list[str]) -> str:
    return "query { " + " ".join(fields) + " }"


def _learners(place: Place) -> str:
    inside = "{ id displayName evidence(first: 1) { edges { node { title } } } }"
    known = [f'{name}: learner(id: "{place.ids[name]}") {inside}' for name in ASKED_LEARNERS]
    return _text([*known, f'unknown: learner(id: "{UNKNOWN}") {inside}', f'nonsense: learner(id: "x") {inside}'])


def _places(place: Place) -> str:
    inside = "{ id learners(first: 100) { edges { node { id } } } }"
    classes = [f'{name}: class(id: "{place.ids[name]}") {inside}' for name in CLASSES]
    schools = [f'{name}: school(id: "{place.ids[name]}") {inside}' for name in ("s1", "s2")]
    return _text([*classes, *schools, f'unknown: class(id: "{UNKNOWN}") {inside}'])


def _open(place: Place) -> str:
    return _text([
        "district { name }",
        f'competencyFramework(id: "{place.ids["framework"]}") {{ title }}',
        f'competency(id: "{place.ids[CODES[0]]}") {{ statement }}',
        f'rubric(id: "{shared("rubric")}") {{ title criteria {{ levels {{ description }} }} }}',
        f'program(id: "{shared("program")}") {{ name cohorts {{ name }} }}',
        'searchResources(text: "resource") { totalCount edges { node { title } } }',
    ])  # fmt: skip


async def _asked(gw: httpx.AsyncClient, visitor: Visitor, text: str) -> tuple[int, Json, str]:
    answer = await gw.post("/graphql", json={"query": text}, headers=visitor.headers)
    return answer.status_code, answer.json(), answer.text


async def test_a_learner_class_or_school_is_null_to_whom_it_is_not_there(
    gw: httpx.AsyncClient, world: World, crowd: Crowd
) -> None:
    wrong = []
    for visitor in crowd.everybody:
        for place in world.places:
            is_home = visitor.home is place
            seen = {name for name in oracle.learners() if is_home and oracle.sees_learner(visitor.caller, name)}
            classes = {name for name in CLASSES if is_home and oracle.sees_class(visitor.caller, name)}
            places = {**dict.fromkeys(classes, None), **({"s1": None, "s2": None} if is_home else {})}
            wrong += _differences(visitor, await _asked(gw, visitor, _learners(place)), seen)
            wrong += _differences(visitor, await _asked(gw, visitor, _places(place)), set(places))
    assert wrong == []


def _differences(visitor: Visitor, answer: tuple[int, Json, str], expected: set[str]) -> list[str]:
    status, body, text = answer
    if not visitor.caller.is_valid:
        return [] if status == 401 and "data" not in body else [f"{visitor}: {status} {text[:200]}"]
    found = {name for name, one in body["data"].items() if one is not None}
    wrong = [] if found == expected else [f"{visitor}: differs in {sorted(found ^ expected)}"]
    return wrong + ([f"{visitor}: {body['errors']}"] if "errors" in body else [])


async def test_who_may_see_a_class_or_a_school_is_shown_its_learners_one_by_one(
    gw: httpx.AsyncClient, world: World, crowd: Crowd
) -> None:
    wrong = []
    for visitor in crowd.everybody:
        if not visitor.caller.is_valid:
            continue
        _, body, _ = await _asked(gw, visitor, _places(visitor.home))
        names = {str(id_): name for name, id_ in visitor.home.ids.items()}
        for name, one in body["data"].items():
            if one is None:
                continue
            shown = {names.get(edge["node"]["id"], "somebody else") for edge in one["learners"]["edges"]}
            members = oracle.learners_at(name) if name in {"s1", "s2"} else oracle.class_members(name)
            due = {each for each in members if oracle.sees_learner(visitor.caller, each)}
            wrong += [f"{visitor}: {name}: {sorted(shown ^ due)}"] if shown != due else []
    assert wrong == []


async def test_an_unseen_object_is_unknown_to_the_last_byte(gw: httpx.AsyncClient, world: World, crowd: Crowd) -> None:
    wrong = []
    for name in (
        "classmate",
        "principal",
        "far_principal",
        "restricted_guardian",
        "contact",
        "district_analyst",
        "vendor",
    ):
        visitor = crowd.named(name, world.here)
        unseen = [world.here.ids["removed_learner"], world.there.ids["learner"], world.there.ids["teacher"]]
        unseen += [world.here.ids["learner"]] if not oracle.sees_learner(visitor.caller, "learner") else []
        texts = [
            '{ learner(id: "%s") { id school { name } mastery { edges { node { score } } } } }',
            '{ class(id: "%s") { id } }',
        ]
        for text in texts:
            nothing = await gw.post("/graphql", json={"query": text % UNKNOWN}, headers=visitor.headers)
            for id_ in unseen:
                answer = await gw.post("/graphql", json={"query": text % id_}, headers=visitor.headers)
                if (answer.status_code, answer.content) != (nothing.status_code, nothing.content):
                    wrong.append(f"{visitor}: {answer.text} is not {nothing.text}")
    assert wrong == []


async def test_what_is_open_is_the_districts_own(gw: httpx.AsyncClient, world: World, crowd: Crowd) -> None:
    wrong = []
    for visitor in crowd.everybody:
        status, body, text = await _asked(gw, visitor, _open(visitor.home))
        if not visitor.caller.is_valid:
            wrong += [] if status == 401 else [f"{visitor}: {status}"]
            continue
        if "errors" in body or None in body["data"].values() or visitor.home.word not in text:
            wrong.append(f"{visitor}: {text[:300]}")
        if world.other(visitor.home).word in text:
            wrong.append(f"{visitor} sees something of the other district")
    assert wrong == []


async def test_me_is_the_person_of_the_token(gw: httpx.AsyncClient, world: World, crowd: Crowd) -> None:
    wrong = []
    for visitor in crowd.everybody:
        if not visitor.caller.is_valid:
            continue
        _, body, text = await _asked(gw, visitor, "{ me { id visibleLearners(first: 100) { edges { node { id } } } } }")
        person = visitor.caller.person
        acts = person in PEOPLE and PEOPLE[str(person)].standing == "here"
        me = body["data"]["me"] if body.get("data") else None
        if (me is not None) != acts or (me and me["id"] != str(visitor.home.ids[str(person)])):
            wrong.append(f"{visitor}: {text[:200]}")
        names = {str(id_): name for name, id_ in visitor.home.ids.items()}
        listed = {names.get(edge["node"]["id"]) for edge in me["visibleLearners"]["edges"]} if me else set()
        wrong += [f"{visitor}: {listed}"] if listed != (oracle.near(visitor.caller) if acts else set()) else []
    assert wrong == []


_EVIDENCE = """mutation ($learner: ID!, $competency: ID!, $key: String!, $title: String!) {
  recordEvidence(idempotencyKey: $key, input: {learnerId: $learner, competencyId: $competency, score: 0.5, title: $title}) {
    __typename ... on Refusal { code } } }"""
_PLACING = """mutation ($program: ID!, $school: ID!, $cohort: ID!) {
  placeSchool(programId: $program, schoolId: $school, cohortId: $cohort) { __typename ... on Refusal { code } } }"""
_LISTING = """mutation ($id: ID!, $title: String!) {
  createListing(id: $id, input: {title: $title, kind: "video", approval: RETIRED}) { __typename ... on Refusal { code } } }"""


def _mutations(visitor: Visitor) -> dict[str, tuple[str, Json, str]]:
    """The field's operation, its variables, and what the oracle says."""
    place = visitor.home
    evidence = {"learner": str(place.ids["learner"]), "competency": str(place.ids[CODES[0]])}
    evidence |= {"key": visitor.name, "title": place.name("learner")}
    placing = {"program": shared("program"), "school": place.ids["s1"], "cohort": shared("cohort")}
    listing = {"id": str(shared(f"graph listing of {visitor.name}")), "title": place.name("listing")}
    rules = {name: GRAPH_FIELDS[f"Mutation.{name}"] for name in ("recordEvidence", "placeSchool", "createListing")}
    assess = rules["recordEvidence"]
    assert isinstance(assess, oracle.Assessing)
    return {
        "recordEvidence": (_EVIDENCE, evidence, oracle.assesses(visitor.caller, "learner", assess.scopes)),
        "placeSchool": (
            _PLACING,
            {name: str(value) for name, value in placing.items()},
            verdict(rules["placeSchool"], visitor.caller),
        ),
        "createListing": (_LISTING, listing, verdict(rules["createListing"], visitor.caller)),
    }


@pytest.mark.parametrize("field", ["recordEvidence", "placeSchool", "createListing"])
async def test_a_mutation_changes_what_its_caller_may(
    gw: httpx.AsyncClient, world: World, crowd: Crowd, ledger: Ledger, field: str
) -> None:
    wrong: list[str] = []
    served = [visitor for visitor in crowd.everybody if _mutations(visitor)[field][2] == "served"]
    before = await _everything(world, ledger)
    for visitor in crowd.everybody:
        if visitor not in served:
            wrong += await _mutated(gw, visitor, field)
    assert await _everything(world, ledger) == before
    for visitor in served:
        wrong += await _mutated(gw, visitor, field)
    assert served
    assert wrong == []


async def _everything(world: World, ledger: Ledger) -> Json:
    return [await ledger.figure(service, place.district.id) for place in world.places for service in ledger.connections]


async def _mutated(gw: httpx.AsyncClient, visitor: Visitor, field: str) -> list[str]:
    text, variables, due = _mutations(visitor)[field]
    answer = await gw.post("/graphql", json={"query": text, "variables": variables}, headers=visitor.headers)
    found = "stranger" if answer.status_code == 401 else _outcome(answer.json(), field)
    return [] if found == due else [f"{visitor}: {found}, not {due}: {answer.text[:200]}"]


def _outcome(body: Json, field: str) -> str:
    result = (body.get("data") or {}).get(field) or {}
    if result.get("__typename") == "Refusal":
        return "refused" if result["code"] in REFUSED else "absent" if result["code"] == "NOT_FOUND" else result["code"]
    return "served" if result.get("__typename", "").endswith("Payload") else json.dumps(body)


async def test_a_subscription_opens_to_those_who_see_the_learner(
    gw: httpx.AsyncClient, world: World, crowd: Crowd
) -> None:
    """With a token that is just over: a stream that was opened ends with its expiry, one that was not says what is there."""
    wrong = []
    for visitor in crowd.everybody:
        if visitor.caller.person is None or not visitor.caller.is_valid:
            continue
        text = f'subscription {{ learnerChanged(learnerId: "{world.here.ids["learner"]}") {{ cursor }} }}'
        headers = {**_just_over(visitor), "Accept": "text/event-stream"}
        answer = await gw.post("/graphql", json={"query": text}, headers=headers)
        was_opened = "errors" not in answer.text and "event: complete" in answer.text
        sees = visitor.home is world.here and oracle.sees_learner(visitor.caller, "learner")
        if was_opened != sees or ("NOT_FOUND" in answer.text) == sees:
            wrong.append(f"{visitor}: {answer.status_code} {answer.text[:200]}")
    assert wrong == []


def _just_over(visitor: Visitor) -> dict[str, str]:
    district = visitor.home.district
    person = visitor.home.ids.get(str(visitor.caller.person), UNKNOWN)
    claims = {"sub": str(person), "district_id": str(district.id), "client_id": "web", "exp": int(time.time()) - 2}
    return bearer(district.mint.token(**claims))
