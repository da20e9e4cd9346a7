"""Learning plans that their parties propose, answer and close."""

import asyncio
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from services.learner_profile.plan.domain import Change, diff, state_after
from tests.learner_profile.plan.conftest import Plans

Json = Any


def test_a_diff_names_what_was_added_taken_out_and_changed() -> None:
    before = {"title": "Reading", "reviewOn": None, "supports": ["a", "b"], "activities": ["x"]}
    after = {"title": "Writing", "reviewOn": "2026-03-01", "supports": ["c", "a"], "activities": ["x"]}
    assert diff(before, after) == [
        Change("/reviewOn", None, "2026-03-01"),
        Change("/supports", "b", None),
        Change("/supports", None, "c"),
        Change("/title", "Reading", "Writing"),
    ]
    assert diff(after, after) == []


def test_a_plan_is_revised_while_a_newer_version_of_an_agreed_one_waits() -> None:
    assert state_after(is_agreed=False, was_agreed=False) == "PROPOSED"
    assert state_after(is_agreed=True, was_agreed=False) == "ACTIVE"
    assert state_after(is_agreed=False, was_agreed=True) == "REVISED"


async def test_a_plan_is_active_once_each_kind_of_party_has_agreed(plans: Plans) -> None:
    plan = await plans.made()
    shown = await plans.section("guardian", "plan")
    assert (shown["state"], shown["version"], shown["title"], shown["approvals"]) == ("PROPOSED", 1, "Reading", [])
    assert shown["missingApprovals"] == ["LEARNER", "GUARDIAN", "TEACHER"]
    told = await plans.agreed(plan, "teacher")
    assert (told["state"], told["missingApprovals"]) == ("PROPOSED", ["LEARNER", "GUARDIAN"])
    told = await plans.agreed(plan, "learner")
    assert (told["state"], told["missingApprovals"]) == ("PROPOSED", ["GUARDIAN"])
    told = await plans.agreed(plan, "guardian")
    assert (told["state"], told["missingApprovals"]) == ("ACTIVE", [])
    assert [(each["party"], each["state"]) for each in told["approvals"]] == [
        ("TEACHER", "AGREED"),
        ("LEARNER", "AGREED"),
        ("GUARDIAN", "AGREED"),
    ]


async def test_who_proposes_has_not_agreed_and_a_new_version_asks_everybody_again(plans: Plans) -> None:
    plan = await plans.made()
    await plans.agreed(plan)
    revised = (await plans.propose("teacher", version=1, title="Reading aloud")).json()
    assert (revised["id"], revised["state"], revised["version"]) == (str(plan), "REVISED", 2)
    assert (revised["approvals"], revised["missingApprovals"]) == ([], ["LEARNER", "GUARDIAN", "TEACHER"])
    assert [(each["version"], each["title"], each["proposedAs"]) for each in revised["versions"]] == [
        (2, "Reading aloud", "TEACHER"),
        (1, "Reading", "LEARNER"),
    ]
    told = await plans.agreed(plan, version=2)
    assert (told["state"], told["version"]) == ("ACTIVE", 2)


async def test_whoever_declines_later_is_missing_again(plans: Plans) -> None:
    plan = await plans.made()
    await plans.agreed(plan)
    told = (await plans.respond(plan, "guardian", decision="DECLINED")).json()
    assert (told["state"], told["missingApprovals"]) == ("REVISED", ["GUARDIAN"])
    assert [each["state"] for each in told["approvals"] if each["party"] == "GUARDIAN"] == ["DECLINED"]


async def test_the_graph_diffs_versions_as_the_rules_do(plans: Plans) -> None:
    first: Json = {"title": "Reading", "supports": ["a", "b", "a"], "activities": ["x"], "reviewOn": "2026-01-01"}
    last: Json = {"title": "Writing", "supports": ["c", "b"], "activities": ["x"]}
    plan = await plans.made(**first)
    (await plans.propose(version=1, **last)).raise_for_status()
    for versions, contents in (((1, 2), (first, last)), ((2, 1), (last, first)), ((1, 1), (first, first))):
        told = [Change(**one) for one in await plans.diff(plan, *versions)]
        assert sorted(told, key=str) == sorted(diff(*contents), key=str)
    assert await plans.diff(plan, 1, 3) is None


