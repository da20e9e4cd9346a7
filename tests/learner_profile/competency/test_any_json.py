"""Whatever JSON stands in a package, it is read or refused, and what was taken goes out as CASE 1.1 has it."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jsonschema import Draft201909Validator

from services.learner_profile.competency.domain.package import read_package
from tests.learner_profile.gradebook.lms import Lms, guid, package

_SCHEMA = (
    Path(__file__).resolve().parents[4] / "shared/specs/case/json-schema-v1p1/case_v1p1_cfpackage-jsonschema1.json"
)
_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
_LEAF = (
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False) | _TEXT
)
_JSON = st.recursive(
    _LEAF, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3), max_leaves=8
)
_LINK = st.fixed_dictionaries({}, optional={"identifier": _JSON | st.just(guid("M.1")), "uri": _JSON, "title": _JSON})


def _members(*names: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional={name: _JSON | _LINK | st.lists(_LINK, max_size=2) for name in names})


_END = st.fixed_dictionaries(
    {"identifier": st.sampled_from([guid("M.1"), "elsewhere"])}, optional={"title": _JSON, "uri": _JSON}
)
_TYPE = st.sampled_from(["isChildOf", "PRECEDES", "an odd type", "ext:own"]) | _JSON
_DOCUMENT = _members(
    "uri", "creator", "title", "lastChangeDateTime", "subject", "subjectURI", "version", "adoptionStatus", "statusEndDate",
    "licenseURI", "notes", "extensions", "caseVersion", "CFPackageURI", "odd",
)  # fmt: skip
_ITEM = _members(
    "uri", "humanCodingScheme", "lastChangeDateTime", "educationLevel", "CFItemType", "CFItemTypeURI", "conceptKeywords",
    "conceptKeywordsURI", "statusEndDate", "notes", "extensions", "CFDocumentURI", "language", "odd",
)  # fmt: skip
_LINKED = _members("uri", "sequenceNumber", "lastChangeDateTime", "CFAssociationGroupingURI", "notes", "extensions")
_DEFINED = _members("title", "description", "hierarchyCode", "typeCode", "licenseText", "lastChangeDateTime", "uri")


@settings(max_examples=200, deadline=None)
@given(raw=_JSON)
def test_reading_any_json_never_fails(raw: Any) -> None:  # noqa: ANN401 - JSON
    assert read_package(raw, datetime.now(UTC)).errors


@pytest.mark.skipif(not _SCHEMA.is_file(), reason="the shared folder with the standard is absent")
@settings(
    max_examples=40, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(parts=st.tuples(_DOCUMENT, _ITEM, _LINKED, _DEFINED), type_=_TYPE, ends=st.tuples(_END, _END))
async def test_what_is_taken_goes_out_valid(
    lms: Lms, parts: tuple[dict[str, Any], ...], type_: object, ends: tuple[object, object]
) -> None:
    document, item, linked, defined = parts
    body = package("Any", "M.1")
    body["CFDocument"] |= document
    body["CFItems"][0] |= item
    named = {"associationType": type_, "originNodeURI": ends[0], "destinationNodeURI": ends[1]}
    body["CFAssociations"] = [{**named, **linked}]
    body["CFDefinitions"] = {"CFItemTypes": [{"identifier": guid("type"), **defined}], "CFLicenses": [defined]}
    answer = await lms.send("POST", "/v1/frameworks", content=json.dumps(body).encode())
    assert answer.status_code in {200, 201, 422}, answer.text
    if answer.status_code == 422:
        return
    published = (await lms.send("GET", f"/ims/case/v1p1/CFPackages/{guid('Any')}")).json()
    rules = Draft201909Validator(json.loads(_SCHEMA.read_text("utf-8")))
    assert [(list(error.absolute_path), error.message) for error in rules.iter_errors(published)] == []
