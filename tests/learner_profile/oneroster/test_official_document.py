"""Every read operation of the official OpenAPI document answers as that document says."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.learner_profile.oneroster.registrar import Registrar

DOCUMENT = Path(__file__).parents[4] / "shared/specs/oneroster/onerosterv1p2rostersservice_openapi3_v1p0.json"
IDS = {
    "schoolSourcedId": "school-1",
    "classSourcedId": "class-1",
    "courseSourcedId": "math",
    "studentSourcedId": "learner-1",
    "teacherSourcedId": "teacher-1",
    "termSourcedId": "fall",
    "userSourcedId": "learner-1",
}
OWN = {
    "academicSessions": "year",
    "classes": "class-1",
    "courses": "math",
    "demographics": "learner-1",
    "enrollments": "seat-learner-1",
    "gradingPeriods": "quarter-1",
    "orgs": "district",
    "schools": "school-1",
    "students": "learner-1",
    "teachers": "teacher-1",
    "terms": "fall",
    "users": "parent-1",
}
pytestmark = pytest.mark.skipif(not DOCUMENT.exists(), reason="the official OpenAPI document is not here")


def _document() -> dict[str, Any]:
    if not DOCUMENT.exists():
        return {"paths": {}}
    found: dict[str, Any] = json.loads(DOCUMENT.read_text())
    return found


def _operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, item["get"]["operationId"], item["get"]) for path, item in _document()["paths"].items()]


def _filled(path: str) -> str:
    return path.format(**IDS, sourcedId=OWN.get(path.split("/")[1], ""))


def _schema(document: dict[str, Any], operation: dict[str, Any], status: str) -> dict[str, Any]:
    schema = operation["responses"][status]["content"]["application/json"]["schema"]
    return {**schema, "components": document["components"]}


async def test_all_41_operations_answer_with_the_official_payloads(library: tuple[Registrar, Registrar]) -> None:
    document, registrar = _document(), library[0]
    operations = _operations()
    assert len(operations) == 41
    for path, name, operation in operations:
        answer = await registrar.get(_filled(path))
        assert answer.status_code == 200, (name, answer.text)
        body = answer.json()
        jsonschema.validate(body, _schema(document, operation, "200"), format_checker=jsonschema.FormatChecker())
        listed = next(iter(body.values()))
        assert listed, name
        assert isinstance(listed, dict) or answer.headers["X-Total-Count"] == str(len(listed))


async def test_the_published_operations_are_the_official_ones(library: tuple[Registrar, Registrar]) -> None:
    published = (await library[0].client.get("/openapi.json")).json()["paths"]
    for path, name, operation in _operations():
        ours = published[f"/ims/oneroster/rostering/v1p2{path}"]["get"]
        scopes = {scope for found in operation["security"] for scope in found["OAuth2CC"]}
        parameters = {found["name"] for found in operation["parameters"]}
        assert ours["operationId"] == name
        assert set(ours["x-scopes"]) == scopes
        assert {found["name"] for found in ours["parameters"]} == parameters


async def test_each_operation_opens_to_each_of_its_scopes_and_to_no_other(library: tuple[Registrar, Registrar]) -> None:
    known = ("roster.readonly", "roster-core.readonly", "roster-demographics.readonly", "roster.createput")
    for path, name, operation in _operations():
        allowed = {scope.rsplit("/", 1)[1] for found in operation["security"] for scope in found["OAuth2CC"]}
        for scope in known:
            registrar = Registrar(library[0].client, library[0].district, names=(scope,))
            answer = await registrar.get(_filled(path))
            assert answer.status_code == (200 if scope in allowed else 403), (name, scope)


async def test_refusals_are_the_official_status_info(library: tuple[Registrar, Registrar]) -> None:
    document, registrar = _document(), library[0]
    schema = {**document["components"]["schemas"]["imsx_StatusInfoDType"], "components": document["components"]}
    refused = [
        await registrar.get("/users/nobody"),
        await registrar.get("/users", limit="0"),
        await registrar.get("/users", filter="birthDate='2016-02-29'"),
        await registrar.get("/users", fields="password"),
        await registrar.get("/nowhere"),
        await registrar.send("PATCH", "/users/learner-1", {}),
        await registrar.send("PUT", "/users/learner-1", {"givenName": "No envelope"}),
        await registrar.client.get("/ims/oneroster/rostering/v1p2/users"),
        await Registrar(registrar.client, registrar.district, names=()).get("/users"),
    ]
    for answer in refused:
        jsonschema.validate(answer.json(), schema)
        assert answer.headers["content-type"] == "application/json"
    minors = [
        answer.json()["imsx_CodeMinor"]["imsx_codeMinorField"][0]["imsx_codeMinorFieldValue"] for answer in refused
    ]
    assert list(zip([answer.status_code for answer in refused], minors, strict=True)) == [
        (404, "unknownobject"),
        (400, "invaliddata"),
        (400, "invalid_filter_field"),
        (400, "invalid_selection_field"),
        (404, "unknownobject"),
        (405, "forbidden"),
        (422, "invaliddata"),
        (401, "unauthorisedrequest"),
        (403, "forbidden"),
    ]
