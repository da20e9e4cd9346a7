"""A district that writes rubrics."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.learner_profile.schoolhouse import Schoolhouse
from tests.worlds import TestDistrict

Json = Any
LEVELS = [{"name": "Emerging", "points": 1}, {"name": "Strong", "points": 3.5, "description": "Every claim is shown"}]


def criterion(key: str, **more: Json) -> Json:
    return {"key": key, "title": key.title(), "levels": LEVELS, **more}


@dataclass(frozen=True)
class Rubrics:
    lp: httpx.AsyncClient
    house: Schoolhouse
    competency: UUID

    async def put(self, rubric: UUID, who: str = "district_leader", **changes: Json) -> httpx.Response:
        criteria = [criterion("ideas", competencyIds=[str(self.competency)], isEssential=True), criterion("voice")]
        said = {"title": "Arguments", "state": "PUBLISHED", "criteria": criteria, **changes}
        headers = self.house.district.as_person(self.house.people[who])
        return await self.lp.put(f"/v1/rubrics/{rubric}", json=said, headers=headers)

    async def shown(self, rubric: UUID, district: TestDistrict | None = None) -> Json:
        headers = (district or self.house.district).as_client()
        answer = await self.lp.post("/graph/rubrics", json={"ids": [str(rubric)]}, headers=headers)
        return answer.raise_for_status().json()


@pytest.fixture
async def rubrics(lp: httpx.AsyncClient, schoolhouse: Schoolhouse) -> Rubrics:
    guid, item = uuid4(), uuid4()
    at = {"lastChangeDateTime": "2026-01-01T00:00:00Z"}
    package = {
        "CFDocument": {"identifier": str(guid), "title": "Writing", "creator": "Tests", "uri": f"urn:{guid}", **at},
        "CFItems": [
            {"identifier": str(item), "fullStatement": "Argues", "humanCodingScheme": "W.1", "uri": f"urn:{item}", **at}
        ],
    }
    office = schoolhouse.district.as_client("urn:trellis:scope:frameworks.push")
    (await lp.post("/v1/frameworks", json=package, headers=office)).raise_for_status()
    page = (await lp.get("/v1/frameworks", headers=office)).json()
    framework = next(one["id"] for one in page["frameworks"] if one["identifier"] == str(guid))
    body = {"ids": [framework], "sections": [{"key": "items", "name": "items"}]}
    found = (await lp.post("/graph/frameworks", json=body, headers=office)).json()
    return Rubrics(lp, schoolhouse, UUID(found[0]["items"]["edges"][0]["node"]["id"]))