async def test_the_same_key_makes_one_answer_and_one_version(plans: Plans) -> None:
    proposals = [(await plans.propose(key="p")).json() for _ in range(2)]
    assert proposals[0] == proposals[1]
    plan = proposals[0]["id"]
    answers = [(await plans.respond(plan, "learner", key="k")).json() for _ in range(2)]
    assert answers[0] == answers[1]
    other = await plans.respond(plan, "learner", decision="DECLINED", key="k")
    assert (other.status_code, other.json()["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert await plans.counts() == [1, 1, 1]


async def test_what_the_plan_says_already_is_no_new_version(plans: Plans) -> None:
    plan = await plans.made()
    await plans.agreed(plan)
    again = (await plans.propose("guardian")).json()
    assert (again["id"], again["version"], again["state"]) == (str(plan), 1, "ACTIVE")


async def test_a_stale_version_is_refused_with_the_one_that_stands(plans: Plans) -> None:
    plan = await plans.made()
    (await plans.propose("teacher", version=1, title="Writing")).raise_for_status()
    before = await plans.counts()
    for answer in (
        await plans.propose(version=1, title="Another"),
        await plans.propose(title="Another"),
        await plans.respond(plan, "learner", 1),
        await plans.end(plan, "learner", 1),
    ):
        assert (answer.status_code, answer.json()["code"], answer.json()["current"]) == (409, "STALE_VERSION", 2)
    assert await plans.counts() == before


async def test_parties_who_answer_at_once_make_it_active_together(plans: Plans) -> None:
    plan = await plans.made()
    answers = await asyncio.gather(*(plans.respond(plan, who) for who in ("learner", "guardian", "teacher")))
    assert [answer.status_code for answer in answers] == [201] * 3
    assert sorted(answer.json()["state"] for answer in answers) == ["ACTIVE", "PROPOSED", "PROPOSED"]
    shown = await plans.section("learner", "plan")
    assert (shown["state"], shown["missingApprovals"]) == ("ACTIVE", [])


async def test_of_two_proposals_at_once_one_is_stale(plans: Plans) -> None:
    first = await asyncio.gather(*(plans.propose(who, title=who) for who in ("learner", "teacher")))
    assert sorted(answer.status_code for answer in first) == [201, 409]
    second = await asyncio.gather(*(plans.propose(who, title=f"{who} 2", version=1) for who in ("learner", "teacher")))
    assert sorted(answer.status_code for answer in second) == [201, 409]
    assert (await plans.counts())[:2] == [1, 2]


async def test_a_restricted_guardian_is_no_party_and_nothing_is_there(plans: Plans) -> None:
    plan = await plans.made()
    nothing = await plans.respond(uuid4(), "restricted_guardian")
    hidden = [
        await plans.respond(plan, "restricted_guardian"),
        await plans.propose("restricted_guardian", version=1, title="Theirs"),
        await plans.end(plan, "restricted_guardian", 1),
    ]
    assert [(one.status_code, one.content) for one in hidden] == [(404, nothing.content)] * 3
    assert await plans.section("restricted_guardian", "plan") is None
    assert await plans.counts() == [1, 1, 0]


async def test_a_guardian_restricted_after_agreeing_is_missing_and_shown_to_nobody(plans: Plans) -> None:
    plan = await plans.made()
    await plans.agreed(plan, "guardian", "learner")
    await plans.respond(plan, "guardian", key="before")
    await plans.restrict("guardian")
    shown = await plans.section("teacher", "plan")
    assert (shown["state"], shown["missingApprovals"]) == ("PROPOSED", ["GUARDIAN", "TEACHER"])
    assert [each["party"] for each in shown["approvals"]] == ["LEARNER"]
    told = await plans.agreed(plan, "teacher")
    assert (told["state"], told["missingApprovals"]) == ("PROPOSED", ["GUARDIAN"])
    assert (await plans.respond(plan, "guardian", key="before")).status_code == 404


async def test_what_all_have_agreed_to_stands_when_a_guardian_is_restricted_later(plans: Plans) -> None:
    plan = await plans.made()
    await plans.agreed(plan)
    await plans.restrict("guardian")
    shown = await plans.section("learner", "plan")
    assert (shown["state"], shown["missingApprovals"]) == ("ACTIVE", [])
    assert sorted(each["party"] for each in shown["approvals"]) == ["LEARNER", "TEACHER"]


async def test_a_teacher_who_no_longer_teaches_the_learner_counts_no_more(plans: Plans) -> None:
    plan = await plans.made()
    await plans.agreed(plan, "teacher")
    await plans.run("update enrollment set end_on = '2001-01-01' where sourced_id = 'e-teacher'")
    told = await plans.agreed(plan, "learner", "guardian")
    assert (told["state"], told["missingApprovals"]) == ("PROPOSED", ["TEACHER"])


@pytest.mark.parametrize(("years", "missing"), [(17, ["GUARDIAN"]), (18, [])])
async def test_a_learner_of_age_needs_no_guardian(plans: Plans, years: int, missing: list[str]) -> None:
    """A day after the birthday, whatever the day of the test."""
    today = date.today()  # noqa: DTZ011 - two days of room on both sides
    day = date(today.year - years, today.month, min(today.day, 28))
    await plans.born(date.fromordinal(day.toordinal() - 5))
    plan = await plans.made()
    told = await plans.agreed(plan, "learner", "teacher")
    assert (told["state"], told["missingApprovals"]) == ("PROPOSED" if missing else "ACTIVE", missing)


async def test_a_closed_plan_stays_and_the_learner_may_have_a_new_one(plans: Plans) -> None:
    plan = await plans.made()
    for _ in range(2):
        assert (await plans.end(plan, "teacher", 1)).json()["state"] == "CLOSED"
    late = await plans.respond(plan, "learner")
    assert (late.status_code, late.json()["code"]) == (409, "PLAN_CLOSED")
    gone = await plans.propose(version=1, title="On")
    assert (gone.status_code, gone.json()["code"]) == (409, "PLAN_CLOSED")
    assert (await plans.section("learner", "plan"))["id"] == str(plan)
    new = await plans.made()
    assert new != plan
    assert (await plans.section("learner", "plan"))["id"] == str(new)


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("guardian", 201),
        ("teacher", 201),
        ("principal", 403),
        ("district_leader", 403),
        ("classmate", 404),
        ("contact", 404),
        ("other_teacher", 404),
    ],
)
async def test_the_parties_and_nobody_else_propose_and_answer(plans: Plans, who: str, status: int) -> None:
    plan = await plans.made()
    assert (await plans.respond(plan, who)).status_code == status
    assert (await plans.propose(who, version=1, title="Other")).status_code == status
    assert (await plans.counts())[1:] == ([2, 1] if status == 201 else [1, 0])


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": "a\0b"},
        {"title": None},
        {"title": 7},
        {"supports": ["x"] * 51},
        {"supports": "x"},
        {"goalIds": [str(uuid4())]},
        {"competencyIds": [str(uuid4())]},
        {"reviewOn": "soon"},
        {"colour": "red"},
        {"version": 0},
        {"version": 1 << 70},
    ],
)
async def test_what_is_no_plan_is_refused_and_nothing_is_kept(plans: Plans, wrong: dict[str, Any]) -> None:
    answer = await plans.propose(**wrong)
    assert answer.status_code == 422, answer.text
    assert await plans.counts() == [0, 0, 0]


@pytest.mark.parametrize(
    ("who", "rights"),
    [
        ("learner", ["SELF"]),
        ("guardian", ["GUARDIAN"]),
        ("teacher", ["TEACHER"]),
        ("principal", ["SCHOOL"]),
        ("district_leader", ["DISTRICT"]),
        ("restricted_guardian", None),
        ("classmate", None),
    ],
)
async def test_a_viewer_is_told_by_what_right(plans: Plans, who: str, rights: list[str] | None) -> None:
    assert await plans.section(who, "viewerRights") == rights
