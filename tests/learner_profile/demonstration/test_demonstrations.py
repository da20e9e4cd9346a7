"""Demonstrations: proposed, decided, done, assessed, and what becomes evidence."""

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.learner_profile.demonstration.domain import Act, Scored, may_act, share
from tests.conftest import Sql
from tests.learner_profile.demonstration.conftest import Rubrics

Json = Any


def levels(**chosen: str) -> Json:
    return {"levels": [{"criterion": key, "level": level} for key, level in chosen.items()]}


async def put(rubrics: Rubrics, who: str, path: str, body: Json) -> httpx.Response:
    headers = rubrics.house.district.as_person(rubrics.house.people[who])
    return await rubrics.lp.put(f"/v1/demonstrations/{path}", json=body, headers=headers)


async def propose(rubrics: Rubrics, rubric: UUID, name: UUID, who: str = "learner", **changes: Json) -> httpx.Response:
    said = {"learnerId": str(rubrics.house.learner), "rubricId": str(rubric), "title": "A play", "plan": "On stage"}
    return await put(rubrics, who, str(name), {**said, **changes})


async def approved(rubrics: Rubrics) -> UUID:
    rubric, name = uuid4(), uuid4()
    (await rubrics.put(rubric)).raise_for_status()
    (await propose(rubrics, rubric, name)).raise_for_status()
    said = {"version": 1, "decision": "APPROVED"}
    (await put(rubrics, "teacher", f"{name}/decision", said)).raise_for_status()
    return name


async def ledger(rubrics: Rubrics, sql: Sql, name: UUID) -> list[tuple[Decimal, int, str]]:
    asked = "select score, revision, state from evidence where source_event_id = $1 order by revision"
    async with sql("learner_profile", rubrics.house.district) as connection:
        rows = await connection.fetch(asked, f"{name}:{rubrics.competency}")
    return [(row["score"], row["revision"], row["state"]) for row in rows]


@pytest.mark.parametrize(
    ("scored", "total"),
    [
        ([("1", "1", "3.5")], "0.285714"),
        ([("1", "3.5", "3.5"), ("1", "1", "3.5")], "0.642857"),
        ([("2", "1", "4"), ("1", "4", "4")], "0.500000"),
        ([("1", "1", "800000")], "0.000001"),
        ([("1", "0", "4")], "0.000000"),
    ],
)
def test_a_total_is_weighted_points_over_weighted_most_points(scored: list[tuple[str, ...]], total: str) -> None:
    chosen = [Scored(*(Decimal(number) for number in one)) for one in scored]
    assert format(share(chosen), "f") == total


@pytest.mark.parametrize(
    ("act", "states"),
    [
        ("propose", {"PROPOSED", "RETURNED"}),
        ("decide", {"PROPOSED", "APPROVED", "RETURNED"}),
        ("assess_self", {"APPROVED", "DONE", "ASSESSED"}),
        ("score", {"APPROVED", "DONE", "ASSESSED"}),
    ],
)
def test_each_act_has_its_states(act: Act, states: set[str]) -> None:
    every = {"PROPOSED", "APPROVED", "RETURNED", "DONE", "ASSESSED"}
    assert {state for state in every if may_act(act, state)} == states


async def test_a_demonstration_goes_from_proposal_to_evidence(rubrics: Rubrics, sql: Sql) -> None:
    rubric, name = uuid4(), uuid4()
    (await rubrics.put(rubric)).raise_for_status()
    first = (await propose(rubrics, rubric, name)).json()
    assert (first["state"], first["version"]) == ("PROPOSED", 1)
    assert (await propose(rubrics, rubric, name)).json() == first
    returned = {"version": 1, "decision": "RETURNED", "note": "Say more"}
    back = (await put(rubrics, "teacher", f"{name}/decision", returned)).json()
    assert (back["state"], back["version"], back["note"]) == ("RETURNED", 2, "Say more")
    again = (await propose(rubrics, rubric, name, plan="On a stage, in May", version=2)).json()
    assert (again["state"], again["version"], again["plan"]) == ("PROPOSED", 3, "On a stage, in May")
    early = await put(rubrics, "teacher", f"{name}/score", levels(ideas="Strong"))
    assert (early.status_code, early.json()["code"]) == (409, "DEMONSTRATION_STATE")
    (await put(rubrics, "teacher", f"{name}/decision", {"version": 3, "decision": "APPROVED"})).raise_for_status()
    own = (await put(rubrics, "learner", f"{name}/self-assessment", levels(ideas="Strong"))).json()
    assert (own["state"], own["selfAssessment"]["total"], own["score"]) == ("DONE", 1, None)
    assert await ledger(rubrics, sql, name) == []
    scored = (await put(rubrics, "teacher", f"{name}/score", levels(ideas="Strong", voice="Emerging"))).json()
    assert (scored["state"], scored["score"]["total"]) == ("ASSESSED", 0.642857)
    assert await ledger(rubrics, sql, name) == [(Decimal(1), 1, "active")]


