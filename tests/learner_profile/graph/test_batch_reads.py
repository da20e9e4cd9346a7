"""The gateway's doors: one SELECT for a noun, whatever sections are asked for, and only what the caller may see."""

from collections.abc import Mapping
from typing import Any

import httpx

from tests.learner_profile.schoolhouse import Schoolhouse


async def _read(lp: httpx.AsyncClient, noun: str, headers: dict[str, str], body: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
    answer = await lp.post(f"/graph/{noun}", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_learner_is_told_with_school_and_classes_and_their_teachers(
    lp: httpx.AsyncClient, schoolhouse: Schoolhouse
) -> None:
    house = schoolhouse
    sections = [{"key": "home", "name": "school"}, {"key": "courses", "name": "classes"}]
    body = {"ids": [str(house.learner)], "sections": sections}
    found = await _read(lp, "learners", house.district.as_person(house.learner), body)
    assert found == [
        {
            "id": str(house.learner),
            "displayName": "Ada Student",
            "givenName": "Ada",
            "familyName": "Student",
            "grade": "05",
            "home": {
                "id": str(house.school),
                "name": "First Elementary",
                "identifier": None,
                "level": "ELEMENTARY",
                "grades": ["05"],
            },
            "courses": [
                {
                    "id": str(house.class_),
                    "title": "Mathematics 5",
                    "code": None,
                    "subjects": [],
                    "periods": [],
                    "grades": [],
                    "teachers": [
                        {
                            "id": str(house.teacher),
                            "displayName": "Tom Teacher",
                            "givenName": "Tom",
                            "familyName": "Teacher",
                        }
                    ],
                }
            ],
        }
    ]


async def test_who_may_see_a_learner(lp: httpx.AsyncClient, schoolhouse: Schoolhouse) -> None:
    house = schoolhouse
    seen = {}
    for name, person in house.people.items():
        found = await _read(lp, "learners", house.district.as_person(person), {"ids": [str(house.learner)]})
        seen[name] = bool(found)
    assert seen == {
        "learner": True,
        "classmate": False,
        "teacher": True,
        "other_teacher": False,
        "principal": True,
        "other_principal": False,
        "guardian": True,
        "restricted_guardian": False,
        "contact": False,
        "district_leader": True,
        "district_analyst": False,
    }


async def test_nobody_of_another_district_sees_a_learner_with_the_same_identifier(
    lp: httpx.AsyncClient, schoolhouse: Schoolhouse
) -> None:
    house = schoolhouse
    for person in house.people.values():
        found = await _read(lp, "learners", house.other_district.as_person(person), {"ids": [str(house.learner)]})
        assert found == []


async def test_a_class_pages_through_its_learners(lp: httpx.AsyncClient, schoolhouse: Schoolhouse) -> None:
    house = schoolhouse
    headers = house.district.as_person(house.teacher)

    async def page(after: str | None) -> dict[str, Any]:
        sections = [{"key": "l", "name": "learners", "args": {"first": 1, "after": after}}]
        (class_,) = await _read(lp, "classes", headers, {"ids": [str(house.class_)], "sections": sections})
        return dict(class_["l"])

    first = await page(None)
    assert [edge["node"]["displayName"] for edge in first["edges"]] == ["Bob Classmate"]
    assert first["pageInfo"] == {"hasNextPage": True, "endCursor": str(house.people["classmate"])}
    second = await page(str(house.people["classmate"]))
    assert [edge["node"]["displayName"] for edge in second["edges"]] == ["Ada Student"]
    assert second["pageInfo"] == {"hasNextPage": False, "endCursor": str(house.learner)}


async def test_me_knows_my_roles_and_my_learners(lp: httpx.AsyncClient, schoolhouse: Schoolhouse) -> None:
    house = schoolhouse
    body = {"sections": [{"key": "mine", "name": "visibleLearners", "args": {"first": 5}}]}
    me = await _read(lp, "me", house.district.as_person(house.people["guardian"]), body)
    assert me["learnerId"] is None
    assert me["roles"] == []
    assert [edge["node"]["id"] for edge in me["mine"]["edges"]] == [str(house.learner)]
    teacher = await _read(lp, "me", house.district.as_person(house.teacher), body)
    assert [role["role"] for role in teacher["roles"]] == ["TEACHER"]
    assert len(teacher["mine"]["edges"]) == 2


async def test_a_school_shows_its_learners_to_its_principal_only(
    lp: httpx.AsyncClient, schoolhouse: Schoolhouse
) -> None:
    house = schoolhouse
    body = {
        "ids": [str(house.school)],
        "sections": [{"key": "l", "name": "learners"}, {"key": "c", "name": "classes"}],
    }
    counted = {}
    for name in ("principal", "other_principal", "learner", "district_analyst"):
        (school,) = await _read(lp, "schools", house.district.as_person(house.people[name]), body)
        counted[name] = (len(school["l"]["edges"]), len(school["c"]["edges"]))
    assert counted == {"principal": (2, 1), "other_principal": (0, 0), "learner": (1, 1), "district_analyst": (0, 0)}


async def test_unknown_sections_and_arguments_are_refused(lp: httpx.AsyncClient, schoolhouse: Schoolhouse) -> None:
    headers = schoolhouse.district.as_person(schoolhouse.learner)
    for section in ({"key": "x", "name": "nothing"}, {"key": "x", "name": "school", "args": {"first": 1}}):
        answer = await lp.post("/graph/learners", json={"ids": [], "sections": [section]}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (422, "BAD_INPUT")
