"""A learning plan over the real services: each party agrees with the same operation."""

from typing import Any

import httpx

from tests.gateway.test_over_the_services import Graph, Town, schoolhouse, town

Json = Any
__all__ = ["schoolhouse", "town"]


async def test_a_plan_is_proposed_and_agreed_by_each_party(town: Town, gw: httpx.AsyncClient) -> None:
    house = town.house
    parties = {name: Graph(gw, house.district.as_person(house.people[name])) for name in house.people}
    content: Json = {"learnerId": str(house.learner), "title": "Reading", "supports": ["Quiet corner"]}
    made = (await parties["learner"]("ProposePlan", input=content, key="p1"))["data"]["proposePlan"]["plan"]
    told = []
    for who in ("learner", "guardian", "teacher", "restricted_guardian", "principal"):
        named: Json = {"planId": made["id"], "version": 1, "decision": "AGREED", "key": "k1"}
        told.append((await parties[who]("AgreePlan", **named))["data"]["respondToPlan"])
    assert [one.get("plan") for one in told] == [
        {"state": "PROPOSED", "missingApprovals": ["GUARDIAN", "TEACHER"]},
        {"state": "PROPOSED", "missingApprovals": ["TEACHER"]},
        {"state": "ACTIVE", "missingApprovals": []},
        None,
        None,
    ]
    assert [(one["__typename"], one.get("code")) for one in told[3:]] == [
        ("Refusal", "NOT_FOUND"),
        ("Refusal", "PARTIES_ONLY"),
    ]
    revised = {**content, "version": 1, "supports": ["Audio books"]}
    await parties["teacher"]("ProposePlan", input=revised, key="p2")
    stale = await parties["learner"]("AgreePlan", planId=made["id"], version=1, decision="AGREED", key="k2")
    assert stale["data"]["respondToPlan"] == {"__typename": "StaleVersion", "current": 2}
    await _seen(parties["guardian"], str(house.learner))
    closed = await parties["teacher"]("ClosePlan", planId=made["id"], version=2)
    assert closed["data"]["closePlan"] == {"__typename": "PlanPayload", "plan": {"state": "CLOSED"}}


async def _seen(guardian: Graph, learner: str) -> None:
    body = await guardian("PlanHistory", **{"learner": learner, "from": 1, "to": 2})
    assert "errors" not in body, body
    shown = body["data"]["learner"]
    assert shown["viewerRights"] == ["GUARDIAN"]
    assert (shown["plan"]["state"], shown["plan"]["version"]) == ("REVISED", 2)
    assert shown["plan"]["missingApprovals"] == ["LEARNER", "GUARDIAN", "TEACHER"]
    assert shown["plan"]["diff"] == [
        {"path": "/supports", "before": None, "after": "Audio books"},
        {"path": "/supports", "before": "Quiet corner", "after": None},
    ]
