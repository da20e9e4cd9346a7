"""Segments, orders, filters and selections of collections, as a tool meets them."""

import re
from typing import Any

import httpx
import pytest

from tests.learner_profile.oneroster.registrar import LEARNERS, ROSTERING, Registrar
from tests.worlds import ORIGIN

Pair = tuple[Registrar, Registrar]


def links(answer: httpx.Response) -> dict[str, str]:
    found = re.findall(r'<([^>]*)>; rel="([a-z]+)"', answer.headers["link"])
    return {relation: address for address, relation in found}


def ids(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [item["sourcedId"] for item in next(iter(answer.json().values()))]


def minor(answer: httpx.Response) -> str:
    return str(answer.json()["imsx_CodeMinor"]["imsx_codeMinorField"][0]["imsx_codeMinorFieldValue"])


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
async def test_following_next_meets_everybody_once(library: Pair, limit: int) -> None:
    answer = await library[0].get("/users", limit=limit, sort="familyName", filter="status='active'")
    met = ids(answer)
    while "next" in (found := links(answer)):
        assert found["next"].startswith(
            f"{ORIGIN}{ROSTERING['v1p2']}/users?sort=familyName&filter=status%3D%27active%27&"
        )
        answer = await library[0].client.get(found["next"], headers=library[0].headers)
        met += ids(answer)
    assert sorted(met) == sorted([*LEARNERS, "teacher-1", "parent-1"])
    assert answer.headers["x-total-count"] == "7"
    assert ids(await library[0].client.get(found["first"], headers=library[0].headers)) == met[:limit]
    assert ids(await library[0].client.get(found["last"], headers=library[0].headers)) == ids(answer)


async def test_following_prev_leads_back_to_the_first(library: Pair) -> None:
    answer = await library[0].get("/users", limit=3, offset=5)
    steps = 0
    while "prev" in (found := links(answer)):
        answer = await library[0].client.get(found["prev"], headers=library[0].headers)
        steps += 1
    assert (steps, ids(answer)) == (2, ids(await library[0].get("/users", limit=3)))


async def test_a_segment_behind_the_end_is_empty_and_tells_the_total(library: Pair) -> None:
    for offset in ("7", "1000", "99999999999999999999999"):
        answer = await library[0].get("/users", offset=offset)
        assert (ids(answer), answer.headers["x-total-count"]) == ([], "7")
        assert set(links(answer)) == {"first", "last", "prev"}


async def test_a_limit_that_is_too_large_is_lowered(library: Pair) -> None:
    answer = await library[0].get("/users", limit="99999999999")
    assert len(ids(answer)) == 7
    assert "limit=10000&" in links(answer)["first"]


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=-1",
        "limit=ten",
        "limit=1.5",
        "limit=",
        "limit=%2B5",
        "limit=%D9%A3",
        "limit=5&limit=5",
        "offset=-1",
        "offset=x",
        "offset=1&offset=2",
        "orderBy=up",
        "sort=title&sort=title",
        "filter=status%3D'active'&filter=status%3D'active'",
    ],
)
async def test_parameters_that_are_none_are_refused(library: Pair, query: str) -> None:
    answer = await library[0].client.get(f"{ROSTERING['v1p2']}/users?{query}", headers=library[0].headers)
    assert (answer.status_code, minor(answer)) == (400, "invaliddata")


