"""What one may not see looks exactly like what is not there: in bodies, headers, counts, filters, sort orders and refusals."""

from typing import Any

import httpx
import pytest

from tests.access.answers import told
from tests.access.filling import GRADEBOOK, ROSTERING, shared
from tests.access.ledger import Ledger
from tests.access.relations import PEOPLE
from tests.access.requests import UNKNOWN
from tests.access.scopes import ALL
from tests.access.world import Place, World

ROSTERING_1_1 = "/ims/oneroster/v1p1"


def as_system(place: Place, source: str = "sis") -> dict[str, str]:
    return place.district.as_client(*ALL, source=source, roster_source="sis")


HIDDEN = [
    # Who asks, and an address of something that is there and not the caller's, beside one of nothing.
    ("sis", f"{ROSTERING}/orgs/elsewhere", f"{ROSTERING}/orgs/nowhere00"),
    ("sis", f"{ROSTERING}/schools/elsewhere", f"{ROSTERING}/schools/nowhere00"),
    ("sis", f"{ROSTERING}/schools/elsewhere/students", f"{ROSTERING}/schools/nowhere00/students"),
    ("sis", f"{ROSTERING}/schools/d", f"{ROSTERING}/schools/x"),
    ("sis", f"{ROSTERING}/students/teacher", f"{ROSTERING}/students/nowhere"),
    ("sis", f"{ROSTERING}/terms/schoolYear-now", f"{ROSTERING}/terms/nowhereYear-now"),
    ("sis", f"{ROSTERING_1_1}/orgs/elsewhere", f"{ROSTERING_1_1}/orgs/nowhere00"),
    ("sis", f"{GRADEBOOK}/lineItems/lms-own", f"{GRADEBOOK}/lineItems/nowhere"),
    ("sis", f"{GRADEBOOK}/results/lms-own", f"{GRADEBOOK}/results/nowhere"),
    (
        "sis",
        f"{GRADEBOOK}/classes/c1/lineItems/lms-own/results",
        f"{GRADEBOOK}/classes/c1/lineItems/nowhere/results",
    ),
    ("sis", f"{GRADEBOOK}/schools/elsewhere/scoreScales", f"{GRADEBOOK}/schools/nowhere00/scoreScales"),
    ("lms", "/v1/roster/runs/{run}", f"/v1/roster/runs/{UNKNOWN}"),
    ("lms", "/v1/roster/runs/{run}/problems", f"/v1/roster/runs/{UNKNOWN}/problems"),
    ("lms", "/v1/roster/runs/{run}/problems.csv", f"/v1/roster/runs/{UNKNOWN}/problems.csv"),
    ("lms", "/v1/roster/sources/matrix", "/v1/roster/sources/nobody"),
]


@pytest.mark.parametrize(("source", "there", "nowhere"), HIDDEN, ids=[f"{row[0]} {row[1]}" for row in HIDDEN])
async def test_an_object_of_another_source_is_not_there(
    world: World, lp: httpx.AsyncClient, source: str, there: str, nowhere: str
) -> None:
    headers = as_system(world.here, source)
    there = there.replace("{run}", str(world.here.ids["run"]))
    hidden, nothing = await lp.get(there, headers=headers), await lp.get(nowhere, headers=headers)
    assert told(hidden, {there: nowhere}) == told(nothing, {there: nowhere})
    assert hidden.status_code == 404


async def test_removing_what_is_anothers_is_like_removing_nothing(
    world: World, lp: httpx.AsyncClient, ledger: Ledger
) -> None:
    before = await ledger.figure("learner_profile", world.here.district.id)
    for path in (f"{ROSTERING}/users", f"{GRADEBOOK}/lineItems", f"{GRADEBOOK}/results"):
        mine = as_system(world.here, "nobodys-own")
        hidden = await lp.delete(f"{path}/kept", headers=mine)
        nothing = await lp.delete(f"{path}/nope", headers=mine)
        assert told(hidden, {}) == told(nothing, {})
        assert hidden.status_code == 404
    assert await ledger.figure("learner_profile", world.here.district.id) == before


COUNTED = {
    f"{ROSTERING}/users": len(PEOPLE),
    f"{ROSTERING_1_1}/users": len(PEOPLE),
    f"{ROSTERING}/orgs": 3,
    f"{ROSTERING}/demographics": 2,
    f"{GRADEBOOK}/lineItems": 1,
    f"{GRADEBOOK}/results": 1,
    f"{GRADEBOOK}/classes/c1/results": 1,
}


@pytest.mark.parametrize("path", COUNTED)
async def test_a_collection_counts_what_is_the_callers_own(world: World, lp: httpx.AsyncClient, path: str) -> None:
    """In both districts alike, and not one more: neither another source's nor the other district's."""
    for place in world.places:
        answer = await lp.get(path, params={"limit": "1"}, headers=as_system(place))
        assert answer.headers["x-total-count"] == str(COUNTED[path])
        assert f'offset={COUNTED[path] - 1}>; rel="last"' in answer.headers["link"]


