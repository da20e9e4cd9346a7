"""The demo comes in through the public doors of the real services, workers included, and a second load changes nothing."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from kit.worker import create_worker
from local.demo import stages
from local.demo.catalog import RESOURCES
from local.demo.districts import plan_district
from local.demo.doors import Door
from local.demo.personas import SystemClient, clients
from local.demo.school_year import local_instant
from local.routes import owner_of, public_routes
from services.learner_profile.intake.commands import KIND
from services.learner_profile.intake.work.run import apply_run
from services.learner_profile.settings import Settings
from tests.conftest import Pool, Sql, living, opener
from tests.serving import served
from tests.worlds import ORIGIN, Mint, TestDistrict, new_district

ANCHOR = date(2026, 11, 20)
SCHOOLS = 8


class Origin(httpx.AsyncBaseTransport):
    """The one public origin: what belongs to whom is the proxy's own table."""

    def __init__(self, apps: dict[str, FastAPI]) -> None:
        self.routes = public_routes()
        self.behind = {name: httpx.ASGITransport(app=app) for name, app in apps.items()}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        owner = owner_of(request.url.path, self.routes)
        assert owner is not None, request.url.path
        return await self.behind[owner].handle_async_request(request)


@pytest.fixture(scope="module")
async def origin(
    lp_app: FastAPI, co_app: FastAPI, mk_app: FastAPI, gw_app: FastAPI, app_settings: dict[str, dict[str, Any]]
) -> AsyncIterator[httpx.AsyncClient]:
    """All services behind one origin, with the learner profile's worker at work."""
    apps = {"learner_profile": lp_app, "cohort": co_app, "marketplace": mk_app, "gateway": gw_app}
    async with AsyncExitStack() as stack:
        consumers = {
            name: f"{await stack.enter_async_context(served(apps[name]))}/events" for name in ("cohort", "marketplace")
        }
        settings = Settings(**app_settings["learner_profile"], consumers=consumers)
        worker = await stack.enter_async_context(living(create_worker(settings, jobs={KIND: apply_run})))
        for app in (*apps.values(), worker):
            app.state.clock.move_to(local_instant(ANCHOR, 12))
            stack.callback(setattr, app.state.clock, "offset", timedelta())
        transport = Origin(apps)
        yield await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url=ORIGIN, timeout=60))


def door(http: httpx.AsyncClient, district: TestDistrict, client: SystemClient) -> Door:
    async def renew() -> tuple[str, float]:
        token = district.client_token(*client.scopes, source=client.source, client_id=client.client_id)
        return token, 600

    return Door(http, renew)


def person(http: httpx.AsyncClient, district: TestDistrict, sql: Sql, sourced_id: str) -> Door:
    async def renew() -> tuple[str, float]:
        return district.person_token((await ids(sql, district))[sourced_id]), 600

    return Door(http, renew)


def entry(http: httpx.AsyncClient, district: TestDistrict, said: list[str], sql: Sql) -> stages.Entry:
    planned = plan_district("fulton-like", seed=7, anchor=ANCHOR, students=60, schools=SCHOOLS)
    doors = {client.key: door(http, district, client) for client in clients("fulton-like")}
    return stages.Entry(planned, progress=said.append, person=partial(person, http, district, sql), **doors)


async def counts(sql: Sql, district: TestDistrict) -> dict[str, int]:
    tables = {
        "learner_profile": (
            "person",
            "enrollment",
            "guardianship",
            "result",
            "evidence",
            "mastery",
            "competency",
            "activity_block",
            "goal",
            "goal_check_in",
            "step_decision",
            "pace_target",
            "profile_entry",
            "plan",
            "plan_response",
        ),
        "cohort": ("placement",),
        "marketplace": ("resource", "alignment"),
    }
    found = {}
    for service, names in tables.items():
        async with sql(service, district) as connection:
            for name in names:
                found[name] = await connection.fetchval(f"select count(*) from {name}")
    return found


@pytest.fixture(scope="module")
async def home(mint: Mint, pools: dict[str, Pool]) -> TestDistrict:
    """The district that the demo is loaded into."""
    district = new_district(mint, "foxglove")
    async with pools["learner_profile"].acquire() as connection, connection.transaction():
        await connection.execute("select set_config('trellis.district_id', $1, true)", str(district.id))
        await connection.execute(
            "insert into district (district_id, slug, name) values ($1, $2, $3)",
            district.id,
            district.slug,
            district.name,
        )
    return district


@pytest.fixture(scope="module")
async def loaded(origin: httpx.AsyncClient, home: TestDistrict, pools: dict[str, Pool]) -> stages.Entry:
    """The district after a load that found nothing there."""
    loading = entry(origin, home, [], opener(pools))
    assert not await stages.is_loaded(loading)
    for stage in stages.ALL:
        await stage(loading)
    return loading