async def test_the_same_score_again_is_nothing_and_another_corrects_it(rubrics: Rubrics, sql: Sql) -> None:
    name = await approved(rubrics)
    path = f"{name}/score"
    one = (await put(rubrics, "teacher", path, levels(ideas="Strong"))).json()
    assert (await put(rubrics, "teacher", path, levels(ideas="Strong"))).json() == one
    assert await ledger(rubrics, sql, name) == [(Decimal(1), 1, "active")]
    (await put(rubrics, "teacher", path, levels(ideas="Emerging"))).raise_for_status()
    assert await ledger(rubrics, sql, name) == [(Decimal(1), 1, "active"), (Decimal("0.285714"), 2, "active")]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (levels(voice="Strong"), "ESSENTIAL_UNSCORED"),
        (levels(ideas="Unheard of"), "UNKNOWN_LEVEL"),
        (levels(ideas="Strong", other="Strong"), "UNKNOWN_LEVEL"),
    ],
)
async def test_what_is_no_score_is_refused_and_leaves_nothing(
    rubrics: Rubrics, sql: Sql, said: Json, code: str
) -> None:
    name = await approved(rubrics)
    refused = await put(rubrics, "teacher", f"{name}/score", said)
    assert (refused.status_code, refused.json()["code"], await ledger(rubrics, sql, name)) == (422, code, [])


async def test_learners_propose_and_teachers_judge(rubrics: Rubrics) -> None:
    rubric, name = uuid4(), uuid4()
    unknown = await propose(rubrics, rubric, name)
    assert (unknown.status_code, unknown.json()["code"]) == (422, "UNKNOWN_RUBRIC")
    (await rubrics.put(rubric)).raise_for_status()
    assert (await propose(rubrics, rubric, name, "teacher")).status_code == 403
    (await propose(rubrics, rubric, name)).raise_for_status()
    said = {"version": 1, "decision": "APPROVED"}
    who = ("learner", "guardian", "other_teacher")
    assert [(await put(rubrics, one, f"{name}/decision", said)).status_code for one in who] == [403, 403, 404]
    stale = await put(rubrics, "teacher", f"{name}/decision", {**said, "version": 7})
    assert (stale.status_code, stale.json()["current"]) == (409, 1)


async def test_work_is_judged_by_the_rubric_as_it_was_when_proposed(rubrics: Rubrics) -> None:
    name = await approved(rubrics)
    (await put(rubrics, "teacher", f"{name}/score", levels(ideas="Strong"))).raise_for_status()
    body = {
        "ids": [str(rubrics.house.learner)],
        "sections": [{"key": "shown", "name": "demonstrations", "args": {}}],
    }
    headers = rubrics.house.district.as_person(rubrics.house.people["guardian"])
    shown = (await rubrics.lp.post("/graph/learners", json=body, headers=headers)).json()[0]["shown"]
    assert [(one["id"], one["state"], one["rubricVersion"]) for one in shown] == [(str(name), "ASSESSED", 1)]
    rubric = UUID(shown[0]["rubricId"])
    (await rubrics.put(rubric, title="Anew", criteria=[shown_criterion()], version=1)).raise_for_status()
    again = (await put(rubrics, "teacher", f"{name}/score", levels(ideas="Emerging"))).json()
    assert (again["rubricVersion"], again["score"]["total"]) == (1, 0.285714)


def shown_criterion() -> Json:
    return {"key": "other", "title": "Other", "levels": [{"name": "Only", "points": 1}]}
