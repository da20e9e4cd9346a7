"""The graph over the real services and their databases, in one process."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import orjson
import pytest
from fastapi import FastAPI

from gateway.app import create_app
from gateway.execution.context import Context
from gateway.execution.engine import Asked, Engine
from gateway.settings import Settings
from gateway.upstreams.relay import relay
from kit.caller import system
from services.cohort.events import HEARD as COHORT
from services.marketplace.events import HEARD as MARKETPLACE
from tests.cohort.conftest import SCOPE as PROGRAMS_PUSH
from tests.cohort.conftest import event as told_to_cohort
from tests.gateway.conftest import comparable
from tests.gateway.test_operations import ROOT
from tests.learner_profile.conftest import schoolhouse
from tests.learner_profile.gradebook.lms import Lms, guid
from tests.learner_profile.schoolhouse import Schoolhouse
from tests.marketplace.conftest import SCOPE as CATALOG_PUSH
from tests.marketplace.conftest import event as told_to_marketplace
from tests.serving import served
from tests.worlds import ORIGIN, Mint

Json = Any
__all__ = ["schoolhouse"]


@dataclass(frozen=True)
class Town:
    """A schoolhouse with a framework, results, a program and a listing, as every service knows them."""

    house: Schoolhouse
    competencies: dict[str, UUID]
    framework: UUID
    program: UUID
    cohort: UUID
    resource: UUID


@dataclass(frozen=True)
class Graph:
    """Asks the gateway on somebody's behalf."""

    gw: httpx.AsyncClient
    headers: dict[str, str]

    async def __call__(self, name: str, /, **variables: Json) -> Json:
        text = (ROOT / "docs" / "operations" / f"{name}.graphql").read_text()
        return await self.ask(text, **variables)

    async def ask(self, text: str, /, **variables: Json) -> Json:
        body = {"query": text, "variables": variables}
        response = await self.gw.post("/graphql", json=body, headers=self.headers)
        return response.json()


@pytest.fixture
async def town(
    schoolhouse: Schoolhouse,
    lp: httpx.AsyncClient,
    gw: httpx.AsyncClient,
    co: httpx.AsyncClient,
    co_app: FastAPI,
    mk_app: FastAPI,
) -> Town:
    house, district = schoolhouse, schoolhouse.district
    lms = Lms(lp, district)
    (await lms.framework("Maths", "M.1", "M.2")).raise_for_status()
    await lms.item("quiz")
    await lms.result("r1", "quiz", {"M.1": 3})
    competencies = {code: UUID(node["competency"]["id"]) for code, node in (await lms.mastery(house.learner)).items()}
    framework = UUID((await lms.mastery(house.learner))["M.1"]["competency"]["frameworkId"])
    for app, heard in _news(house, competencies, framework, co_app, mk_app):
        await heard(app)
    town = Town(house, competencies, framework, uuid4(), uuid4(), uuid4())
    await _arrange(town, gw, co)
    return town


def _news(house: Schoolhouse, competencies: dict[str, UUID], framework: UUID, co_app: FastAPI, mk_app: FastAPI) -> Json:
    school = told_to_cohort(
        house.district,
        "school.changed",
        house.school,
        schoolId=str(house.school),
        name="First Elementary",
        grades=["05"],
    )
    items = [
        {"id": str(item), "identifier": guid(code), "code": code, "state": "active"}
        for code, item in competencies.items()
    ]
    published: dict[str, object] = {
        "frameworkId": str(framework),
        "identifier": guid("Maths"),
        "title": "Maths",
        "items": items,
    }
    frame = told_to_marketplace(house.district, "framework.published", framework, published)

    def hear(heard: Json, one: Json) -> Json:
        async def applied(app: FastAPI) -> None:
            async with app.state.database.transaction(system(one.district_id)) as session:
                await heard[one.type](session, [one])

        return applied

    return [(co_app, hear(COHORT, school)), (mk_app, hear(MARKETPLACE, frame))]


async def _arrange(town: Town, gw: httpx.AsyncClient, co: httpx.AsyncClient) -> None:
    headers = town.house.district.as_client(PROGRAMS_PUSH, CATALOG_PUSH)
    program = {"name": "Rollout", "mode": "choice", "mandate": True}
    (await co.put(f"/v1/programs/{town.program}", json=program, headers=headers)).raise_for_status()
    dates = {"beginsOn": "2026-01-01", "launchesOn": "2026-06-01", "endsOn": "2027-06-01"}
    cohort = {"name": "First", "position": 1, "capacity": 5, **dates}
    (
        await co.put(f"/v1/programs/{town.program}/cohorts/{town.cohort}", json=cohort, headers=headers)
    ).raise_for_status()
    system = Graph(gw, headers)
    placed = await system(
        "PlaceSchool", program=str(town.program), school=str(town.house.school), cohort=str(town.cohort)
    )
    assert placed["data"]["placeSchool"]["__typename"] == "PlaceSchoolPayload", placed
    listing = {"title": "Fractions by hand", "kind": "VIDEO", "alignments": [{"identifier": guid("M.1")}]}
    listed = await system("CreateListing", id=str(town.resource), input=listing)
    assert listed["data"]["createListing"]["__typename"] == "CreateListingPayload", listed


