"""Goals that learners set and others agree to."""

import asyncio
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from services.learner_profile.aims.domain import after_check_in, after_responses, progress
from tests.conftest import Sql
from tests.learner_profile.aims.conftest import Aims


@pytest.mark.parametrize(
    ("baseline", "target", "value", "made"),
    [
        ("0", "10", "5", "0.5000"),
        ("10", "4", "7", "0.5000"),
        ("10", "4", "12", "0.0000"),
        ("10", "4", "1", "1.0000"),
        ("-5", "5", "0", "0.5000"),
        ("0", "3", "2", "0.6667"),
        ("0", "80000", "1", "0.0000"),
        ("0", "20000", "1", "0.0001"),
    ],
)
def test_progress_is_the_share_of_the_way_up_or_down(baseline: str, target: str, value: str, made: str) -> None:
    found = progress(Decimal(baseline), Decimal(target), Decimal(value))
    assert format(found, "f") == made


def test_one_other_party_that_agrees_is_enough_and_the_goal_waits_again_when_it_declines() -> None:
    assert after_responses("PROPOSED", []) == "PROPOSED"
    assert after_responses("PROPOSED", ["DECLINED", "AGREED"]) == "AGREED"
    assert after_responses("AGREED", ["DECLINED"]) == "PROPOSED"
    assert after_responses("AT_RISK", ["DECLINED"]) == "AT_RISK"


def test_a_goal_is_at_risk_while_more_time_has_passed_than_way_was_made() -> None:
    begun, due = date(2026, 1, 1), date(2026, 1, 11)
    assert after_check_in(Decimal("0.5"), begun, due, date(2026, 1, 6)) == "ON_TRACK"
    assert after_check_in(Decimal("0.4999"), begun, due, date(2026, 1, 6)) == "AT_RISK"
    assert after_check_in(Decimal("0.99"), begun, due, date(2027, 1, 1)) == "AT_RISK"
    assert after_check_in(Decimal(1), begun, due, date(2027, 1, 1)) == "MET"
    assert after_check_in(Decimal(0), begun, None, date(2027, 1, 1)) == "ON_TRACK"
    assert after_check_in(Decimal("0.5"), due, due, due) == "AT_RISK"


async def test_a_goal_goes_from_draft_over_agreement_to_met(aims: Aims) -> None:
    goal = uuid4()
    draft = (await aims.set(goal, propose=False)).json()
    assert (draft["state"], draft["version"], draft["progress"], draft["agreements"]) == ("DRAFT", 1, 0, [])
    assert await aims.section("guardian", "goals") == []
    proposed = (await aims.set(goal, version=1)).json()
    assert (proposed["state"], proposed["version"]) == ("PROPOSED", 2)
    agreed = (await aims.respond(goal, "teacher", 2)).json()
    said = [(each["party"], each["decision"]) for each in agreed["agreements"]]
    assert (agreed["state"], agreed["version"], sorted(said)) == (
        "AGREED",
        3,
        [("LEARNER", "AGREED"), ("TEACHER", "AGREED")],
    )
    half = (await aims.check_in(goal, 5, note="Halfway")).json()
    assert (half["state"], half["progress"], half["current"]) == ("ON_TRACK", 0.5, 5)
    met = (await aims.check_in(goal, 10.5, "teacher")).json()
    assert (met["state"], met["progress"]) == ("MET", 1)
    assert [(each["value"], each["party"], each["note"]) for each in met["checkIns"]] == [
        (10.5, "TEACHER", None),
        (5, "LEARNER", "Halfway"),
    ]
    shown = await aims.section("guardian", "goals", status="CLOSED")
    assert [(each["title"], each["version"]) for each in shown] == [("Read ten books", 5)]
    assert [each["state"] for each in shown[0]["versions"]] == ["MET", "ON_TRACK", "AGREED", "PROPOSED"]
    assert [each["state"] for each in met["versions"]][-1] == "PROPOSED"
    late = await aims.check_in(goal, 11)
    assert (late.status_code, late.json()["code"]) == (409, "GOAL_NOT_RUNNING")


async def test_new_terms_ask_for_new_agreement_and_what_was_agreed_is_kept(aims: Aims) -> None:
    goal = await aims.agreed()
    changed = (await aims.set(goal, target=12, version=2)).json()
    assert (changed["state"], changed["version"], changed["target"]) == ("PROPOSED", 3, 12)
    assert [each["party"] for each in changed["agreements"]] == ["LEARNER"]
    assert [(each["version"], each["state"], each["target"]) for each in changed["versions"]] == [
        (3, "PROPOSED", 12),
        (2, "AGREED", 10),
        (1, "PROPOSED", 10),
    ]
    assert await aims.section("learner", "goals", status="ACTIVE") == []


