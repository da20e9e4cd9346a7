"""Rubrics: drafted, published, retired, and never changed once published."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from services.learner_profile.demonstration.domain import RubricState, may_follow
from tests.conftest import Sql
from tests.learner_profile.demonstration.conftest import LEVELS, Rubrics, criterion

Json = Any


@pytest.mark.parametrize(
    ("before", "after", "was_published", "may"),
    [
        (None, "DRAFT", False, True),
        (None, "PUBLISHED", False, True),
        (None, "RETIRED", False, False),
        ("DRAFT", "DRAFT", False, True),
        ("DRAFT", "PUBLISHED", False, True),
        ("DRAFT", "RETIRED", False, False),
        ("DRAFT", "RETIRED", True, True),
        ("PUBLISHED", "DRAFT", True, True),
        ("PUBLISHED", "PUBLISHED", True, True),
        ("PUBLISHED", "RETIRED", True, True),
        ("RETIRED", "DRAFT", True, False),
        ("RETIRED", "PUBLISHED", True, False),
        ("RETIRED", "RETIRED", True, False),
    ],
)
def test_a_rubric_goes_from_draft_to_published_to_retired(
    before: RubricState | None, after: RubricState, *, was_published: bool, may: bool
) -> None:
    assert may_follow(before, after, was_published=was_published) is may


async def test_a_rubric_is_shown_as_it_was_last_published(rubrics: Rubrics) -> None:
    rubric = uuid4()
    draft = await rubrics.put(rubric, state="DRAFT")
    assert (draft.status_code, draft.json()["version"], await rubrics.shown(rubric)) == (200, 1, [])
    (await rubrics.put(rubric, version=1)).raise_for_status()
    anew = [criterion("ideas", weight=2)]
    (await rubrics.put(rubric, state="DRAFT", criteria=anew, version=2)).raise_for_status()
    shown = (await rubrics.shown(rubric))[0]
    assert (shown["id"], shown["version"], shown["state"], shown["title"]) == (
        str(rubric),
        2,
        "PUBLISHED",
        "Arguments",
    )
    ideas, voice = shown["criteria"]
    assert (ideas["key"], ideas["weight"], ideas["isEssential"]) == ("ideas", 1, True)
    assert [one["code"] for one in ideas["competencies"]] == ["W.1"]
    assert (voice["title"], voice["isEssential"], voice["competencies"]) == ("Voice", False, [])
    assert [(one["name"], one["points"], one.get("description")) for one in voice["levels"]] == [
        ("Emerging", 1, None),
        ("Strong", 3.5, "Every claim is shown"),
    ]
    (await rubrics.put(rubric, state="RETIRED", version=3)).raise_for_status()
    assert [(one["version"], one["state"]) for one in await rubrics.shown(rubric)] == [(4, "RETIRED")]
    ended = await rubrics.put(rubric, version=4)
    assert (ended.status_code, ended.json()["code"]) == (409, "RUBRIC_STATE")


async def test_the_same_again_changes_nothing_and_a_stale_version_is_told_the_current_one(
    rubrics: Rubrics, sql: Sql
) -> None:
    rubric = uuid4()
    first = (await rubrics.put(rubric)).json()
    assert (await rubrics.put(rubric)).json() == first
    stale = await rubrics.put(rubric, title="Other")
    assert (stale.status_code, stale.json()["code"], stale.json()["current"]) == (409, "STALE_RUBRIC", 1)
    async with sql("learner_profile", rubrics.house.district) as connection:
        kept = await connection.fetch("select version, title from rubric_version where rubric_id = $1", rubric)
    assert [(row["version"], row["title"]) for row in kept] == [(1, "Arguments")]


async def test_of_two_at_once_one_is_told_that_it_is_stale(rubrics: Rubrics) -> None:
    rubric = uuid4()
    answers = await asyncio.gather(*(rubrics.put(rubric, title=title) for title in ("One", "Two")))
    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_leaders_and_stewards_write_rubrics_in_their_own_district_alone(rubrics: Rubrics) -> None:
    rubric = uuid4()
    refused = await rubrics.put(rubric, "teacher")
    assert (refused.status_code, await rubrics.shown(rubric)) == (403, [])
    (await rubrics.put(rubric)).raise_for_status()
    assert await rubrics.shown(rubric, rubrics.house.other_district) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"criteria": []},
        {"criteria": [criterion("a"), criterion("a")]},
        {"criteria": [criterion("a", levels=[])]},
        {"criteria": [criterion("a", levels=[{"name": "None", "points": 0}])]},
        {"criteria": [criterion("a", levels=[LEVELS[0], LEVELS[0]])]},
        {"criteria": [criterion("a", weight=0)]},
        {"criteria": [criterion("a", weight="NaN")]},
        {"criteria": [criterion("a", competencyIds=["x"])]},
        {"criteria": [criterion("a", competencyIds=[str(uuid4())])]},
        {"criteria": None},
        {"title": "a\0b"},
        {"title": 1},
        {"state": "OPEN"},
        {"state": "RETIRED"},
    ],
)
async def test_what_makes_no_rubric_is_refused_and_leaves_nothing(rubrics: Rubrics, sql: Sql, changes: Json) -> None:
    rubric = uuid4()
    assert (await rubrics.put(rubric, **changes)).status_code in {400, 409, 422}
    async with sql("learner_profile", rubrics.house.district) as connection:
        assert await connection.fetch("select 1 from rubric where id = $1", rubric) == []