async def test_a_learners_morning_is_one_query_over_three_services(town: Town, gw: httpx.AsyncClient) -> None:
    house = town.house
    body = await Graph(gw, house.district.as_person(house.learner))("LearnerMorning")
    assert "errors" not in body
    learner = body["data"]["me"]["learner"]
    assert (learner["displayName"], learner["grade"]) == ("Ada Student", "05")
    assert learner["school"] == {
        "name": "First Elementary",
        "cohort": {
            "name": "First",
            "phase": learner["school"]["cohort"]["phase"],
            "window": {"from": "2026-01-01", "to": "2027-06-01"},
        },
    }
    assert [class_["teachers"] for class_ in learner["classes"]] == [[{"displayName": "Tom Teacher"}]]
    mastery = learner["mastery"]["edges"][0]["node"]
    assert (mastery["competency"]["code"], mastery["score"]) == ("M.1", 0.3)
    assert [edge["node"]["score"] for edge in learner["evidence"]["edges"]] == [0.3]
    suggested = learner["suggestedResources"]["edges"][0]["node"]
    assert suggested["resource"]["title"] == "Fractions by hand"
    assert suggested["competency"] == {"code": "M.1"}


async def test_a_teacher_records_evidence_once_under_one_key(town: Town, gw: httpx.AsyncClient) -> None:
    house = town.house
    teacher = Graph(gw, house.district.as_person(house.teacher))
    given = {"learnerId": str(house.learner), "competencyId": str(town.competencies["M.1"]), "score": 0.75}
    first = await teacher("RecordEvidence", input=given, key="k-1")
    assert first["data"]["recordEvidence"]["__typename"] == "RecordEvidencePayload"
    assert first["data"]["recordEvidence"]["evidence"]["score"] == 0.75
    assert await teacher("RecordEvidence", input=given, key="k-1") == first
    other = await teacher("RecordEvidence", input={**given, "score": 1}, key="k-1")
    assert other["data"]["recordEvidence"]["code"] == "IDEMPOTENCY_KEY_REUSED"


async def test_a_teacher_confers_a_status_and_takes_it_back(town: Town, gw: httpx.AsyncClient) -> None:
    house = town.house
    teacher = Graph(gw, house.district.as_person(house.teacher))
    learner, competency = str(house.learner), str(town.competencies["M.1"])
    said = {"learner": learner, "competency": competency, "basis": "Explained it to the class", "key": "k-1"}
    made = await teacher("ConferStatus", **said)
    status = made["data"]["conferStatus"]["status"]
    assert status["competency"] == {"code": "M.1"}
    assert await teacher("ConferStatus", **said) == made
    ended = await teacher("WithdrawStatus", status=status["id"], reason="Somebody else's work")
    assert ended["data"]["withdrawStatus"]["status"]["withdrawalReason"] == "Somebody else's work"
    again = await teacher("WithdrawStatus", status=status["id"], reason="Another")
    assert again["data"]["withdrawStatus"]["__typename"] == "Refusal"
    [shown] = (await teacher("ConferredStatuses", learner=learner))["data"]["learner"]["statuses"]
    assert shown["conferredBy"] == {"displayName": "Tom Teacher"}
    when = [datetime.fromisoformat(one["withdrawnAt"]) for one in (shown, ended["data"]["withdrawStatus"]["status"])]
    assert when[0] == when[1]
    own = Graph(gw, house.district.as_person(house.learner))
    refused = await own("ConferStatus", **said)
    assert refused["data"]["conferStatus"]["__typename"] == "Refusal"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"score": 7}, "BAD_INPUT"),
        ({"learnerId": str(uuid4())}, "NOT_FOUND"),
        ({"learnerId": "nobody"}, "BAD_INPUT"),
        ({"title": "x" * 600}, "BAD_INPUT"),
        ({"title": "a\0b"}, "BAD_INPUT"),
    ],
)
async def test_what_a_service_refuses_is_a_refusal_of_the_union(
    town: Town, gw: httpx.AsyncClient, change: Json, code: str
) -> None:
    house = town.house
    given = {"learnerId": str(house.learner), "competencyId": str(town.competencies["M.1"]), "score": 0.75}
    teacher = Graph(gw, house.district.as_person(house.teacher))
    body = await teacher("RecordEvidence", input=given | change, key="k-2")
    assert body["data"]["recordEvidence"]["__typename"] == "Refusal", body
    assert code in body["data"]["recordEvidence"]["code"]


