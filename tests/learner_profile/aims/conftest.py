"""A learner who sets goals, and everybody who looks on."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.learner_profile.gradebook.lms import Lms
from tests.learner_profile.schoolhouse import Schoolhouse
from tests.worlds import TestDistrict

Json = Any


@pytest.fixture
def lms(lp: httpx.AsyncClient, districts: tuple[TestDistrict, TestDistrict]) -> Lms:
    return Lms(lp, districts[0])


@dataclass(frozen=True)
class Aims:
    """Speaks at the doors as a person of the schoolhouse."""

    lp: httpx.AsyncClient
    house: Schoolhouse

    async def put(self, who: str, path: str, body: Json) -> httpx.Response:
        return await self.lp.put(path, json=body, headers=self.house.district.as_person(self.house.people[who]))

    async def set(self, goal: UUID, who: str = "learner", **changes: Json) -> httpx.Response:
        said = {
            "learnerId": str(self.house.learner),
            "title": "Read ten books",
            "measure": "Books read",
            "baseline": 0,
            "target": 10,
            "propose": True,
        }
        return await self.put(who, f"/v1/goals/{goal}", said | changes)

    async def respond(self, goal: UUID, who: str, version: int, decision: str = "AGREED") -> httpx.Response:
        return await self.put(who, f"/v1/goals/{goal}/response", {"version": version, "decision": decision})

    async def check_in(self, goal: UUID, value: float, who: str = "learner", **more: Json) -> httpx.Response:
        return await self.put(who, f"/v1/goals/{goal}/check-ins/{uuid4()}", {"value": value, **more})

    async def section(self, who: str, name: str, **args: Json) -> Json:
        """What a section of the learner shows to a person; None where the learner is not there."""
        body = {"ids": [str(self.house.learner)], "sections": [{"key": "shown", "name": name, "args": args}]}
        headers = self.house.district.as_person(self.house.people[who])
        answer = (await self.lp.post("/graph/learners", json=body, headers=headers)).raise_for_status()
        found = answer.json()
        return found[0]["shown"] if found else None

    async def agreed(self) -> UUID:
        goal = uuid4()
        (await self.set(goal)).raise_for_status()
        (await self.respond(goal, "guardian", 1)).raise_for_status()
        return goal


@pytest.fixture
def aims(lp: httpx.AsyncClient, schoolhouse: Schoolhouse) -> Aims:
    return Aims(lp, schoolhouse)
