"""When a learner may come to master what has begun and what follows it."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.learner_profile.pathway.domain.trajectory import days_between, trajectory
from tests.conftest import Sql
from tests.learner_profile.gradebook.lms import Lms
from tests.learner_profile.pathway.conftest import shows
from tests.learner_profile.schoolhouse import Schoolhouse

Json = Any
_DAY = date(2026, 3, 2)


def _in(days: int) -> date:
    return _DAY + timedelta(days=days)


def test_the_usual_step_is_the_median_of_the_days_between_masteries() -> None:
    assert days_between([_in(0), _in(30), _in(10)]) == 15
    assert days_between([_in(0), _in(1), _in(4), _in(104)]) == 3
    assert days_between([_in(0), _in(1), _in(4)]) == 2
    assert days_between([_in(0)]) is None


def test_what_follows_takes_the_usual_step_from_the_latest_chain_that_leads_to_it() -> None:
    edges = [("a", "c"), ("b", "c"), ("c", "d"), ("m", "d"), ("c", "m"), ("unknown", "d")]
    assert trajectory({"a": _in(5), "b": _in(9)}, ["m"], edges, 10) == {
        "a": _in(5),
        "b": _in(9),
        "c": _in(19),
        "d": _in(29),
    }


def test_a_chain_that_stands_still_gives_no_day_and_a_cycle_ends() -> None:
    still = trajectory({"a": _in(5), "b": None}, [], [("a", "c"), ("b", "c"), ("a", "d")], 10)
    assert still == {"a": _in(5), "b": None, "c": None, "d": _in(15)}
    assert trajectory({"a": _in(5)}, [], [("a", "b")], None) == {"a": _in(5), "b": None}
    assert set(trajectory({"a": _in(5)}, [], [("a", "b"), ("b", "c"), ("c", "b")], 1)) == {"a", "b", "c"}


async def _shown(lp: httpx.AsyncClient, house: Schoolhouse, months: int) -> list[tuple[str, str | None]]:
    sections = [{"key": "shown", "name": "trajectory", "args": {"months": months}}]
    body: Json = {"ids": [str(house.learner)], "sections": sections}
    headers = house.district.as_person(house.people["guardian"])
    told = (await lp.post("/graph/learners", json=body, headers=headers)).raise_for_status().json()
    return [(one["competency"]["code"], one["projectedOn"]) for one in told[0]["shown"]]


@pytest.mark.parametrize("band", ["ON_PACE", "STALLED"])
async def test_the_graph_projects_as_the_rules_do(
    lp: httpx.AsyncClient, lms: Lms, schoolhouse: Schoolhouse, codes: dict[str, UUID], sql: Sql, band: str
) -> None:
    await lms.framework("Extra", "X.1", "X.2", "X.3")
    for code in ("X.1", "X.2", "X.3"):
        await shows(lms, "learner", code, 0.9, 0.9)
    for code in ("M.1", "M.2"):
        await shows(lms, "learner", code, 0.3, 0.3)
    today = date.today()  # noqa: DTZ011 - far from both ends of what is asked
    begun = {"M.1": today + timedelta(days=20), "M.2": today + timedelta(days=33)}
    async with sql("learner_profile", schoolhouse.district) as connection:
        for number, code in enumerate(("X.1", "X.2", "X.3")):
            await connection.execute(
                "update mastery set as_of = '2026-01-01T12:00:00Z'::timestamptz + $1 * interval '1 day'"
                " where competency_id = (select id from competency where code = $2)",
                number * number * 7, code,
            )  # fmt: skip
        for code, day in begun.items():
            await connection.execute(
                "insert into pace (district_id, learner_id, competency_id, band, since_on, projected_on, changed_at)"
                " values ($1, $2, $3, $4, $5, $5, now()) on conflict (district_id, learner_id, competency_id)"
                " do update set band = excluded.band, projected_on = excluded.projected_on",
                schoolhouse.district.id, schoolhouse.learner, codes[code], band if code == "M.1" else "ON_PACE", day,
            )  # fmt: skip
    edges = [("M.1", "M.3"), ("M.2", "M.3"), ("M.3", "M.4")]
    given = {**begun, "M.1": None} if band == "STALLED" else begun
    due = trajectory(given, ["X.1", "X.2", "X.3"], edges, days_between([_in(0), _in(7), _in(28)]))
    dated = sorted(((day, code) for code, day in due.items() if day), key=str)
    waiting = [(code, None) for code, day in due.items() if day is None and code in begun]
    assert await _shown(lp, schoolhouse, 6) == [(code, str(day)) for day, code in dated] + waiting
    assert len(dated) == (1 if band == "STALLED" else 4)
    assert await _shown(lp, schoolhouse, 1) == [(code, str(day)) for day, code in dated[:1] if code == "M.1"] + waiting
