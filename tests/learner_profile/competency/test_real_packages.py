"""CASE packages that others wrote, and the standard's own schemas for what we publish of them."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft201909Validator, FormatChecker

from tests.learner_profile.gradebook.lms import Lms

_SHARED = Path(__file__).resolve().parents[4] / "shared"
_SCHEMAS = _SHARED / "specs" / "case" / "json-schema-v1p1"
_PACKAGES = {
    "data/case-smarter-balanced/sb_math_g3_c1_targetH_cfpackage.json": (48, 67),
    "data/case-smarter-balanced/sb_math_hs_c1_targetH_cfpackage.json": (86, 126),
    "data/case-opensalt/Ordering.json": (28, 28),
    "data/case-opensalt/SmartLevelFramework.json": (14, 14),
    "data/case-opensalt/opensalt-framework-20c5134f-423d-4097-a971-3dd5152bf507.json": (16, 39),
    "specs/case/mockMATHPackage.json": (48, 67),
}

pytestmark = pytest.mark.skipif(not _SCHEMAS.is_dir(), reason="the shared folder with packages and schemas is absent")


def _assert_valid(document: Any, schema: str) -> None:  # noqa: ANN401 - JSON
    rules = json.loads((_SCHEMAS / f"case_v1p1_{schema}-jsonschema1.json").read_text("utf-8"))
    errors = Draft201909Validator(rules, format_checker=FormatChecker()).iter_errors(document)
    assert [(list(error.absolute_path), error.message) for error in errors] == []


@pytest.mark.parametrize("file", _PACKAGES, ids=lambda file: Path(file).stem)
async def test_a_real_package_comes_in_whole_stays_the_same_and_goes_out_valid(lms: Lms, file: str) -> None:
    body = json.loads((_SHARED / file).read_text("utf-8"))
    items, associations = _PACKAGES[file]
    first = await lms.send("POST", "/v1/frameworks", body)
    assert first.status_code == 201, first.text
    assert first.json()["items"] == {"created": items, "updated": 0, "unchanged": 0, "withdrawn": 0}
    assert first.json()["associations"]["created"] == associations
    again = await lms.send("POST", "/v1/frameworks", body)
    assert (again.status_code, again.json()["version"]) == (200, 1)
    assert again.json()["items"] == {"created": 0, "updated": 0, "unchanged": items, "withdrawn": 0}
    await _assert_published(lms, first.json()["identifier"], items, associations)


async def _assert_published(lms: Lms, identifier: str, items: int, associations: int) -> None:
    package = (await lms.send("GET", f"/ims/case/v1p1/CFPackages/{identifier}")).json()
    _assert_valid(package, "cfpackage")
    assert (len(package["CFItems"]), len(package["CFAssociations"])) == (items, associations)
    doors = {
        f"CFDocuments/{identifier}": "cfdocument",
        "CFDocuments": "cfdocumentset",
        f"CFItems/{package['CFItems'][0]['identifier']}": "cfitem",
        f"CFAssociations/{package['CFAssociations'][0]['identifier']}": "cfassociation",
        f"CFItemAssociations/{package['CFItems'][0]['identifier']}": "cfassociationset",
    }
    for door, schema in doors.items():
        _assert_valid((await lms.send("GET", f"/ims/case/v1p1/{door}")).json(), schema)


async def test_what_we_publish_we_can_take_back(lms: Lms) -> None:
    source = json.loads((_SHARED / next(iter(_PACKAGES))).read_text("utf-8"))
    identifier = (await lms.send("POST", "/v1/frameworks", source)).json()["identifier"]
    published = (await lms.send("GET", f"/ims/case/v1p1/CFPackages/{identifier}")).json()
    report = (await lms.send("POST", "/v1/frameworks", published)).json()
    assert [finding for finding in report["findings"] if finding["code"] != "external"] == []
    assert (report["items"]["created"], report["items"]["withdrawn"]) == (0, 0)
    again = (await lms.send("GET", f"/ims/case/v1p1/CFPackages/{identifier}")).json()
    assert again == published
