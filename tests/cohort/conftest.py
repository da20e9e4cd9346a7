"""Worlds of the cohort service's tests."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI

from kit.caller import system
from kit.inbox import ReceivedEvent
from services.cohort.events import HEARD
from tests.worlds import TestDistrict

SCOPE = "urn:trellis:scope:programs.push"
Hear = Callable[..., Awaitable[None]]


@dataclass(frozen=True)
class Rollout:
    """Two districts in which the same schools, people and ids occur."""

    district: TestDistrict
    other: TestDistrict
    schools: tuple[UUID, UUID]
    director: UUID
    teacher: UUID


def event(
    district: TestDistrict,
    kind: str,
    subject: object,
    version: int = 1,
    /,
    **data: Any,  # noqa: ANN401 - JSON
) -> ReceivedEvent:
    now = datetime.now(UTC)
    state: Literal["active", "withdrawn"] = "withdrawn" if data.pop("withdrawn", False) else "active"
    return ReceivedEvent(
        uuid4(), "learner_profile", kind, str(subject), now, district.id, version, 1, state, now, dict(data)
    )


@pytest.fixture
def hear(co_app: FastAPI) -> Hear:
    """Applies events as the inbox would, in one transaction of their district."""

    async def applied(*events: ReceivedEvent) -> None:
        for one in events:
            async with co_app.state.database.transaction(system(one.district_id)) as session:
                await HEARD[one.type](session, [one])

    return applied


@pytest.fixture
async def rollout(districts: tuple[TestDistrict, TestDistrict], hear: Hear) -> Rollout:
    """Schools and staff as the roster tells them, alike in both districts."""
    world = Rollout(*districts, (uuid4(), uuid4()), uuid4(), uuid4())
    for district in districts:
        for n, school in enumerate(world.schools):
            await hear(
                event(district, "school.changed", school, schoolId=str(school), name=f"School {n}", grades=["01"])
            )
        for person, role in ((world.director, "program_director"), (world.teacher, "teacher")):
            post = {"personId": str(person), "orgId": str(uuid4()), "role": role}
            await hear(event(district, "staff.assigned", uuid4(), **post))
    return world
