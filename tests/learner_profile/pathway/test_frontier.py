"""What learners can start, and who of a class needs the same instruction."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.learner_profile.gradebook.lms import Lms
from tests.learner_profile.pathway.conftest import shows
from tests.learner_profile.schoolhouse import Schoolhouse

Json = Any


async def _section(lp: httpx.AsyncClient, house: Schoolhouse, who: str, noun: str, name: str, **args: Json) -> Json:
    id_ = house.learner if noun == "learners" else house.class_
    body = {"ids": [str(id_)], "sections": [{"key": "shown", "name": name, "args": args}]}
    answer = await lp.post(f"/graph/{noun}", json=body, headers=house.district.as_person(house.people[who]))
    found = answer.raise_for_status().json()
    return found[0]["shown"] if found else "absent"


async def _needs(lp: httpx.AsyncClient, house: Schoolhouse, ids: dict[str, UUID], *codes: str) -> dict[str, list[str]]:
    wanted = [str(ids[code]) for code in codes]
    shown = await _section(lp, house, "teacher", "classes", "needsInstruction", competencyIds=wanted)
    return {need["competency"]["code"]: [one["displayName"] for one in need["learners"]] for need in shown}


async def test_who_has_begun_or_is_ready_needs_instruction(
    lp: httpx.AsyncClient, lms: Lms, schoolhouse: Schoolhouse, codes: dict[str, UUID]
) -> None:
    both = ["Bob Classmate", "Ada Student"]
    assert await _needs(lp, schoolhouse, codes, "M.1", "M.3") == {"M.1": both, "M.3": []}
    for code in ("M.1", "M.2"):
        await shows(lms, "learner", code, 0.9, 0.9)
    await shows(lms, "classmate", "M.1", 0.2, 0.2)
    assert await _needs(lp, schoolhouse, codes, "M.3", "M.1", "M.4") == {
        "M.1": ["Bob Classmate"],
        "M.3": ["Ada Student"],
        "M.4": [],
    }
    await shows(lms, "classmate", "M.3", 0.4)
    assert await _needs(lp, schoolhouse, codes, "M.3") == {"M.3": both}
    await shows(lms, "learner", "M.3", 0.9, 0.9)
    assert await _needs(lp, schoolhouse, codes, "M.3", "M.4") == {"M.3": ["Bob Classmate"], "M.4": ["Ada Student"]}


@pytest.mark.parametrize(
    ("who", "shown"),
    [
        ("principal", ["Bob Classmate", "Ada Student"]),
        ("learner", None),
        ("guardian", None),
        ("district_leader", None),
        ("other_teacher", "absent"),
        ("restricted_guardian", "absent"),
    ],
)
async def test_a_group_is_shown_to_those_who_lead_the_class(
    lp: httpx.AsyncClient, schoolhouse: Schoolhouse, codes: dict[str, UUID], who: str, shown: Json
) -> None:
    wanted = [str(codes["M.1"])]
    told = await _section(lp, schoolhouse, who, "classes", "needsInstruction", competencyIds=wanted)
    names = [one["displayName"] for need in told for one in need["learners"]] if isinstance(told, list) else told
    assert names == shown


async def test_the_frontier_is_what_everything_before_is_mastered_of_with_what_opened_it(
    lp: httpx.AsyncClient, lms: Lms, schoolhouse: Schoolhouse, codes: dict[str, UUID]
) -> None:
    assert len(codes) == 4

    async def frontier(who: str = "learner") -> list[tuple[str, list[str]]]:
        told = await _section(lp, schoolhouse, who, "learners", "frontier")
        return [(one["competency"]["code"], [each["code"] for each in one["prerequisites"]]) for one in told]

    await shows(lms, "learner", "M.1", 0.9, 0.9)
    assert await frontier() == []
    await shows(lms, "learner", "M.2", 0.9, 0.9)
    assert await frontier("guardian") == [("M.3", ["M.1", "M.2"])]
    await shows(lms, "learner", "M.3", 0.9, 0.9)
    assert await frontier("teacher") == [("M.4", ["M.3"])]
    await shows(lms, "learner", "M.4", 0.1)
    assert await frontier() == []
