"""The OneRoster gradebook's doors, held against the official document of 1.2."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from jsonschema import Draft4Validator, FormatChecker

from tests.learner_profile.gradebook.lms import GRADEBOOK, SCOPE, SCOPES, Lms, guid, objective_results
from tests.learner_profile.schoolhouse import Schoolhouse

_OFFICIAL = (
    Path(__file__).resolve().parents[4] / "shared/specs/oneroster/onerosterv1p2gradebookservice_openapi3_v1p0.json"
)
_V1P1 = "/ims/oneroster/v1p1"
_COLLECTIONS = ("categories", "lineItems", "results", "scoreScales", "assessmentLineItems", "assessmentResults")

needs_official = pytest.mark.skipif(not _OFFICIAL.is_file(), reason="the shared folder with the standard is absent")


def _reference(kind: str, sourced_id: str) -> dict[str, str]:
    return {"href": f"https://lms.test/{kind}/{sourced_id}", "sourcedId": sourced_id, "type": kind}


def _common(sourced_id: str) -> dict[str, Any]:
    return {"sourcedId": sourced_id, "status": "active", "dateLastModified": "2026-02-02T10:00:00.000Z"}


def _item(sourced_id: str) -> dict[str, Any]:
    return {
        **_common(sourced_id),
        "title": "Fractions",
        "description": "A quiz",
        "class": _reference("class", "c1"),
        "scoreScale": _reference("scoreScale", "sc1"),
        "resultValueMin": 0.5,
        "resultValueMax": 10.0,
        "learningObjectiveSet": [
            {"source": "case", "learningObjectiveIds": [guid("M.1"), guid("M.2")]},
            {"source": "/local", "learningObjectiveIds": ["own-1"]},
        ],
    }


def _result(sourced_id: str) -> dict[str, Any]:
    return {
        **_common(sourced_id),
        "metadata": {"x.y": ["z"]},
        "student": _reference("user", "learner"),
        "scoreScale": _reference("scoreScale", "sc1"),
        "scoreStatus": "fully graded",
        "score": 7.5,
        "textScore": "B",
        "scoreDate": "2026-02-02",
        "comment": "Well done",
        "learningObjectiveSet": [
            {"source": "case", "learningObjectiveResults": objective_results({"M.1": 4.5, "M.2": "B"})}
        ],
        "inProgress": "false",
        "incomplete": "false",
        "late": "true",
        "missing": "false",
    }


_OBJECTS: dict[str, tuple[str, dict[str, Any]]] = {
    "categories": ("category", {**_common("ca1"), "title": "Quizzes", "weight": 0.4}),
    "scoreScales": (
        "scoreScale",
        {
            **_common("sc1"),
            "title": "Letters",
            "type": "letters",
            "course": _reference("course", "co"),
            "class": _reference("class", "c1"),
            "scoreScaleValue": [
                {"itemValueLHS": "9-10", "itemValueRHS": "A"},
                {"itemValueLHS": "0-8", "itemValueRHS": "B"},
            ],
        },
    ),
    "lineItems": (
        "lineItem",
        {
            **_item("li1"),
            "assignDate": "2026-02-01T08:00:00.000Z",
            "dueDate": "2026-02-02T08:00:00.000Z",
            "school": _reference("org", "s1"),
            "category": _reference("category", "ca1"),
            "gradingPeriod": _reference("academicSession", "y"),
            "academicSession": _reference("academicSession", "y"),
        },
    ),
    "results": (
        "result",
        {**_result("r1"), "lineItem": _reference("lineItem", "li1"), "class": _reference("class", "c1")},
    ),
    "assessmentLineItems": (
        "assessmentLineItem",
        {**_item("al1"), "parentAssessmentLineItem": _reference("assessmentLineItem", "al0")},
    ),
    "assessmentResults": (
        "assessmentResult",
        {**_result("ar1"), "assessmentLineItem": _reference("assessmentLineItem", "al1"), "scorePercentile": 88.5},
    ),
}


@pytest.fixture
async def filled(lms: Lms) -> Lms:
    for plural, (one, body) in _OBJECTS.items():
        answer = await lms.send("PUT", f"{GRADEBOOK}/{plural}/{body['sourcedId']}", {one: body})
        assert answer.status_code == 201, answer.text
    return lms


def _official() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_OFFICIAL.read_text("utf-8"))
    return found


def _errors(document: dict[str, Any], path: str, found: Any) -> list[Any]:  # noqa: ANN401 - JSON
    answer = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    rules = {**answer, "components": document["components"]}
    errors = Draft4Validator(rules, format_checker=FormatChecker()).iter_errors(found)
    return [(list(error.absolute_path), error.message) for error in errors]


@needs_official
def test_every_operation_of_the_standard_is_served(lp_app: FastAPI) -> None:
    ours = lp_app.openapi()["paths"]
    for path, methods in _official()["paths"].items():
        for method, operation in methods.items():
            served = ours[GRADEBOOK + path][method]
            assert served["operationId"] == operation["operationId"]
            official = [scope for entry in operation["security"] for scopes in entry.values() for scope in scopes]
            assert set(official) <= set(served["x-scopes"])


@needs_official
async def test_what_is_pushed_comes_back_as_the_standard_has_it(filled: Lms) -> None:
    document = _official()
    for plural, (one, body) in _OBJECTS.items():
        single = (await filled.send("GET", f"{GRADEBOOK}/{plural}/{body['sourcedId']}")).json()
        assert _errors(document, f"/{plural}/{{sourcedId}}", single) == []
        assert _without_links(single[one]) == _without_links(body)
        every = await filled.send("GET", f"{GRADEBOOK}/{plural}")
        assert _errors(document, f"/{plural}", every.json()) == []
        assert (every.json(), every.headers["x-total-count"]) == ({plural: [single[one]]}, "1")


def _without_links(value: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        return {name: _without_links(member) for name, member in value.items() if name != "href"}
    if isinstance(value, list):
        return sorted((_without_links(member) for member in value), key=str)
    return value


@needs_official
@pytest.mark.parametrize(
    ("path", "template", "found"),
    [
        ("classes/c1/categories", "/classes/{classSourcedId}/categories", ["ca1"]),
        ("classes/c1/lineItems", "/classes/{classSourcedId}/lineItems", ["li1"]),
        ("classes/c1/results", "/classes/{classSourcedId}/results", ["r1"]),
        ("classes/c1/scoreScales", "/classes/{classSourcedId}/scoreScales", ["sc1"]),
        ("schools/s1/scoreScales", "/schools/{schoolSourcedId}/scoreScales", ["sc1"]),
        ("schools/s2/scoreScales", "/schools/{schoolSourcedId}/scoreScales", []),
        (
            "classes/c1/lineItems/li1/results",
            "/classes/{classSourcedId}/lineItems/{lineItemSourcedId}/results",
            ["r1"],
        ),
        (
            "classes/c1/students/learner/results",
            "/classes/{classSourcedId}/students/{studentSourcedId}/results",
            ["r1"],
        ),
        ("classes/c1/students/classmate/results", "/classes/{classSourcedId}/students/{studentSourcedId}/results", []),
    ],
)
async def test_collections_hang_below_their_parents(filled: Lms, path: str, template: str, found: list[str]) -> None:
    answer = await filled.send("GET", f"{GRADEBOOK}/{path}")
    assert _errors(_official(), template, answer.json()) == []
    assert [entry["sourcedId"] for entry in next(iter(answer.json().values()))] == found


@pytest.mark.parametrize(
    "path", ["classes/none/results", "schools/none/scoreScales", "classes/c1/students/none/results", "results/none"]
)
async def test_what_hangs_below_nothing_is_unknown(filled: Lms, path: str) -> None:
    answer = await filled.send("GET", f"{GRADEBOOK}/{path}")
    assert answer.status_code == 404
    assert answer.json()["imsx_codeMajor"] == "failure"


@pytest.mark.parametrize(
    ("path", "one", "below"),
    [
        ("classes/c1/lineItems", "lineItem", {"class": "c1"}),
        ("schools/s1/lineItems", "lineItem", {"school": "s1"}),
        ("lineItems/li1/results", "result", {"lineItem": "li1"}),
        ("classes/c1/academicSessions/y/results", "result", {"class": "c1"}),
    ],
)
async def test_objects_are_created_below_their_parents(filled: Lms, path: str, one: str, below: dict[str, str]) -> None:
    body: dict[str, Any] = {"title": "New"} if one == "lineItem" else {"student": {"sourcedId": "learner"}}
    if one == "result" and "lineItem" not in below:
        body["lineItem"] = {"sourcedId": "li1"}
    key = {"Idempotency-Key": "the-same", **filled.headers}
    posted = {f"{one}s": [{**body, "sourcedId": "mine"}, body]}
    first, again = [await filled.lp.post(f"{GRADEBOOK}/{path}", json=posted, headers=key) for _ in range(2)]
    assert (first.status_code, again.json()) == (201, first.json())
    [mine, allocated] = first.json()["sourcedIdPairs"]
    assert mine == {"suppliedSourcedId": "mine", "allocatedSourcedId": "mine"}
    for pair in (mine, allocated):
        stored = (await filled.send("GET", f"{GRADEBOOK}/{one}s/{pair['allocatedSourcedId']}")).json()[one]
        assert {name: stored[name]["sourcedId"] for name in below} == below
    unknown = await filled.send("POST", f"{GRADEBOOK}/{path.replace('1', '9')}", posted)
    assert unknown.status_code == 404


async def test_a_record_may_not_contradict_its_address(filled: Lms) -> None:
    body = {"lineItems": [{"title": "New", "class": {"sourcedId": "c2"}}]}
    assert (await filled.send("POST", f"{GRADEBOOK}/classes/c1/lineItems", body)).status_code == 422
    other = {"category": {"sourcedId": "other", "title": "New"}}
    assert (await filled.send("PUT", f"{GRADEBOOK}/categories/ca1", other)).status_code == 422


async def test_a_put_without_status_and_dates_is_taken(lms: Lms) -> None:
    answer = await lms.put("result", "r1", lineItem={"sourcedId": "li"}, student={"sourcedId": "learner"}, score="7")
    assert answer.status_code == 201
    shown = answer.json()["result"]
    assert (shown["status"], shown["scoreStatus"], shown["score"]) == ("active", "fully graded", 7)
    assert len(shown["scoreDate"]) == 10


async def test_filters_and_sorts_reach_the_gradebooks_own_fields(filled: Lms) -> None:
    await filled.put("result", "r2", lineItem={"sourcedId": "li1"}, student={"sourcedId": "learner"}, score=2)
    for query, found in (
        ("filter=score>'5'", ["r1"]),
        ("filter=student.sourcedId='learner' AND score<'5'", ["r2"]),
        (f"filter=learningObjectiveSet.learningObjectiveResults.learningObjectiveId='{guid('M.1')}'", ["r1"]),
        ("sort=score&orderBy=asc", ["r2", "r1"]),
        ("sort=score&orderBy=desc&limit=1", ["r1"]),
        ("fields=sourcedId&offset=1", ["r2"]),
    ):
        answer = await filled.send("GET", f"{GRADEBOOK}/results?{query}")
        assert [entry["sourcedId"] for entry in answer.json()["results"]] == found
    for query in ("filter=score='x'", "filter=nothing='1'", "fields=nothing", "limit=0", "limit=1&limit=2"):
        assert (await filled.send("GET", f"{GRADEBOOK}/results?{query}")).status_code == 400


async def test_a_deleted_object_stays_to_be_seen_as_deleted(filled: Lms) -> None:
    for plural, (one, body) in _OBJECTS.items():
        address = f"{GRADEBOOK}/{plural}/{body['sourcedId']}"
        assert [(await filled.send("DELETE", address)).status_code for _ in range(2)] == [204, 204]
        assert (await filled.send("GET", address)).json()[one]["status"] == "tobedeleted"
        assert (await filled.send("DELETE", f"{GRADEBOOK}/{plural}/none")).status_code == 404


async def test_version_1_1_serves_line_items_results_and_categories(filled: Lms) -> None:
    old = "https://purl.imsglobal.org/spec/or/v1p1/scope/gradebook."
    headers = filled.district.as_client(f"{old}readonly", f"{old}createput", source="lms", roster_source="sis")
    shown = (await filled.lp.get(f"{_V1P1}/results/r1", headers=headers)).json()["result"]
    assert set(shown) == {
        "sourcedId", "status", "dateLastModified", "metadata", "lineItem", "student", "score", "scoreStatus", "scoreDate",
        "comment",
    }  # fmt: skip
    put = await filled.lp.put(f"{_V1P1}/results/r1", json={"result": {**shown, "score": 3}}, headers=headers)
    assert put.status_code == 201
    now = (await filled.send("GET", f"{GRADEBOOK}/results/r1")).json()["result"]
    assert (now["score"], len(now["learningObjectiveSet"])) == (3, 1)
    for path in ("lineItems", "categories", "classes/c1/lineItems", "classes/c1/lineItems/li1/results"):
        assert (await filled.lp.get(f"{_V1P1}/{path}", headers=headers)).status_code == 200


@pytest.mark.parametrize("plural", _COLLECTIONS)
async def test_scopes_open_the_doors(lp: httpx.AsyncClient, schoolhouse: Schoolhouse, plural: str) -> None:
    district = schoolhouse.district
    address = f"{GRADEBOOK}/{plural}"
    assert (await lp.get(address)).status_code == 401
    assert (await lp.get(address, headers=district.as_client(f"{SCOPE}roster.readonly"))).status_code == 403
    assert (await lp.get(address, headers=district.as_person(schoolhouse.teacher))).status_code == 403
    readonly = district.as_client(*(scope for scope in SCOPES if scope.endswith("readonly")))
    assert (await lp.get(address, headers=readonly)).status_code == 200
    assert (await lp.put(f"{address}/x", json={}, headers=readonly)).status_code == 403
    assert (await lp.delete(f"{address}/x", headers=readonly)).status_code == 403


_GOOD = {"lineItem": {"sourcedId": "li"}, "student": {"sourcedId": "learner"}, "scoreDate": "2026-02-02"}


def _result_with(**members: Any) -> bytes:  # noqa: ANN401 - JSON
    return json.dumps({"result": {**_GOOD, **members}}).encode()


def _objective(**members: Any) -> bytes:  # noqa: ANN401 - JSON
    return _result_with(learningObjectiveSet=[{"source": "case", "learningObjectiveResults": [members]}])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"null", 422),
        (b"7", 422),
        (b"[]", 422),
        (b"{}", 422),
        (b'{"result": null}', 422),
        (b'{"result": []}', 422),
        (b'{"results": []}', 422),
        (b'{"result": {}, "result": {}}', 422),
        (b"\xff", 400),
        (b"[" * 5000, 400),
        (b'{"result": ' + b'{"a":' * 100 + b"1" + b"}" * 101, 422),
        (_result_with(score="many"), 422),
        (_result_with(score=True), 422),
        (_result_with(score=1e300), 422),
        (b'{"result": {"score": NaN}}', 400),
        (b'{"result": {"score": 1e999}}', 400),
        (_result_with(student=None), 422),
        (_result_with(student="learner"), 422),
        (_result_with(student={"sourcedId": "x" * 300}), 422),
        (_result_with(student={"sourcedId": "nul \0"}), 422),
        (_result_with(comment="\ud800"), 422),
        (_result_with(scoreDate="yesterday"), 422),
        (_result_with(scoreStatus="whatever"), 422),
        (_result_with(late="perhaps"), 422),
        (_result_with(learningObjectiveSet=7), 422),
        (_result_with(learningObjectiveSet=[None]), 422),
        (_result_with(learningObjectiveSet=[{"source": "CASE!"}]), 422),
        (_objective(), 422),
        (_objective(learningObjectiveId=None), 422),
        (_objective(learningObjectiveId="x", score=[]), 422),
    ],
)
async def test_a_body_that_is_none_is_refused_and_changes_nothing(lms: Lms, body: bytes, status: int) -> None:
    answer = await lms.send("PUT", f"{GRADEBOOK}/results/r1", content=body)
    assert (answer.status_code, answer.json()["imsx_codeMajor"]) == (status, "failure")
    assert (await lms.send("GET", f"{GRADEBOOK}/results/r1")).status_code == 404


async def test_a_batch_with_one_bad_record_stores_nothing(filled: Lms) -> None:
    records = [{"sourcedId": "good", "student": {"sourcedId": "learner"}}, {"sourcedId": "bad"}]
    answer = await filled.send("POST", f"{GRADEBOOK}/lineItems/li1/results", {"results": records})
    assert answer.status_code == 422
    assert (await filled.send("GET", f"{GRADEBOOK}/results/good")).status_code == 404