async def test_everything_comes_in_by_the_doors_and_a_second_load_changes_nothing(
    loaded: stages.Entry, home: TestDistrict, districts: tuple[TestDistrict, TestDistrict], sql: Sql
) -> None:
    assert await stages.is_loaded(loaded)
    first = await counts(sql, home)
    assert first["competency"] == 240
    assert first["placement"] == SCHOOLS
    assert first["evidence"] > 500
    assert all(first.values())
    said: list[str] = []
    for stage in stages.ALL:
        await stage(replace(loaded, progress=said.append))
    assert said == ["Foxglove County Schools: guardianships and functions"]
    assert await counts(sql, home) == first
    assert not any((await counts(sql, districts[1])).values())


async def test_myra_is_seen_with_last_nights_quiz_and_a_father_who_is_kept_away_sees_nothing(
    origin: httpx.AsyncClient, loaded: stages.Entry, home: TestDistrict, sql: Sql
) -> None:
    assert loaded.district.anchor == ANCHOR
    people = await ids(sql, home)
    myra = await ask(origin, home.as_person(people["s-100001"]), people["s-100001"])
    assert myra["displayName"] == "Myra Okafor-Lane"
    titles = [edge["node"]["title"] for edge in myra["evidence"]["edges"]]
    assert any("lab procedure" in (title or "") for title in titles)
    for seer in ("st-11210", "st-11001", "st-11000", "g-500001"):
        assert (await ask(origin, home.as_person(people[seer]), people["s-100001"]))["evidence"] == myra["evidence"]
    for blind in ("g-600004", "st-9002", "st-9010"):
        assert await ask(origin, home.as_person(people[blind]), people["s-100004"]) is None
    assert await ask(origin, home.as_person(people["g-500004"]), people["s-100004"]) is not None


async def ids(sql: Sql, district: TestDistrict) -> dict[str, str]:
    async with sql("learner_profile", district) as connection:
        return {
            row["sourced_id"]: str(row["id"]) for row in await connection.fetch("select sourced_id, id from person")
        }


async def ask(origin: httpx.AsyncClient, headers: dict[str, str], learner: str) -> Any:  # noqa: ANN401 - JSON
    query = """query Learner($id: ID!) { learner(id: $id) {
      displayName evidence(first: 50) { edges { node { title score } } } } }"""
    answer = await origin.post("/graphql", json={"query": query, "variables": {"id": learner}}, headers=headers)
    return answer.json()["data"]["learner"]


async def test_myras_morning_shows_work_of_all_four_kinds_a_goal_in_progress_and_what_comes_next(
    origin: httpx.AsyncClient, loaded: stages.Entry, home: TestDistrict, sql: Sql
) -> None:
    people = await ids(sql, home)
    query = """{ me { learner { today { blocks { kind title resource { title launchUrl } } }
      goals(status: ACTIVE) { title progress } nextSteps(first: 1) { edges { node { decision { decision } } } } } } }"""
    answer = await origin.post("/graphql", json={"query": query}, headers=home.as_person(people["s-100001"]))
    myra = answer.json()["data"]["me"]["learner"]
    assert {block["kind"] for block in myra["today"]["blocks"]} == {
        "INDIVIDUAL_INSTRUCTION",
        "WHOLE_GROUP",
        "SMALL_GROUP",
        "INDEPENDENT_ONLINE",
    }
    assert [block["resource"]["title"] for block in myra["today"]["blocks"] if block["resource"]] == [
        RESOURCES[0].title
    ]
    [goal] = myra["goals"]
    assert (goal["title"], goal["progress"]) == (
        "Solve any linear equation in one unknown",
        pytest.approx(24 / 35, abs=1e-3),
    )
    assert [edge["node"]["decision"]["decision"] for edge in myra["nextSteps"]["edges"]] == ["ACCEPTED"]


async def test_who_stands_still_is_seen_by_the_teacher(
    origin: httpx.AsyncClient, loaded: stages.Entry, home: TestDistrict, sql: Sql
) -> None:
    people = await ids(sql, home)
    query = """query Alerts($id: ID!) { learner(id: $id) { paceAlerts { kind } } }"""
    told = {"query": query, "variables": {"id": people["s-100002"]}}
    answer = await origin.post("/graphql", json=told, headers=home.as_person(people["st-11210"]))
    alerts = answer.json()["data"]["learner"]["paceAlerts"]
    assert "PACE_STALLED" in {alert["kind"] for alert in alerts}


async def test_a_plan_waits_for_myras_guardian(
    origin: httpx.AsyncClient, loaded: stages.Entry, home: TestDistrict, sql: Sql
) -> None:
    people = await ids(sql, home)
    query = """{ me { visibleLearners(first: 5) { edges { node { displayName viewerRights
      portfolio(first: 5) { edges { node { title } } } plan { state missingApprovals } } } } } }"""
    answer = await origin.post("/graphql", json={"query": query}, headers=home.as_person(people["g-500001"]))
    [myra] = [edge["node"] for edge in answer.json()["data"]["me"]["visibleLearners"]["edges"]]
    assert myra == {
        "displayName": "Myra Okafor-Lane",
        "viewerRights": ["GUARDIAN"],
        "portfolio": {"edges": [{"node": {"title": "Which sugar dissolves first"}}]},
        "plan": {"state": "PROPOSED", "missingApprovals": ["GUARDIAN"]},
    }
