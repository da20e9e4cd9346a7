"""A class's day as it is planned, and a learner's as it is lived."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI

from kit.database import Database
from services.learner_profile.day.domain import status
from tests.conftest import Sql
from tests.learner_profile.schoolhouse import Schoolhouse

Json = Any
PLAN = "urn:trellis:scope:schedules.push"
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Days:
    lp: httpx.AsyncClient
    house: Schoolhouse

    def headers(self, who: str) -> dict[str, str]:
        return self.house.district.as_person(self.house.people[who])

    async def plan(self, day: str, *blocks: Json, who: str = "teacher", **more: Json) -> httpx.Response:
        path = f"/v1/classes/{self.house.class_}/days/{day}"
        return await self.lp.put(path, json={"blocks": list(blocks), **more}, headers=self.headers(who))

    async def attempt(self, block: Json, state: str, who: str = "learner") -> httpx.Response:
        path = f"/v1/blocks/{block['id']}/attempt"
        return await self.lp.put(path, json={"state": state}, headers=self.headers(who))

    async def today(self, day: str, who: str = "learner", of: str = "learner") -> Json:
        return await self._section("learners", self.house.people[of], "today", day, who)

    async def class_day(self, day: str, who: str) -> Json:
        return await self._section("classes", self.house.class_, "day", day, who)

    async def _section(self, noun: str, id_: UUID, name: str, day: str, who: str) -> Json:
        body = {"ids": [str(id_)], "sections": [{"key": "shown", "name": name, "args": {"day": day}}]}
        answer = (await self.lp.post(f"/graph/{noun}", json=body, headers=self.headers(who))).raise_for_status()
        return answer.json()[0]["shown"] if answer.json() else None


@pytest.fixture
def days(lp: httpx.AsyncClient, schoolhouse: Schoolhouse) -> Days:
    return Days(lp, schoolhouse)


def block(kind: str, start: str, end: str, day: str = "2026-03-03", **more: Json) -> Json:
    stretch = {"startsAt": f"{day}T{start}Z", "endsAt": f"{day}T{end}Z"}
    return {"id": str(uuid4()), "kind": kind, "title": kind.lower(), **stretch, **more}


def _four(house: Schoolhouse) -> list[Json]:
    mine, theirs = [str(house.learner)], [str(house.people["classmate"])]
    return [
        block("WHOLE_GROUP", "08:00", "09:00", title="Science lab"),
        block("SMALL_GROUP", "09:00", "10:00", groupTitle="Fractions", learners=[*mine, *theirs]),
        block("INDIVIDUAL_INSTRUCTION", "10:00", "11:00", learners=mine),
        block("INDEPENDENT_ONLINE", "11:00", "11:30", learners=theirs, resourceId=str(uuid4())),
    ]


def test_a_block_is_missed_when_its_end_has_come_and_nobody_began() -> None:
    moment, before = NOON, NOON - timedelta(minutes=1)
    assert status(moment, None, None, before) == "PLANNED"
    assert status(moment, None, None, moment) == "MISSED"
    assert status(moment, before, None, moment) == "STARTED"
    assert status(moment, before, moment, moment) == "DONE"


async def test_each_learner_sees_the_own_blocks_of_the_day_in_order(days: Days) -> None:
    blocks = _four(days.house)
    planned = await days.plan("2026-03-03", *reversed(blocks))
    assert (planned.status_code, planned.json()["version"]) == (200, 1), planned.text
    mine = await days.today("2026-03-03")
    assert [(each["kind"], each["groupTitle"], each["status"]) for each in mine["blocks"]] == [
        ("WHOLE_GROUP", None, "MISSED"),
        ("SMALL_GROUP", "Fractions", "MISSED"),
        ("INDIVIDUAL_INSTRUCTION", None, "MISSED"),
    ]
    assert mine["progress"] == {"planned": 0, "started": 0, "done": 0, "missed": 3}
    theirs = await days.today("2026-03-03", "teacher", "classmate")
    assert [each["id"] for each in theirs["blocks"]] == [blocks[each]["id"] for each in (0, 1, 3)]
    assert theirs["blocks"][2]["resourceId"] == blocks[3]["resourceId"]
    assert await days.today("2026-03-04") == {
        "day": "2026-03-04",
        "blocks": [],
        "progress": {"planned": 0, "started": 0, "done": 0, "missed": 0},
    }


async def test_a_learner_begins_and_finishes_own_blocks_once(days: Days, lp_app: FastAPI) -> None:
    database: Database = lp_app.state.database
    blocks = _four(days.house)
    (await days.plan("2026-03-03", *blocks)).raise_for_status()
    assert (await days.attempt(blocks[0], "STARTED")).json()["status"] == "STARTED"
    assert (await days.attempt(blocks[0], "STARTED")).json()["status"] == "STARTED"
    assert (await days.attempt(blocks[0], "DONE")).json()["status"] == "DONE"
    assert (await days.attempt(blocks[0], "STARTED")).json()["status"] == "DONE"
    assert database.clock.offset == timedelta()
    assert (await days.today("2026-03-03"))["progress"] == {"planned": 0, "started": 0, "done": 1, "missed": 2}
    for who, one in (("learner", blocks[3]), ("teacher", blocks[0]), ("guardian", blocks[0]), ("classmate", blocks[2])):
        assert (await days.attempt(one, "DONE", who)).status_code == 404


async def test_a_block_of_a_day_ahead_cannot_be_begun(days: Days) -> None:
    ahead = block("WHOLE_GROUP", "08:00", "09:00", "2999-03-03")
    (await days.plan("2999-03-03", ahead)).raise_for_status()
    answer = await days.attempt(ahead, "STARTED")
    assert (answer.status_code, answer.json()["code"]) == (409, "BLOCK_AHEAD")
    assert [each["status"] for each in (await days.today("2999-03-03"))["blocks"]] == ["PLANNED"]


async def test_a_teacher_sees_the_classs_day_with_its_learners(days: Days) -> None:
    blocks = _four(days.house)
    (await days.plan("2026-03-03", *blocks)).raise_for_status()
    (await days.attempt(blocks[1], "DONE")).raise_for_status()
    shown = await days.class_day("2026-03-03", "teacher")
    ada, bob = str(days.house.learner), str(days.house.people["classmate"])
    members = [[(each["learnerId"], each["status"]) for each in one["members"]] for one in shown["blocks"]]
    assert members == [
        [(bob, "MISSED"), (ada, "MISSED")],
        [(bob, "MISSED"), (ada, "DONE")],
        [(ada, "MISSED")],
        [(bob, "MISSED")],
    ]
    own = await days.class_day("2026-03-03", "guardian")
    assert [[each["learnerId"] for each in one["members"]] for one in own["blocks"]] == [[ada], [ada], [ada]]
    assert await days.class_day("2026-03-03", "other_teacher") is None


async def test_the_same_plan_again_changes_nothing_and_another_replaces_it(days: Days, sql: Sql) -> None:
    blocks = _four(days.house)
    for _ in range(2):
        answer = (await days.plan("2026-03-03", *blocks)).json()
    assert answer["version"] == 1
    fewer = {**blocks[1], "learners": [str(days.house.learner)]}
    assert (await days.plan("2026-03-03", fewer, version=1)).json()["version"] == 2
    assert [each["id"] for each in (await days.today("2026-03-03"))["blocks"]] == [fewer["id"]]
    assert (await days.today("2026-03-03", "teacher", "classmate"))["blocks"] == []
    stale = await days.plan("2026-03-03", version=1)
    assert (stale.status_code, stale.json()["code"], stale.json()["current"]) == (409, "STALE_VERSION", 2)
    assert (await days.plan("2026-03-03", *blocks)).json()["version"] == 3
    assert len((await days.today("2026-03-03"))["blocks"]) == 3
    async with sql("learner_profile", days.house.district) as connection:
        assert await connection.fetchval("select count(*) from activity_block") == 4


@pytest.mark.parametrize(
    ("who", "status_"),
    [("learner", 403), ("guardian", 403), ("principal", 403), ("district_leader", 403), ("other_teacher", 404),
     ("restricted_guardian", 404), ("contact", 404)],
)  # fmt: skip
async def test_only_who_teaches_the_class_plans_it(days: Days, who: str, status_: int) -> None:
    answer = await days.plan("2026-03-03", *_four(days.house), who=who)
    assert answer.status_code == status_
    assert (await days.today("2026-03-03"))["blocks"] == []


async def test_a_scheduling_system_names_class_and_learners_as_the_roster_does(days: Days) -> None:
    wanted = block("SMALL_GROUP", "09:00", "10:00", learners=["learner"])
    path, body = "/v1/classes/c1/days/2026-03-03", {"blocks": [wanted]}
    system = days.house.district.as_client(PLAN)
    answer = await days.lp.put(path, json=body, headers=system)
    assert answer.status_code == 200, answer.text
    assert [each["id"] for each in (await days.today("2026-03-03"))["blocks"]] == [wanted["id"]]
    refused = await days.lp.put(path, json=body, headers=days.house.district.as_client())
    assert (refused.status_code, refused.json()["code"]) == (403, "INSUFFICIENT_SCOPE")
    elsewhere = days.house.district.as_client(PLAN, source="x", roster_source="x")
    assert (await days.lp.put(path, json=body, headers=elsewhere)).status_code == 404


async def test_a_block_that_does_not_fit_is_refused_and_nothing_is_planned(days: Days) -> None:
    fits = block("WHOLE_GROUP", "08:00", "09:00")
    wrong = {
        "NOT_IN_THE_CLASS": {**fits, "learners": [str(days.house.people["guardian"])]},
        "NOT_OF_THAT_DAY": {**fits, "endsAt": "2026-03-04T12:00:00Z"},
        "BAD_INPUT": {**fits, "endsAt": fits["startsAt"]},
    }
    for code, one in wrong.items():
        answer = await days.plan("2026-03-03", block("WHOLE_GROUP", "10:00", "11:00"), one)
        assert (answer.status_code, answer.json().get("code")) == (422, code), answer.text
    twice = await days.plan("2026-03-03", fits, fits)
    assert twice.status_code == 422
    for hostile in ({**fits, "title": "a\0b"}, {**fits, "kind": "LEARNING_STYLE"}, {**fits, "learners": [7]}, None):
        assert (await days.plan("2026-03-03", hostile)).status_code == 422
    assert (await days.today("2026-03-03"))["blocks"] == []


async def test_a_block_of_another_day_is_not_taken_over(days: Days) -> None:
    one = block("WHOLE_GROUP", "08:00", "09:00")
    (await days.plan("2026-03-03", one)).raise_for_status()
    moved = {**one, "startsAt": "2026-03-04T08:00:00Z", "endsAt": "2026-03-04T09:00:00Z"}
    answer = await days.plan("2026-03-04", moved)
    assert (answer.status_code, answer.json()["code"]) == (409, "BLOCK_ELSEWHERE")
    assert len((await days.today("2026-03-03"))["blocks"]) == 1


async def test_a_day_has_the_hours_of_the_districts_own_zone(days: Days, sql: Sql) -> None:
    """In New York 2026-03-08 has 23 hours and 2026-11-01 has 25."""
    async with sql("learner_profile", days.house.district) as connection:
        await connection.execute("update district set time_zone = 'America/New_York'")
    cases = {
        "2026-03-08": ("2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z"),
        "2026-11-01": ("2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"),
    }
    for day, (first, last) in cases.items():
        whole = {**block("WHOLE_GROUP", "08:00", "09:00"), "startsAt": first, "endsAt": last}
        late = {**whole, "endsAt": last.replace(":00Z", ":01Z")}
        early = {**whole, "startsAt": first.replace("0:00Z", "0:00.000001Z").replace("T0", "T0"), "endsAt": last}
        assert (await days.plan(day, late)).json()["code"] == "NOT_OF_THAT_DAY"
        assert (await days.plan(day, early)).status_code == 200
        assert (await days.plan(day, whole)).status_code == 200
        assert len((await days.today(day))["blocks"]) == 1
