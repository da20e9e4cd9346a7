"""A student's morning over the real services: blocks with their resources, next steps, and goals."""

from typing import Any
from uuid import UUID, uuid4

import httpx

from tests.gateway.test_over_the_services import Graph, Town, schoolhouse, town

Json = Any
__all__ = ["schoolhouse", "town"]


async def test_a_students_morning_is_one_query(town: Town, gw: httpx.AsyncClient) -> None:
    house = town.house
    learner, teacher = (Graph(gw, house.district.as_person(house.people[name])) for name in ("learner", "teacher"))
    block: Json = {
        "id": str(uuid4()),
        "kind": "INDEPENDENT_ONLINE",
        "title": "Fractions",
        "resourceId": str(town.resource),
    }
    block |= {"startsAt": "2026-03-03T15:00:00Z", "endsAt": "2026-03-03T16:00:00Z", "learners": [str(house.learner)]}
    planned = await teacher("PlanDay", **{"class": str(house.class_), "day": "2026-03-03", "blocks": [block]})
    assert planned["data"]["planDay"]["planned"]["class"]["day"]["blocks"][0]["members"] == [
        {"status": "MISSED", "learner": {"displayName": "Ada Student"}}
    ]
    await _goal(learner, teacher, house.learner)
    body = await learner("StudentMorning", day="2026-03-03")
    assert "errors" not in body, body
    shown = body["data"]["me"]["learner"]
    assert [(each["title"], each["status"], each["resource"]) for each in shown["today"]["blocks"]] == [
        ("Fractions", "MISSED", {"title": "Fractions by hand", "launchUrl": None})
    ]
    step = shown["nextSteps"]["edges"][0]["node"]
    assert (step["competency"]["code"], step["reason"]) == ("M.1", "More evidence would show it")
    assert [edge["node"]["resource"]["title"] for edge in step["suggestedResources"]["edges"]] == ["Fractions by hand"]
    assert shown["goals"] == [{"title": "Ten books", "progress": 0.4}]


async def _goal(learner: Graph, teacher: Graph, learner_id: UUID) -> None:
    goal = str(uuid4())
    terms: Json = {"learnerId": str(learner_id), "title": "Ten books", "measure": "Books", "baseline": 0}
    made = await learner("SetGoal", id=goal, input={**terms, "target": 10, "propose": True})
    assert made["data"]["setGoal"]["goal"]["state"] == "PROPOSED", made
    await teacher("RespondToGoal", id=goal, version=1, decision="AGREED")
    await learner("CheckInGoal", goal=goal, id=str(uuid4()), input={"value": 4})
    stale = await learner("DropGoal", id=goal, version=1)
    assert stale["data"]["dropGoal"] == {"__typename": "StaleVersion", "current": 3}