@pytest.mark.parametrize(
    ("collection", "chosen", "expected"),
    [
        ("users", "familyName='Northson' AND givenName>='Name3'", ["learner-4", "learner-5"]),
        ("users", "familyName='northson'", []),
        ("users", "familyName~'ORTHS'", [*LEARNERS]),
        ("users", "givenName='Tara' OR givenName='Pat'", ["parent-1", "teacher-1"]),
        ("users", "roles.role='teacher'", ["teacher-1"]),
        ("users", "roles.role='student' AND sourcedId='learner-2'", ["learner-2"]),
        ("users", "roles.org.sourcedId='school-2'", []),
        ("users", "roles.beginDate<='2026-08-01' AND roles.roleType!='primary'", []),
        ("users", "grades='04'", [*LEARNERS]),
        ("users", "grades='04,05'", []),
        ("users", "grades!='04'", ["parent-1", "teacher-1"]),
        ("users", "agents.sourcedId='parent-1'", [*LEARNERS]),
        ("users", "userIds.identifier='S-learner-3'", ["learner-3"]),
        ("users", "userIds.type='state' AND sourcedId~'TEACH'", ["teacher-1"]),
        ("users", "primaryOrg.sourcedId='school-1' AND enabledUser='false'", []),
        ("users", "middleName!='x' AND sourcedId='parent-1'", ["parent-1"]),
        ("users", "dateLastModified>'2020-01-01' AND sourcedId='parent-1'", ["parent-1"]),
        ("users", "dateLastModified<'2020-01-01T00:00:00.000Z'", []),
        ("users", "phone='555-0100'", ["parent-1"]),
        ("users", "email~'%'", []),
        ("orgs", "parent.sourcedId='district'", ["school-1", "school-2"]),
        ("orgs", "children.sourcedId='school-2'", ["district"]),
        ("orgs", "metadata.region='west'", ["school-2"]),
        ("orgs", "metadata.nosuch='west'", []),
        ("orgs", "metadata.a.b:c-d_e='1' OR metadata.region~'ES'", ["school-2"]),
        ("orgs", "type='school' AND identifier='0101'", ["school-1"]),
        ("classes", "grades='05,04'", ["class-1"]),
        ("classes", "periods~'2'", ["class-1"]),
        ("classes", "terms.sourcedId='fall'", ["class-1"]),
        ("classes", "course.sourcedId='math' AND school.sourcedId='school-2'", ["class-2"]),
        ("enrollments", "user.sourcedId='learner-1' AND class.sourcedId='class-1'", ["seat-learner-1"]),
        ("enrollments", "primary='true'", ["seat-teacher-1"]),
        ("enrollments", "beginDate>'2026-08-03'", []),
        ("academicSessions", "startDate='2026-08-01' AND type='term'", ["fall"]),
        ("demographics", "birthDate='2016-02-29'", ["learner-1"]),
        ("demographics", "asian='true'", ["learner-1"]),
    ],
)
async def test_filters_choose(library: Pair, collection: str, chosen: str, expected: list[str]) -> None:
    answer = await library[0].get(f"/{collection}", filter=chosen)
    assert (ids(answer), answer.headers["x-total-count"]) == (expected, str(len(expected)))


@pytest.mark.parametrize(
    ("collection", "chosen"),
    [
        ("users", "nosuch='1'"),
        ("users", "password='secret'"),
        ("users", "birthDate='2016-02-29'"),
        ("users", "demographics.birthDate='2016-02-29'"),
        ("users", "district_id='x'"),
        ("users", "roles='teacher'"),
        ("users", "roles.secret='teacher'"),
        ("users", "givenName.x='y'"),
        ("users", "userProfiles.credentials.password='y'"),
        ("users", "enabledUser='maybe'"),
        ("users", "enabledUser>'true'"),
        ("users", "dateLastModified>'yesterday'"),
        ("users", "dateLastModified>''"),
        ("enrollments", "beginDate='2026-02-30'"),
        ("orgs", "parent='district'"),
        ("orgs", "metadata='x'"),
    ],
)
async def test_a_filter_on_what_is_not_there_or_not_readable_is_refused_alike(
    library: Pair, collection: str, chosen: str
) -> None:
    answer = await library[0].get(f"/{collection}", filter=chosen)
    assert (answer.status_code, minor(answer)) == (400, "invalid_filter_field")


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"sort": "givenName"}, [*LEARNERS, "parent-1", "teacher-1"]),
        ({"sort": "givenName", "orderBy": "desc"}, ["teacher-1", "parent-1", *reversed(LEARNERS)]),
        ({"sort": "familyName"}, [*LEARNERS, "parent-1", "teacher-1"]),
        ({"sort": "primaryOrg.sourcedId", "orderBy": "desc"}, [*LEARNERS, "parent-1", "teacher-1"]),
        ({"sort": "email", "orderBy": "desc"}, ["teacher-1", *LEARNERS, "parent-1"]),
        ({"orderBy": "desc"}, ["teacher-1", "parent-1", *reversed(LEARNERS)]),
        ({"sort": "nosuch"}, [*LEARNERS, "parent-1", "teacher-1"]),
        ({"sort": "birthDate"}, [*LEARNERS, "parent-1", "teacher-1"]),
        ({"sort": "roles"}, [*LEARNERS, "parent-1", "teacher-1"]),
    ],
)
async def test_orders_are_total_and_an_unknown_field_keeps_the_default(
    library: Pair, params: dict[str, str], expected: list[str]
) -> None:
    assert ids(await library[0].get("/users", **params)) == expected


async def test_a_selection_answers_with_these_members_only(library: Pair) -> None:
    one = (await library[0].get("/users/teacher-1", fields="sourcedId,givenName")).json()
    repeated = await library[0].client.get(
        f"{ROSTERING['v1p2']}/users?fields=sourcedId&fields=givenName&filter=givenName%3D'Tara'",
        headers=library[0].headers,
    )
    assert one == {"user": {"sourcedId": "teacher-1", "givenName": "Tara"}}
    assert repeated.json() == {"users": [{"sourcedId": "teacher-1", "givenName": "Tara"}]}


