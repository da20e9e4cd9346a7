"""A system that tells profiles, and people who look and speak."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.learner_profile.schoolhouse import Schoolhouse

PUSH = "urn:trellis:scope:profile.push"


@dataclass(frozen=True)
class Teller:
    """A student information system with the scope to tell profiles."""

    lp: httpx.AsyncClient
    house: Schoolhouse

    @property
    def headers(self) -> dict[str, str]:
        return self.house.district.as_client(PUSH, source="sis", roster_source="sis")

    async def push(self, *entries: dict[str, Any]) -> httpx.Response:
        return await self.lp.post("/v1/profile/entries", json={"entries": list(entries)}, headers=self.headers)

    async def define(self, identifier: str, **members: Any) -> httpx.Response:  # noqa: ANN401 - JSON
        usual = {"title": identifier, "type": "HIGH_STAKES", "scaleMin": 1, "scaleMax": 36}
        return await self.lp.put(f"/v1/assessments/{identifier}", json=usual | members, headers=self.headers)


@dataclass(frozen=True)
class Speaker:
    """Somebody of the schoolhouse."""

    lp: httpx.AsyncClient
    house: Schoolhouse
    persona: str

    @property
    def headers(self) -> dict[str, str]:
        return self.house.district.as_person(self.house.people[self.persona])

    async def say(self, record: UUID | None = None, /, **content: Any) -> httpx.Response:  # noqa: ANN401 - JSON
        path = f"/v1/learners/{self.house.learner}/profile/{record or uuid4()}"
        return await self.lp.put(path, json={"content": content}, headers=self.headers)

    async def see(self, name: str, **args: Any) -> Any:  # noqa: ANN401 - JSON
        sections = [{"key": "shown", "name": name, "args": args}]
        body = {"ids": [str(self.house.learner)], "sections": sections}
        found = (await self.lp.post("/graph/learners", json=body, headers=self.headers)).raise_for_status().json()
        return found[0]["shown"] if found else None

    async def nodes(self, name: str, **args: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - JSON
        found = await self.see(name, **args)
        return [edge["node"] for edge in found["edges"]] if found else []


@pytest.fixture
def sis(lp: httpx.AsyncClient, schoolhouse: Schoolhouse) -> Teller:
    return Teller(lp, schoolhouse)


@pytest.fixture
def people(lp: httpx.AsyncClient, schoolhouse: Schoolhouse) -> dict[str, Speaker]:
    return {name: Speaker(lp, schoolhouse, name) for name in schoolhouse.people}


def entry(name: str, learner: str = "learner", occurred_at: str | None = None, **content: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    told: dict[str, Any] = {"learnerSourcedId": learner, "sourceRecordId": name, "content": content}
    return told | ({"occurredAt": occurred_at} if occurred_at else {})


def course(name: str, **members: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return entry(name, kind="COURSE_RECORD", **{"title": "Algebra I", "term": "2026", "state": "ENROLLED"} | members)
