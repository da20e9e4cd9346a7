"""Worlds of the marketplace's tests."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI

from kit.caller import system
from kit.inbox import ReceivedEvent
from services.marketplace.events import HEARD
from tests.worlds import TestDistrict

SCOPE = "urn:trellis:scope:catalog.push"
Hear = Callable[..., Awaitable[None]]


@dataclass(frozen=True)
class Market:
    """Two districts whose competencies have the same identifiers, and each its own ids for them."""

    district: TestDistrict
    other: TestDistrict
    algebra: UUID
    geometry: UUID


def event(
    district: TestDistrict, kind: str, subject: object, data: Mapping[str, Any], version: int = 1, state: str = "active"
) -> ReceivedEvent:
    now = datetime.now(UTC)
    return ReceivedEvent(
        uuid4(),
        "learner_profile",
        kind,
        str(subject),
        now,
        district.id,
        version,
        1,
        state,  # type: ignore[arg-type]
        now,
        dict(data),
    )


def framework(district: TestDistrict, framework_id: UUID, items: dict[str, UUID], version: int = 1) -> ReceivedEvent:
    listed = [
        {"id": str(item), "identifier": name, "code": name.upper(), "state": "active"} for name, item in items.items()
    ]
    data = {"frameworkId": str(framework_id), "identifier": "frame", "title": "Frame", "items": listed}
    return event(district, "framework.published", framework_id, data, version)


@pytest.fixture
def hear(mk_app: FastAPI) -> Hear:
    """Applies events as the inbox would, in one transaction of their district."""

    async def applied(*events: ReceivedEvent) -> None:
        for one in events:
            async with mk_app.state.database.transaction(system(one.district_id)) as session:
                await HEARD[one.type](session, [one])

    return applied


@pytest.fixture
async def market(districts: tuple[TestDistrict, TestDistrict], hear: Hear) -> Market:
    world = Market(*districts, uuid4(), uuid4())
    await hear(framework(world.district, uuid4(), {"alg": world.algebra, "geo": world.geometry}))
    await hear(framework(world.other, uuid4(), {"alg": uuid4(), "geo": uuid4()}))
    return world
