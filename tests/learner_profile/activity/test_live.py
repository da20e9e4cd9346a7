"""What a tool reports is on the learner's live page at once."""

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import FastAPI

from kit.caller import VerifiedCaller
from services.learner_profile.mastery.queries.changes import changes, cursor_at
from tests.learner_profile.activity.tools import Tool, grade
from tests.learner_profile.gradebook.lms import Lms, guid
from tests.learner_profile.schoolhouse import Schoolhouse


async def test_a_graded_attempt_is_told_to_those_who_look_on_within_a_second(
    lp_app: FastAPI, tool: Tool, lms: Lms, schoolhouse: Schoolhouse
) -> None:
    await lms.framework("Maths", "M.1")
    await tool.map_users()
    await tool.caliper(grade("urn:uuid:0", 2, objective="M.1"))
    soon = datetime.now(UTC) + timedelta(seconds=20)
    caller = VerifiedCaller(schoolhouse.district.id, person_id=schoolhouse.teacher, expires_at=soon)
    begin = await cursor_at(lp_app.state.database, caller, schoolhouse.learner, None)

    async def next_two() -> list[Any]:
        found: list[Any] = []
        async for chunk in changes(lp_app.state.database, lp_app.state.tail, caller, schoolhouse.learner, begin):
            lines = chunk.decode().splitlines()
            found += [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]
            if len(found) > 1:
                break
        return found

    listening = asyncio.create_task(next_two())
    await asyncio.sleep(0.5)
    await tool.caliper(grade("urn:uuid:1", 8, objective="M.1"))
    pushed = time.monotonic()
    evidence, mastery = await asyncio.wait_for(listening, 5)
    assert time.monotonic() - pushed < 1
    assert (evidence["kind"], evidence["evidence"]["sourceEventId"]) == (
        "EvidenceRecorded",
        f"caliper:urn:uuid:1:{guid('M.1')}",
    )
    assert (mastery["kind"], mastery["mastery"]["competency"]["code"]) == ("MasteryChanged", "M.1")
