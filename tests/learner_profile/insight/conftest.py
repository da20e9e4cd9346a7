"""A learning management system that knows the schoolhouse's people, and competencies by code."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.conftest import Sql
from tests.learner_profile.gradebook.lms import Lms
from tests.learner_profile.schoolhouse import Schoolhouse


@pytest.fixture
def lms(lp: httpx.AsyncClient, schoolhouse: Schoolhouse) -> Lms:
    return Lms(lp, schoolhouse.district)


@dataclass(frozen=True)
class Viewer:
    """Somebody of the schoolhouse who looks through the graph's batch reads."""

    lp: httpx.AsyncClient
    house: Schoolhouse
    persona: str

    @property
    def headers(self) -> dict[str, str]:
        return self.house.district.as_person(self.house.people[self.persona])

    async def section(self, noun: str, id_: UUID | None, name: str, **args: Any) -> Any:  # noqa: ANN401 - JSON
        sections = [{"key": "shown", "name": name, "args": args}]
        body: dict[str, Any] = {"sections": sections} if id_ is None else {"ids": [str(id_)], "sections": sections}
        found = (await self.lp.post(f"/graph/{noun}", json=body, headers=self.headers)).raise_for_status().json()
        one = found if id_ is None else (found or [None])[0]
        return one and one["shown"]

    async def send(self, method: str, path: str, body: object, **headers: str) -> httpx.Response:
        return await self.lp.request(method, path, json=body, headers={**self.headers, **headers})


@pytest.fixture
def teacher(lp: httpx.AsyncClient, schoolhouse: Schoolhouse) -> Viewer:
    return Viewer(lp, schoolhouse, "teacher")


@pytest.fixture
async def codes(lms: Lms, schoolhouse: Schoolhouse, sql: Sql) -> dict[str, UUID]:
    """Three competencies of a framework, by code, and a quiz to score them with."""
    await lms.framework("Maths", "M.1", "M.2", "M.3")
    await lms.item("quiz")
    async with sql("learner_profile", schoolhouse.district) as connection:
        return {row["code"]: row["id"] for row in await connection.fetch("select code, id from competency")}
