"""The matrix of the REST doors: every published operation, everybody of both districts, against the oracle."""

import httpx
import pytest
from fastapi import FastAPI

from tests.access.callers import Visitor, system, visitors
from tests.access.ledger import Ledger
from tests.access.operations import OPERATIONS, UNPUBLISHED, Operation
from tests.access.oracle import Appointed, Assessing, Public, Records, Scoped, verdict
from tests.access.requests import UNKNOWN, Call, call
from tests.access.scopes import ALL
from tests.access.world import World

PROBLEM = {"application/problem+json", "application/json"}
REFUSALS = {"refused": 403, "stranger": 401}
BY_RULE = [
    operation
    for operation in OPERATIONS
    if operation.group != "graph" and not isinstance(operation.rule, Records | Assessing)
]
"""Operations whose door decides by the rule alone; records have a matrix of their own."""


def published(*apps: FastAPI) -> set[tuple[str, str, str]]:
    documents = {app.title.removeprefix("Trellis "): app.openapi() for app in apps}
    return {
        (service, method.upper(), path)
        for service, document in documents.items()
        for path, methods in document["paths"].items()
        for method in methods
    }


def test_every_published_operation_is_classified(lp_app: FastAPI, co_app: FastAPI, mk_app: FastAPI) -> None:
    classified = [(operation.service, operation.method, operation.path) for operation in OPERATIONS]
    assert len(classified) == len(set(classified))
    served = published(lp_app, co_app, mk_app)
    assert {"not classified": served - set(classified), "vanished": set(classified) - served} == {
        "not classified": set(),
        "vanished": set(),
    }


def test_there_is_no_door_beside_the_published_ones(lp_app: FastAPI, co_app: FastAPI, mk_app: FastAPI) -> None:
    for app in (lp_app, co_app, mk_app):
        hidden = {
            path
            for route in app.routes
            if not getattr(route, "include_in_schema", False) and (path := getattr(route, "path", ""))
        }
        assert hidden <= set(UNPUBLISHED) | {"/events", "/dev/clock"}


@pytest.mark.parametrize("operation", BY_RULE, ids=str)
async def test_a_door_opens_to_those_it_is_for(operation: Operation, world: World, ledger: Ledger) -> None:
    """Whoever is refused changes nothing; whoever is let in changes and sees nothing of the other district."""
    everybody = sorted(_callers(operation, world), key=lambda visitor: verdict(operation.rule, visitor.caller))
    refused = [visitor for visitor in everybody if verdict(operation.rule, visitor.caller) in REFUSALS]
    wrong: list[str] = []
    before = await _figures(world, ledger, operation)
    for visitor in refused:
        wrong += await _deviations(operation, visitor, world)
    assert await _figures(world, ledger, operation) == before
    for place in world.places:
        kept = await ledger.figure(operation.service, world.other(place).district.id)
        for visitor in everybody:
            if visitor not in refused and visitor.home is place:
                wrong += await _deviations(operation, visitor, world)
        assert await ledger.figure(operation.service, world.other(place).district.id) == kept
    assert wrong == []


def _callers(operation: Operation, world: World) -> list[Visitor]:
    """Everybody, and for a door with scopes a system for each of them, and one with all others."""
    found = visitors(world)
    scopes = operation.rule.scopes if isinstance(operation.rule, Scoped | Appointed) else frozenset()
    for place in world.places:
        source = call(operation, place).source
        found += [system(place, f"system with {scope}", frozenset({scope}), source) for scope in sorted(scopes)]
        found.append(system(place, "system with all other scopes", ALL - scopes, source))
    return found


async def _figures(world: World, ledger: Ledger, operation: Operation) -> object:
    return [await ledger.figure(operation.service, place.district.id) for place in world.places]


async def _deviations(operation: Operation, visitor: Visitor, world: World) -> list[str]:
    request = call(operation, world.here, visitor.name)
    answer = await _send(operation, request, visitor, world)
    expected = verdict(operation.rule, visitor.caller)
    found = _outcome(answer, request)
    wrong = [] if found == expected else [f"{visitor}: {found}, not {expected}"]
    if isinstance(operation.rule, Public):
        return wrong
    if expected == "served" and request.own and visitor.home is world.there:
        wrong = await _unlike_nothing(operation, request, answer, visitor, world)
    elif expected == "served" and request.shows and visitor.home.word not in answer.text:
        wrong.append(f"{visitor} is shown nothing")
    if world.other(visitor.home).word in answer.text:
        wrong.append(f"{visitor} sees something of the other district")
    return wrong


async def _unlike_nothing(
    operation: Operation, request: Call, answer: httpx.Response, visitor: Visitor, world: World
) -> list[str]:
    """What belongs to the other district is not there, to the last byte."""
    nothing = await _send(operation, request.on_nothing(), visitor, world)
    ids = {request.parameters[name]: str(UNKNOWN) for name in request.own}
    return [] if told(answer, ids) == told(nothing, ids) else [f"{visitor}: {told(answer, ids)} != {told(nothing, ids)}"]


def told(answer: httpx.Response, ids: dict[str, str]) -> tuple[int, str, list[tuple[str, str]]]:
    """Everything that an answer tells, with ids put in the place of others."""
    body, headers = answer.text, [item for item in answer.headers.items() if item[0] not in {"x-request-id"}]
    for mine, other in ids.items():
        body = body.replace(mine, other)
        headers = [(name, value.replace(mine, other)) for name, value in headers]
    lengths = {"content-length"} if ids else set()
    return answer.status_code, body, [item for item in headers if item[0] not in lengths]


async def _send(operation: Operation, request: Call, visitor: Visitor, world: World) -> httpx.Response:
    client = world.doors[operation.service]
    headers = {**request.headers, **visitor.headers}
    return await client.request(operation.method, request.path(operation), headers=headers, **request.sent)


def _outcome(answer: httpx.Response, request: Call) -> str:
    for name, status in REFUSALS.items():
        if answer.status_code == status and answer.status_code not in request.lets_in:
            return name
    return "served" if answer.status_code in request.lets_in else f"{answer.status_code} {answer.text[:200]}"