async def test_the_same_request_again_changes_nothing(aims: Aims, sql: Sql) -> None:
    goal, check = uuid4(), uuid4()
    answers: list[Any] = [(await aims.set(goal)).json() for _ in range(2)]
    answers += [(await aims.respond(goal, "guardian", 1)).json() for _ in range(2)]
    path = f"/v1/goals/{goal}/check-ins/{check}"
    answers += [(await aims.put("learner", path, {"value": 3})).json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert answers[2] == answers[3]
    assert answers[4] == answers[5]
    other = await aims.put("learner", path, {"value": 4})
    assert (other.status_code, other.json()["code"]) == (409, "NAME_TAKEN")
    async with sql("learner_profile", aims.house.district) as connection:
        counts = [await connection.fetchval(f"select count(*) from {name}") for name in _TABLES]
    assert counts == [1, 3, 1, 2]


_TABLES = ("goal", "goal_version", "goal_check_in", "goal_response")


async def test_a_stale_version_is_refused_with_the_one_that_stands(aims: Aims) -> None:
    goal = await aims.agreed()
    for answer in (
        await aims.set(goal, title="Another", version=1),
        await aims.set(goal, title="Another"),
        await aims.respond(goal, "teacher", 1),
        await aims.put("learner", f"/v1/goals/{goal}/end", {"version": 1}),
    ):
        assert (answer.status_code, answer.json()["code"], answer.json()["current"]) == (409, "STALE_VERSION", 2)


async def test_of_two_changes_at_once_one_is_stale(aims: Aims) -> None:
    goal = await aims.agreed()
    answers = await asyncio.gather(*(aims.set(goal, title=title, version=2) for title in ("One", "Two")))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    stands = (await aims.section("learner", "goals"))[0]
    assert (stands["version"], stands["title"] in {"One", "Two"}) == (3, True)


async def test_a_dropped_goal_stays_dropped(aims: Aims) -> None:
    goal = await aims.agreed()
    dropped = (await aims.put("learner", f"/v1/goals/{goal}/end", {"version": 2, "note": "Other plans"})).json()
    assert (dropped["state"], dropped["versions"][0]["note"]) == ("DROPPED", "Other plans")
    again = await aims.set(goal, title="Anew", version=3)
    assert (again.status_code, again.json()["code"]) == (409, "GOAL_CLOSED")
    agree = await aims.respond(goal, "teacher", 3)
    assert (agree.status_code, agree.json()["code"]) == (409, "NOT_PROPOSED")


@pytest.mark.parametrize(
    ("who", "setting", "answering"),
    [
        ("guardian", 403, 200),
        ("teacher", 403, 200),
        ("principal", 403, 403),
        ("district_leader", 403, 403),
        ("classmate", 404, 404),
        ("restricted_guardian", 404, 404),
        ("contact", 404, 404),
        ("other_teacher", 404, 404),
    ],
)
async def test_the_learner_owns_and_the_parties_answer(aims: Aims, who: str, setting: int, answering: int) -> None:
    goal = uuid4()
    (await aims.set(goal)).raise_for_status()
    assert (await aims.set(goal, who, title="Theirs", version=1)).status_code == setting
    assert (await aims.put(who, f"/v1/goals/{goal}/end", {"version": 1})).status_code == setting
    assert (await aims.respond(goal, who, 1)).status_code == answering
    stands = (await aims.section("learner", "goals"))[0]
    assert (stands["title"], stands["state"]) == ("Read ten books", "AGREED" if answering == 200 else "PROPOSED")


async def test_a_draft_is_not_there_for_anybody_else(aims: Aims) -> None:
    goal = uuid4()
    (await aims.set(goal, propose=False)).raise_for_status()
    nothing = await aims.respond(uuid4(), "guardian", 1)
    hidden = await aims.respond(goal, "guardian", 1)
    assert (hidden.status_code, hidden.content) == (nothing.status_code, nothing.content)
    assert hidden.status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"target": 0},
        {"target": "NaN"},
        {"target": 1e40},
        {"title": ""},
        {"title": "a\0b"},
        {"title": None},
        {"title": 7},
        {"competencyIds": [str(uuid4())]},
        {"dueOn": "soon"},
        {"colour": "red"},
        {"version": 1 << 70},
    ],
)
async def test_what_is_no_goal_is_refused_and_nothing_is_kept(aims: Aims, wrong: dict[str, Any]) -> None:
    answer = await aims.set(uuid4(), **wrong)
    assert answer.status_code == 422, answer.text
    assert await aims.section("learner", "goals") == []


async def test_a_value_of_tomorrow_is_refused(aims: Aims) -> None:
    answer = await aims.check_in(await aims.agreed(), 3, at="2999-01-01T00:00:00Z")
    assert (answer.status_code, answer.json()["errors"]) == (422, [{"place": "/body/at", "code": "in_the_future"}])


async def test_a_late_value_does_not_hide_a_newer_one(aims: Aims) -> None:
    goal = await aims.agreed()
    await aims.check_in(goal, 6, at="2026-02-02T00:00:00Z")
    shown = (await aims.check_in(goal, 2, at="2026-01-02T00:00:00Z")).json()
    assert (shown["current"], shown["progress"]) == (6, 0.6)


async def test_the_graph_computes_progress_as_the_rules_do(aims: Aims) -> None:
    for baseline, target, value in ((0, 3, 2), (10, 4, 7), (10, 4, 12), (0, 20000, 1), (-5, 5, 9)):
        goal = uuid4()
        (await aims.set(goal, baseline=baseline, target=target)).raise_for_status()
        (await aims.respond(goal, "guardian", 1)).raise_for_status()
        shown = (await aims.check_in(goal, value)).json()
        assert shown["progress"] == float(progress(Decimal(baseline), Decimal(target), Decimal(value)))