async def test_no_filter_finds_what_the_caller_cannot_list(world: World, lp: httpx.AsyncClient) -> None:
    for place in world.places:
        for path in (f"{ROSTERING}/users", f"{ROSTERING_1_1}/users"):
            mine = await lp.get(path, params={"filter": f"familyName='{place.word}'"}, headers=as_system(place))
            assert mine.headers["x-total-count"] == str(len(PEOPLE))
            for guess in (f"familyName='{world.other(place).word}'", "givenName='Namesake'", "sourcedId='elsewhere'"):
                found = await lp.get(path, params={"filter": guess}, headers=as_system(place))
                nothing = await lp.get(path, params={"filter": "familyName='Nobody'"}, headers=as_system(place))
                assert (found.status_code, found.content) == (nothing.status_code, nothing.content)
                assert found.headers["x-total-count"] == "0"


@pytest.mark.parametrize("version", [ROSTERING, ROSTERING_1_1])
@pytest.mark.parametrize(
    "field", ["password", "birthDate", "row_hash", "district_id", "district_id.x", "metadata.__class__"]
)
async def test_a_field_that_may_not_be_read_is_no_field(
    world: World, lp: httpx.AsyncClient, version: str, field: str
) -> None:
    """Neither a filter, nor a sort order, nor a selection tells that it is there."""
    headers = as_system(world.here)
    for parameter, value in (("filter", "{}='x'"), ("sort", "{}"), ("fields", "{}")):
        asked = [
            await lp.get(f"{version}/users", params={parameter: value.format(name)}, headers=headers)
            for name in (field, "nosuchfield")
        ]
        known = field.startswith("metadata.") and parameter in {"filter", "sort"}
        if not known:
            assert _plain(asked[0], field) == _plain(asked[1], "nosuchfield")
        assert asked[0].status_code < 500


def _plain(answer: httpx.Response, name: str) -> tuple[int, str]:
    return answer.status_code, answer.text.replace(name, "?")


async def test_a_retired_listing_is_found_by_nobody(world: World, mk: httpx.AsyncClient) -> None:
    for headers in (as_system(world.here), world.here.district.as_person(world.here.ids["district_leader"])):
        body: dict[str, Any] = {"ids": [str(shared("retired"))]}
        hidden = await mk.post("/graph/resources", json=body, headers=headers)
        nothing = await mk.post("/graph/resources", json={"ids": [str(UNKNOWN)]}, headers=headers)
        assert told(hidden, {}) == told(nothing, {})
        found = await mk.post("/graph/search-resources", json={"text": "retired"}, headers=headers)
        assert found.json()["totalCount"] == 0
        assert found.json()["edges"] == []


@pytest.mark.parametrize("name", ["learner", "classmate", "guardian", "contact", "principal", "district_analyst"])
async def test_a_batch_read_answers_the_same_for_what_is_hidden_and_what_is_not_there(
    world: World, lp: httpx.AsyncClient, name: str
) -> None:
    headers = world.here.district.as_person(world.here.ids[name])
    sections = [{"key": "m", "name": "mastery"}, {"key": "e", "name": "evidence"}]
    hidden = [world.here.ids["removed_learner"], world.there.ids["learner"], world.here.ids["far_learner"]]
    for noun, asked in (("learners", sections), ("persons", []), ("classes", [])):
        ids = [str(world.there.ids["c1"])] if noun == "classes" else [str(id_) for id_ in hidden]
        unseen = await lp.post(f"/graph/{noun}", json={"ids": ids, "sections": asked}, headers=headers)
        nothing = await lp.post(f"/graph/{noun}", json={"ids": [str(UNKNOWN)], "sections": asked}, headers=headers)
        assert told(unseen, {}) == told(nothing, {})
        assert unseen.content == b"[]"


async def test_a_page_after_something_hidden_is_the_page_after_nothing(world: World, lp: httpx.AsyncClient) -> None:
    """A cursor that names somebody whom the caller may not see does not tell where that somebody stands."""
    headers = world.here.district.as_person(world.here.ids["teacher"])
    shown = []
    for cursor in (world.there.ids["learner"], UNKNOWN):
        section = {"key": "l", "name": "learners", "args": {"first": 10, "after": str(cursor)}}
        body = {"ids": [str(world.here.ids["c1"])], "sections": [section]}
        shown.append(await lp.post("/graph/classes", json=body, headers=headers))
    assert told(shown[0], {}) == told(shown[1], {})


async def test_a_foreign_evidence_key_or_competency_is_unknown(world: World, lp: httpx.AsyncClient) -> None:
    """Our own id of the other district's competency is like an id of nothing."""
    headers = world.here.district.as_person(world.here.ids["teacher"])
    said = {"learnerId": str(world.here.ids["learner"]), "score": "0.5"}
    asked = [
        await lp.post("/v1/evidence", json={**said, "competencyId": str(id_)}, headers=headers)
        for id_ in (world.there.ids["A.1"], UNKNOWN)
    ]
    assert told(asked[0], {}) == told(asked[1], {})
    assert asked[0].status_code == 422
