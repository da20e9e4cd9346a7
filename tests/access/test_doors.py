"""The matrix of the REST doors: every published operation, everybody of both districts, against the oracle."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
import pytest
from fastapi import FastAPI

from tests.access.answers import told
from tests.access.callers import Crowd, Visitor
from tests.access.ledger import Ledger
from tests.access.operations import OPERATIONS, UNPUBLISHED, Operation
from tests.access.oracle import About, Appointed, Public, Scoped, verdict
from tests.access.requests import UNKNOWN, Call, call
from tests.access.scopes import ALL
from tests.access.world import Place, World

PROBLEM = {"application/problem+json", "application/json"}
REFUSALS = {"refused": 403, "stranger": 401}
BY_RULE = [
    operation for operation in OPERATIONS if operation.group != "graph" and not isinstance(operation.rule, About)
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
async def test_a_door_opens_to_those_it_is_for(
    operation: Operation, world: World, crowd: Crowd, ledger: Ledger
) -> None:
    """Whoever is refused changes nothing; whoever is let in changes and sees nothing of the other district."""
    everybody = sorted(_callers(operation, world, crowd), key=lambda visitor: verdict(operation.rule, visitor.caller))
    refused = [visitor for visitor in everybody if verdict(operation.rule, visitor.caller) in REFUSALS]
    wrong: list[str] = []
    async with unchanged(operation, ledger, *world.places):
        for visitor in refused:
            wrong += await _deviations(operation, visitor, world)
    for place in world.places:
        async with unchanged(operation, ledger, world.other(place)):
            for visitor in everybody:
                if visitor not in refused and visitor.home is place:
                    wrong += await _deviations(operation, visitor, world)
    assert wrong == []


@asynccontextmanager
async def unchanged(operation: Operation, ledger: Ledger, *places: Place) -> AsyncIterator[None]:
    """Fails where an operation that writes changed something of these places."""
    if not operation.writes:
        yield
        return
    before = [await ledger.figure(operation.service, place.district.id) for place in places]
    yield
    assert [await ledger.figure(operation.service, place.district.id) for place in places] == before


def _callers(operation: Operation, world: World, crowd: Crowd) -> list[Visitor]:
    """Everybody, and for a door with scopes a system for each of them, and one with all others."""
    source = call(operation, world.here).source
    found = [
        crowd.system(visitor.home, visitor.name, visitor.caller.scopes, source) if visitor.caller.is_system else visitor
        for visitor in (crowd.some if isinstance(operation.rule, Scoped) else crowd.everybody)
    ]
    scopes = operation.rule.scopes if isinstance(operation.rule, Scoped | Appointed) else frozenset()
    for place in world.places:
        found += [crowd.system(place, f"system with {scope}", frozenset({scope}), source) for scope in sorted(scopes)]
        found.append(crowd.system(place, "system with all other scopes", ALL - scopes, source))
    return found


async def _deviations(operation: Operation, visitor: Visitor, world: World) -> list[str]:
    request = about(operation, world.here, visitor)
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


def about(operation: Operation, place: Place, visitor: Visitor) -> Call:
    """The visitor's own request, but on what only this place has."""
    mine, asked = call(operation, visitor.home, visitor.name), call(operation, place, visitor.name)
    return replace(mine, parameters={**mine.parameters, **{name: asked.parameters[name] for name in asked.own}})


async def _unlike_nothing(
    operation: Operation, request: Call, answer: httpx.Response, visitor: Visitor, world: World
) -> list[str]:
    """What belongs to the other district is not there, to the last byte."""
    nothing = await _send(operation, request.on_nothing(), visitor, world)
    ids = {request.parameters[name]: str(UNKNOWN) for name in request.own}
    return (
        [] if told(answer, ids) == told(nothing, ids) else [f"{visitor}: {told(answer, ids)} != {told(nothing, ids)}"]
    )


async def _send(operation: Operation, request: Call, visitor: Visitor, world: World) -> httpx.Response:
    client = world.doors[operation.service]
    headers = {**request.headers, **visitor.headers}
    return await client.request(operation.method, request.path(operation), headers=headers, **request.sent)


def _outcome(answer: httpx.Response, request: Call) -> str:
    for name, status in REFUSALS.items():
        if answer.status_code == status and answer.status_code not in request.lets_in:
            return name
    return "served" if answer.status_code in request.lets_in else f"{answer.status_code} {answer.text[:200]}"