async def test_whom_one_may_not_see_is_null_like_who_is_not_there(town: Town, gw: httpx.AsyncClient) -> None:
    house = town.house
    text = "query ($id: ID!) { learner(id: $id) { displayName } }"
    for nobody in ("other_teacher", "contact", "restricted_guardian", "classmate", "district_analyst"):
        stranger = Graph(gw, house.district.as_person(house.people[nobody]))
        hidden = await stranger.ask(text, id=str(house.learner))
        assert hidden == await stranger.ask(text, id=str(uuid4())) == {"data": {"learner": None}}
    foreigner = Graph(gw, house.other_district.as_person(house.teacher))
    assert await foreigner.ask(text, id=str(house.learner)) == {"data": {"learner": None}}


async def test_the_search_finds_what_was_listed(town: Town, gw: httpx.AsyncClient) -> None:
    house = town.house
    learner = Graph(gw, house.district.as_person(house.learner))
    chosen = {"competencyIds": [str(town.competencies["M.1"])]}
    body = await learner("FindResources", text="fractions", filter=chosen)
    found = body["data"]["searchResources"]
    assert (found["totalCount"], [edge["node"]["title"] for edge in found["edges"]]) == (1, ["Fractions by hand"])


async def test_the_plan_and_the_stock_executor_agree_over_the_services(town: Town, gw_app: FastAPI) -> None:
    house, engine = town.house, gw_app.state.engine
    variables: dict[str, dict[str, Json]] = {
        "LearnerMorning": {},
        "FamilyHome": {},
        "ClassPage": {"id": str(house.class_), "competencies": [str(each) for each in town.competencies.values()]},
        "SchoolPage": {"id": str(house.school)},
        "ProgramPage": {"id": str(town.program)},
        "FrameworkTree": {"framework": str(town.framework), "competency": str(town.competencies["M.1"])},
        "FindResources": {"text": "fractions"},
    }
    for person in ("learner", "teacher", "district_leader", "contact"):
        authorization = house.district.as_person(house.people[person])["Authorization"]
        for name, given in variables.items():
            asked = Asked((ROOT / "docs" / "operations" / f"{name}.graphql").read_text(), name, given)
            admitted = engine.admit(asked)
            context = Context(gw_app.state.services, relay("test", authorization, 30), None)
            read = context.services.reader(context.relay)
            planned = orjson.loads(await admitted.compiled.plan.answer(admitted.variables, read))
            stock = orjson.loads(await engine.stock_answer(asked, context))
            assert comparable(planned) == comparable(stock), (person, name)
            assert "errors" not in planned


async def test_a_push_reaches_a_subscriber_within_a_second(
    town: Town, lp_app: FastAPI, lp: httpx.AsyncClient, mint: Mint, engine: Engine
) -> None:
    house = town.house
    text = (ROOT / "docs" / "operations" / "LearnerLive.graphql").read_text()
    headers = house.district.as_person(house.teacher) | {"Accept": "text/event-stream"}
    body = {"query": text, "variables": {"id": str(house.learner)}}
    async with served(lp_app) as upstream:
        settings = Settings(environment="test", origin=ORIGIN, jwks=mint.published(), learner_profile_url=upstream)
        async with (
            served(create_app(settings, engine=engine), lifespan="on") as gateway,
            httpx.AsyncClient() as client,
            client.stream("POST", f"{gateway}/graphql", json=body, headers=headers) as response,
        ):
            lines = response.aiter_lines()
            await asyncio.sleep(0.5)
            await Lms(lp, house.district).result("r2", "quiz", {"M.1": 9})
            pushed = time.monotonic()
            evidence, mastery = await _change(lines), await _change(lines)
    assert time.monotonic() - pushed < 5
    assert (evidence["__typename"], evidence["evidence"]["score"]) == ("EvidenceRecorded", 0.9)
    assert (mastery["__typename"], mastery["mastery"]["competency"]["code"]) == ("MasteryChanged", "M.1")


async def _change(lines: AsyncIterator[str]) -> Json:
    while True:
        line = await asyncio.wait_for(anext(lines), 5)
        if line.startswith("data: "):
            return orjson.loads(line.removeprefix("data: "))["data"]["learnerChanged"]
