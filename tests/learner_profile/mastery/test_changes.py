"""The live stream of what is new for a learner."""

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from kit.caller import VerifiedCaller
from kit.problems import BadInput, NotFound
from services.learner_profile.mastery.queries.changes import changes, cursor_at
from tests.conftest import Sql
from tests.learner_profile.gradebook.lms import Lms, guid
from tests.learner_profile.schoolhouse import Schoolhouse
from tests.worlds import bearer


@pytest.fixture
async def teacher(lms: Lms, schoolhouse: Schoolhouse) -> VerifiedCaller:
    await lms.framework("Maths", "M.1", "M.2")
    await lms.item("quiz")
    soon = datetime.now(UTC) + timedelta(seconds=20)
    return VerifiedCaller(schoolhouse.district.id, person_id=schoolhouse.teacher, expires_at=soon)


async def _until(app: FastAPI, caller: VerifiedCaller, house: Schoolhouse, after: str | None, count: int) -> list[Any]:
    """The next events of a stream that begins at `after`."""
    found: list[Any] = []
    begin = await cursor_at(app.state.database, caller, house.learner, after)
    async for chunk in changes(app.state.database, app.state.tail, caller, house.learner, begin):
        lines = chunk.decode().splitlines()
        found += [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]
        if len(found) >= count:
            return found
    return found


async def test_new_evidence_and_changed_mastery_arrive_within_a_second(
    lp_app: FastAPI, lms: Lms, schoolhouse: Schoolhouse, teacher: VerifiedCaller
) -> None:
    await lms.result("r0", "quiz", {"M.1": 2})
    listening = asyncio.create_task(_until(lp_app, teacher, schoolhouse, None, 2))
    await asyncio.sleep(0.5)
    await lms.result("r1", "quiz", {"M.1": 8})
    pushed = time.monotonic()
    evidence, mastery = await asyncio.wait_for(listening, 5)
    assert time.monotonic() - pushed < 1
    assert (evidence["kind"], evidence["evidence"]["sourceEventId"]) == ("EvidenceRecorded", f"result:r1:{guid('M.1')}")
    assert (mastery["kind"], mastery["mastery"]["score"]) == ("MasteryChanged", 0.59)
    assert mastery["mastery"]["competency"]["code"] == "M.1"


async def test_a_stream_goes_on_after_its_cursor_and_repeats_nothing(
    lp_app: FastAPI, lms: Lms, schoolhouse: Schoolhouse, teacher: VerifiedCaller
) -> None:
    listening = asyncio.create_task(_until(lp_app, teacher, schoolhouse, None, 2))
    await asyncio.sleep(0.5)
    await lms.result("r1", "quiz", {"M.1": 8})
    seen = await asyncio.wait_for(listening, 5)
    await lms.result("r2", "quiz", {"M.2": 5})
    missed = await asyncio.wait_for(_until(lp_app, teacher, schoolhouse, seen[-1]["cursor"], 2), 5)
    assert [event["kind"] for event in missed] == ["EvidenceRecorded", "MasteryChanged"]
    assert missed[0]["evidence"]["competency"]["code"] == "M.2"


async def test_a_classmates_evidence_is_not_told(
    lp_app: FastAPI, lms: Lms, schoolhouse: Schoolhouse, teacher: VerifiedCaller
) -> None:
    listening = asyncio.create_task(_until(lp_app, teacher, schoolhouse, None, 1))
    await asyncio.sleep(0.3)
    await lms.result("r1", "quiz", {"M.1": 8}, student={"sourcedId": "classmate"})
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(listening, 1)


async def test_a_learner_whose_records_one_may_not_see_has_no_stream(
    lp_app: FastAPI, schoolhouse: Schoolhouse, teacher: VerifiedCaller
) -> None:
    stranger = VerifiedCaller(schoolhouse.district.id, person_id=schoolhouse.people["other_teacher"])
    for learner, caller in ((schoolhouse.learner, stranger), (uuid4(), teacher)):
        with pytest.raises(NotFound):
            await cursor_at(lp_app.state.database, caller, learner, None)


async def test_a_stream_ends_when_the_right_to_see_the_learner_ends(
    lp_app: FastAPI, lms: Lms, schoolhouse: Schoolhouse, teacher: VerifiedCaller, sql: Sql
) -> None:
    listening = asyncio.create_task(_until(lp_app, teacher, schoolhouse, None, 1))
    await asyncio.sleep(0.3)
    async with sql("learner_profile", schoolhouse.district) as connection:
        await connection.execute("update enrollment set status = 'tobedeleted' where sourced_id = 'e-teacher'")
    await lms.result("r1", "quiz", {"M.1": 8})
    assert await asyncio.wait_for(listening, 2) == []


@pytest.mark.parametrize(
    "cursor", ["x", "NTozOg==", "MTo=", "LTE6NTo=", "8J+YgA==", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OjE6"]
)
async def test_a_cursor_that_is_none_is_refused(
    lp_app: FastAPI, schoolhouse: Schoolhouse, teacher: VerifiedCaller, cursor: str
) -> None:
    with pytest.raises(BadInput):
        await cursor_at(lp_app.state.database, teacher, schoolhouse.learner, cursor)


async def test_the_door_streams_until_the_token_expires(
    lp: httpx.AsyncClient, lms: Lms, schoolhouse: Schoolhouse, teacher: VerifiedCaller
) -> None:
    district = schoolhouse.district
    token = district.mint.token(sub=str(schoolhouse.teacher), district_id=str(district.id), exp=int(time.time()) + 2)
    path = f"/graph/learners/{schoolhouse.learner}/changes"
    listening = asyncio.create_task(lp.get(path, headers=bearer(token), timeout=10))
    await asyncio.sleep(0.5)
    await lms.result("r1", "quiz", {"M.1": 8})
    answer = await listening
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text.count("data: ") == 2
    refused = await lp.get(path, headers=district.as_person(schoolhouse.people["classmate"]))
    assert refused.status_code == 404