@pytest.mark.parametrize(
    "fields", ["", "sourcedId,", "nosuch", "password", "sourcedId,roles.role", "birthDate", "a\0b"]
)
async def test_a_selection_of_what_is_not_there_is_refused(library: Pair, fields: str) -> None:
    for path in ("/users", "/users/teacher-1"):
        answer = await library[0].get(path, fields=fields)
        assert (answer.status_code, minor(answer)) == (400, "invalid_selection_field")


@pytest.mark.parametrize(
    "path",
    [
        "/users/nobody",
        "/schools/district",
        "/students/teacher-1",
        "/teachers/learner-1",
        "/terms/year",
        "/gradingPeriods/fall",
        "/schools/nowhere/classes",
        "/schools/school-1/classes/nowhere/students",
        "/schools/nowhere/classes/class-1/students",
        "/students/teacher-1/classes",
        "/users/a%00b",
        "/users/%ED%A0%80",
        "/users/%FF%FE",
        "/users/" + "x" * 3000,
        "/schools/%00/classes",
        "/users/a%2Fb",
        "/users/a/b",
        "/users/..%2F..%2Forgs",
    ],
)
async def test_what_is_unknown_is_an_unknown_object(library: Pair, path: str) -> None:
    answer = await library[0].get(path)
    assert (answer.status_code, minor(answer)) == (404, "unknownobject")


@pytest.mark.parametrize(
    "query", ["filter=status%3D'%FF'", "filter=sourcedId%3D'%ED%A0%80'", "sort=%00", "filter=%00", "x=%FF"]
)
async def test_bytes_that_are_no_text_never_fail_the_service(library: Pair, query: str) -> None:
    answer = await library[0].client.get(f"{ROSTERING['v1p2']}/users?{query}", headers=library[0].headers)
    assert answer.status_code in {200, 400}


async def test_collections_below_an_object_hold_what_belongs_to_it(library: Pair) -> None:
    expected: dict[str, list[str]] = {
        "/classes/class-1/students": [*LEARNERS],
        "/classes/class-1/teachers": ["teacher-1"],
        "/classes/class-2/students": [],
        "/courses/math/classes": ["class-1", "class-2"],
        "/schools/school-1/classes": ["class-1"],
        "/schools/school-1/classes/class-1/enrollments": [f"seat-{name}" for name in (*LEARNERS, "teacher-1")],
        "/schools/school-1/classes/class-1/students": [*LEARNERS],
        "/schools/school-2/classes/class-1/students": [],
        "/schools/school-2/courses": ["math"],
        "/schools/school-1/enrollments": [f"seat-{name}" for name in (*LEARNERS, "teacher-1")],
        "/schools/school-1/students": [*LEARNERS],
        "/schools/school-1/teachers": ["teacher-1"],
        "/schools/school-2/teachers": [],
        "/schools/school-1/terms": ["fall"],
        "/schools/school-2/terms": ["fall"],
        "/students/learner-1/classes": ["class-1"],
        "/teachers/teacher-1/classes": ["class-1"],
        "/terms/fall/classes": ["class-1"],
        "/terms/fall/gradingPeriods": ["quarter-1"],
        "/users/parent-1/classes": [],
    }
    found = {path: ids(await library[0].get(path)) for path in expected}
    assert found == expected


async def test_a_trailing_slash_is_as_good_as_none(library: Pair) -> None:
    assert ids(await library[0].get("/orgs/")) == ids(await library[0].get("/orgs"))
    assert (await library[0].get("/orgs/district/")).json() == (await library[0].get("/orgs/district")).json()


async def test_two_districts_with_the_same_ids_see_only_their_own(loaded: Pair) -> None:
    north, south = loaded
    await south.put("orgs", {"sourcedId": "only-south", "name": "Only South", "type": "school"})
    seen: dict[str, Any] = {}
    for label, registrar in (("North", north), ("South", south)):
        users = (await registrar.get("/students", fields="familyName")).json()["users"]
        schools = (await registrar.get("/schools", fields="name")).json()["orgs"]
        seen[label] = {user["familyName"] for user in users}, {school["name"] for school in schools}
    assert seen == {
        "North": ({"Northson"}, {"North Elementary", "Zeta Middle"}),
        "South": ({"Southson"}, {"South Elementary", "Zeta Middle", "Only South"}),
    }
    assert (await north.get("/orgs/only-south")).status_code == 404
    assert (await north.get("/schools/only-south/classes")).status_code == 404
    assert (await north.get("/orgs", filter="name='Only South'")).headers["x-total-count"] == "0"


async def test_a_person_is_not_a_tool(library: Pair) -> None:
    person = library[0].district.as_person("00000000-0000-7000-8000-000000000000")
    answer = await library[0].client.get(f"{ROSTERING['v1p2']}/users", headers=person)
    assert (answer.status_code, minor(answer)) == (403, "forbidden")
