"""A learner with a plan, and everybody who stands to the learner."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.conftest import Sql
from tests.learner_profile.schoolhouse import Schoolhouse

Json = Any
ALL = ("learner", "guardian", "teacher")


@dataclass(frozen=True)
class Plans:
    """Speaks at the doors as a person of the schoolhouse."""

    lp: httpx.AsyncClient
    house: Schoolhouse
    sql: Sql

    def headers(self, who: str, key: str | None = None) -> dict[str, str]:
        named = {"Idempotency-Key": key} if key else {}
        return self.house.district.as_person(self.house.people[who]) | named

    async def propose(self, who: str = "learner", *, key: str | None = None, **changes: Json) -> httpx.Response:
        said = {"learnerId": str(self.house.learner), "title": "Reading", "supports": ["Quiet corner"]} | changes
        return await self.lp.post("/v1/plans", json=said, headers=self.headers(who, key))

    async def made(self, **changes: Json) -> UUID:
        return UUID((await self.propose(**changes)).raise_for_status().json()["id"])

    async def respond(
        self, plan: UUID, who: str, version: int = 1, decision: str = "AGREED", key: str | None = None
    ) -> httpx.Response:
        body = {"version": version, "decision": decision}
        return await self.lp.post(f"/v1/plans/{plan}/responses", json=body, headers=self.headers(who, key))

    async def agreed(self, plan: UUID, *parties: str, version: int = 1) -> Json:
        told: Json = None
        for who in parties or ALL:
            told = (await self.respond(plan, who, version)).raise_for_status().json()
        return told

    async def end(self, plan: UUID, who: str, version: int) -> httpx.Response:
        return await self.lp.put(f"/v1/plans/{plan}/end", json={"version": version}, headers=self.headers(who))

    async def section(self, who: str, name: str) -> Json:
        """What a section of the learner shows to a person; None where the learner is not there."""
        body = {"ids": [str(self.house.learner)], "sections": [{"key": "shown", "name": name}]}
        answer = await self.lp.post("/graph/learners", json=body, headers=self.headers(who))
        found = answer.raise_for_status().json()
        return found[0]["shown"] if found else None

    async def diff(self, plan: UUID, first: int, last: int) -> Json:
        asked = [{"key": "shown", "name": "diff", "args": {"from": first, "to": last}}]
        body = {"ids": [str(plan)], "sections": asked}
        answer = await self.lp.post("/graph/plans", json=body, headers=self.headers("teacher"))
        return answer.raise_for_status().json()[0]["shown"]

    async def restrict(self, who: str) -> None:
        """A court restricts somebody's access to the learner."""
        await self.run(
            "insert into guardianship (district_id, id, guardian_id, learner_id, kind)"
            " values ($1, $2, $3, $4, 'court_restriction')",
            self.house.district.id, uuid4(), self.house.people[who], self.house.learner,
        )  # fmt: skip

    async def born(self, day: date) -> None:
        await self.run(
            "insert into demographic (district_id, source, sourced_id, birth_on) values ($1, 'sis', 'learner', $2)",
            self.house.district.id,
            day,
        )

    async def run(self, statement: str, *values: object) -> None:
        async with self.sql("learner_profile", self.house.district) as connection:
            await connection.execute(statement, *values)

    async def counts(self) -> list[int]:
        async with self.sql("learner_profile", self.house.district) as connection:
            tables = ("plan", "plan_version", "plan_response")
            return [await connection.fetchval(f"select count(*) from {name}") for name in tables]


@pytest.fixture
def plans(lp: httpx.AsyncClient, schoolhouse: Schoolhouse, sql: Sql) -> Plans:
    return Plans(lp, schoolhouse, sql)
