"""Frameworks come in as CASE packages and are updated in place."""

import json
from typing import Any

import httpx
import pytest

from tests.conftest import Sql
from tests.learner_profile.gradebook.lms import Lms, guid, package
from tests.learner_profile.schoolhouse import Schoolhouse
from tests.worlds import TestDistrict

_DOOR = "/v1/frameworks"
_CHANGED = {"lastChangeDateTime": "2026-01-05T10:00:00+00:00"}


def _link(origin: str, kind: str, destination: str) -> dict[str, Any]:
    return {
        "identifier": guid(f"{origin} {kind} {destination}"),
        "associationType": kind,
        "originNodeURI": {"identifier": guid(origin), "title": origin, "uri": f"https://x.test/{guid(origin)}"},
        "destinationNodeURI": {"identifier": guid(destination), "title": destination, "uri": "https://x.test/y"},
        **_CHANGED,
    }


async def _events(sql: Sql, district: TestDistrict) -> list[dict[str, Any]]:
    query = "select version, data from outbox where type = 'framework.published' order by recorded_at"
    async with sql("learner_profile", district) as connection:
        return [{"version": row["version"], **row["data"]} for row in await connection.fetch(query)]


async def _ids(sql: Sql, district: TestDistrict) -> dict[str, tuple[str, str, int]]:
    async with sql("learner_profile", district) as connection:
        rows = await connection.fetch("select identifier, id, state, version from competency")
    return {row["identifier"]: (str(row["id"]), row["state"], row["version"]) for row in rows}


async def test_an_import_again_updates_in_place_and_keeps_what_was_retired(
    lms: Lms, districts: tuple[TestDistrict, TestDistrict], sql: Sql
) -> None:
    await lms.framework("Maths", "M.1", "M.2", "M.3")
    before = await _ids(sql, districts[0])
    body = package("Maths", "M.1", "M.2")
    body["CFItems"][1]["fullStatement"] = "Can do it better"
    report = (await lms.send("POST", _DOOR, body)).json()
    assert report["items"] == {"created": 0, "updated": 1, "unchanged": 1, "withdrawn": 1}
    assert (report["version"], report["created"]) == (2, False)
    after = await _ids(sql, districts[0])
    assert {code: after[guid(code)] for code in ("M.1", "M.2", "M.3")} == {
        "M.1": before[guid("M.1")],
        "M.2": (before[guid("M.2")][0], "active", 2),
        "M.3": (before[guid("M.3")][0], "withdrawn", 2),
    }
    back = (await lms.framework("Maths", "M.1", "M.2", "M.3")).json()
    assert back["items"] == {"created": 0, "updated": 2, "unchanged": 1, "withdrawn": 0}
    assert (await _ids(sql, districts[0]))[guid("M.3")][:2] == (before[guid("M.3")][0], "active")


async def test_only_a_change_is_told_and_it_tells_the_whole_state(
    lms: Lms, districts: tuple[TestDistrict, TestDistrict], sql: Sql
) -> None:
    await lms.framework("Science", "S.1")
    body = package("Maths", "M.1", "M.2")
    body["CFItems"][0]["alternativeLabel"] = "Maths one"
    body["CFAssociations"] = [_link("M.1", "replacedBy", "M.2"), _link("M.2", "exactMatchOf", "S.1")]
    for _ in range(2):
        await lms.send("POST", _DOOR, body)
    ids = await _ids(sql, districts[0])
    events = await _events(sql, districts[0])
    assert sorted((told["title"], told["version"]) for told in events) == [("Maths", 1), ("Science", 1), ("Science", 2)]
    told = next(told for told in events if told["title"] == "Maths")
    assert [(item["id"], item["code"], item["aliases"], item["replacedBy"]) for item in told["items"]] == [
        (ids[guid("M.1")][0], "M.1", ["Maths one"], ids[guid("M.2")][0]),
        (ids[guid("M.2")][0], "M.2", [guid("S.1")], None),
    ]


async def test_an_association_to_a_framework_that_is_not_here_is_kept_and_attaches_when_it_comes(
    lms: Lms, districts: tuple[TestDistrict, TestDistrict], sql: Sql
) -> None:
    body = package("Maths", "M.1")
    body["CFAssociations"] = [_link("M.1", "replacedBy", "N.1")]
    report = (await lms.send("POST", _DOOR, body)).json()
    assert [(finding["pointer"], finding["code"], finding["severity"]) for finding in report["findings"]] == [
        ("/CFAssociations/0/destinationNodeURI", "external", "warning")
    ]
    await lms.framework("New maths", "N.1")
    ids = await _ids(sql, districts[0])
    latest = [event for event in await _events(sql, districts[0]) if event["title"] == "Maths"][-1]
    assert [item["replacedBy"] for item in latest["items"]] == [ids[guid("N.1")][0]]
    assert (await lms.send("POST", _DOOR, body)).json()["findings"] == []


async def test_the_same_code_in_two_frameworks_stays_two_competencies(
    lms: Lms, districts: tuple[TestDistrict, TestDistrict], sql: Sql
) -> None:
    await lms.framework("Maths", "M.1")
    body = package("Other maths", "M.1")
    body["CFItems"][0]["identifier"] = guid("another M.1")
    assert (await lms.send("POST", _DOOR, body)).json()["items"]["created"] == 1
    assert len(await _ids(sql, districts[0])) == 2


async def test_an_item_that_another_framework_holds_is_left_there(
    lms: Lms, districts: tuple[TestDistrict, TestDistrict], sql: Sql
) -> None:
    await lms.framework("Maths", "M.1")
    before = await _ids(sql, districts[0])
    report = (await lms.send("POST", _DOOR, package("Other maths", "M.1", "O.1"))).json()
    assert [(finding["pointer"], finding["code"]) for finding in report["findings"]] == [
        ("/CFItems/0/identifier", "owned_elsewhere")
    ]
    assert report["items"] == {"created": 1, "updated": 0, "unchanged": 0, "withdrawn": 0}
    assert (await _ids(sql, districts[0]))[guid("M.1")] == before[guid("M.1")]


async def test_cycles_are_told_and_do_no_harm(lms: Lms) -> None:
    body = package("Maths", "M.1", "M.2", "M.3", "M.4")
    body["CFAssociations"] = [
        _link("M.1", "isChildOf", "M.2"),
        _link("M.2", "isChildOf", "M.1"),
        _link("M.3", "isChildOf", "M.1"),
        _link("M.4", "precedes", "M.4"),
        _link("M.1", "isRelatedTo", "M.2"),
        _link("M.2", "isRelatedTo", "M.1"),
    ]
    report = (await lms.send("POST", _DOOR, body)).json()
    assert [(finding["pointer"], finding["code"]) for finding in report["findings"]] == [
        ("/CFAssociations/0", "cycle"),
        ("/CFAssociations/1", "cycle"),
        ("/CFAssociations/3", "cycle"),
    ]
    assert report["associations"]["created"] == 6


async def test_a_dry_run_reports_the_same_and_changes_nothing(
    lms: Lms, districts: tuple[TestDistrict, TestDistrict], sql: Sql
) -> None:
    rehearsed = await lms.send("POST", f"{_DOOR}?dry_run=true", package("Maths", "M.1"))
    assert (rehearsed.status_code, rehearsed.json()["id"]) == (200, None)
    assert await _ids(sql, districts[0]) == {}
    assert await _events(sql, districts[0]) == []
    done = (await lms.framework("Maths", "M.1")).json()
    assert {**done, "id": None, "dryRun": True} == rehearsed.json()


def _broken() -> dict[str, tuple[Any, list[tuple[str, str]]]]:
    whole = package("Maths", "M.1", "M.2")
    item, document = whole["CFItems"][0], whole["CFDocument"]
    half = _link("M.1", "isChildOf", "M.2")
    del half["originNodeURI"]
    return {
        "null": (None, [("", "not_an_object")]),
        "a number": (1, [("", "not_an_object")]),
        "a list": ([whole], [("", "not_an_object")]),
        "no document": ({"CFItems": []}, [("/CFDocument", "missing_document")]),
        "document null": ({**whole, "CFDocument": None}, [("/CFDocument", "missing_document")]),
        "document id": (
            {**whole, "CFDocument": {**document, "identifier": 7}},
            [("/CFDocument/identifier", "not_a_uuid")],
        ),
        "items object": ({**whole, "CFItems": {}}, [("/CFItems", "not_a_list")]),
        "item null": ({**whole, "CFItems": [item, None]}, [("/CFItems/1", "not_an_object")]),
        "item id": ({**whole, "CFItems": [{**item, "identifier": "M.1"}]}, [("/CFItems/0/identifier", "not_a_uuid")]),
        "two faults": (
            {**whole, "CFItems": [{"identifier": guid("x"), **_CHANGED}, {**item, "identifier": None}]},
            [("/CFItems/0/fullStatement", "missing_statement"), ("/CFItems/1/identifier", "not_a_uuid")],
        ),
        "same id": (
            {**whole, "CFItems": [item, {**item, "fullStatement": "Other"}]},
            [("/CFItems/1/identifier", "duplicate")],
        ),
        "half link": ({**whole, "CFAssociations": [half]}, [("/CFAssociations/0", "incomplete_association")]),
        "nul": ({**whole, "CFRubrics": [{"a": ["\0"]}]}, [("/CFRubrics/0/a/0", "nul_character")]),
        "nul name": ({**whole, "x": {"a\0": 1}}, [("/x", "nul_character")]),
        "definitions": ({**whole, "CFDefinitions": []}, [("/CFDefinitions", "not_an_object")]),
    }


@pytest.mark.parametrize("case", _broken())
async def test_a_broken_package_is_refused_whole_with_pointers_and_codes(
    lms: Lms, districts: tuple[TestDistrict, TestDistrict], sql: Sql, case: str
) -> None:
    body, expected = _broken()[case]
    answer = await lms.send("POST", _DOOR, content=json.dumps(body).encode())
    assert (answer.status_code, answer.json()["code"]) == (422, "PACKAGE_REFUSED")
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == expected
    async with sql("learner_profile", districts[0]) as connection:
        assert await connection.fetchval("select count(*) from framework") == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b'{"a": "\\ud800"}', 400),
        (b'{"a": NaN}', 400),
        (b"[" * 100_000, 400),
        (b'{"CFDocument": ' + b'{"a":' * 400 + b"1" + b"}" * 401, 422),
        (b'{"CFDocument": {}, "CFDocument": null}', 422),
        (b"1e999", 400),
    ],
    ids=["empty", "cut off", "not UTF-8", "surrogate", "NaN", "bomb", "deep", "twice", "huge number"],
)
async def test_what_is_no_package_never_fails_the_service(lms: Lms, body: bytes, status: int) -> None:
    answer = await lms.send("POST", _DOOR, content=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_body_without_end_is_refused_before_it_is_read(lms: Lms) -> None:
    sent = 0

    async def endless() -> Any:  # noqa: ANN401 - an async iterator
        nonlocal sent
        while True:
            sent += 1
            yield b" " * 1_000_000

    answer = await lms.lp.post(_DOOR, content=endless(), headers=lms.headers)
    assert answer.status_code == 413
    assert sent < 50


async def test_drafts_and_old_forms_are_read(lms: Lms, districts: tuple[TestDistrict, TestDistrict], sql: Sql) -> None:
    body = package("Maths", "M.1", subject="Mathematics")
    body["CFDocument"]["identifier"] = guid("Maths").upper()
    body["CFItems"][0] |= {"educationalLevel": "05", "fullStatement": None, "abbreviatedStatement": "Short"}
    link = _link("M.1", "ischildof", "M.1") | {"originNodeURI": f"https://x.test/uri/{guid('M.1')}", "identifier": None}
    body["CFAssociations"] = [link | {"destinationNodeURI": {"uri": f"https://x.test/{guid('Maths')}/"}}]
    answer = await lms.send("POST", _DOOR, {"CFPackage": body})
    assert answer.status_code == 201, answer.text
    assert [finding["code"] for finding in answer.json()["findings"]] == ["missing_statement", "made_identifier"]
    async with sql("learner_profile", districts[0]) as connection:
        row = await connection.fetchrow("select grades, statement from competency")
        edge = await connection.fetchrow(
            "select type, origin_identifier, destination_identifier from competency_association"
        )
        assert await connection.fetchval("select subject from framework") == "Mathematics"
    assert row is not None
    assert edge is not None
    assert (row["grades"], row["statement"]) == (["05"], "Short")
    assert tuple(edge) == ("isChildOf", guid("M.1"), guid("Maths"))


async def test_a_put_names_the_document(lms: Lms) -> None:
    put = await lms.send("PUT", f"{_DOOR}/{guid('Maths')}", package("Maths", "M.1"))
    assert put.status_code == 201
    other = await lms.send("PUT", f"{_DOOR}/{guid('Other')}", package("Maths", "M.1"))
    assert (other.status_code, other.json()["code"]) == (409, "IDENTIFIER_MISMATCH")


async def test_frameworks_are_imported_by_systems_with_the_scope_and_by_the_districts_stewards(
    lp: httpx.AsyncClient, schoolhouse: Schoolhouse
) -> None:
    district, body = schoolhouse.district, package("Maths", "M.1")
    assert (await lp.post(_DOOR, json=body)).status_code == 401
    assert (await lp.post(_DOOR, json=body, headers=district.as_client())).status_code == 403
    for persona, status in (("teacher", 403), ("principal", 403), ("district_leader", 201)):
        answer = await lp.post(_DOOR, json=body, headers=district.as_person(schoolhouse.people[persona]))
        assert answer.status_code == status


async def test_two_districts_hold_the_same_framework_apart(
    lp: httpx.AsyncClient, lms: Lms, districts: tuple[TestDistrict, TestDistrict], sql: Sql
) -> None:
    there = Lms(lp, districts[1])
    first = (await lms.framework("Maths", "M.1")).json()
    second = (await there.framework("Maths", "M.1")).json()
    assert (second["created"], second["identifier"]) == (True, first["identifier"])
    assert second["id"] != first["id"]
    assert (await there.send("GET", f"{_DOOR}/{first['id']}")).status_code == 404
    body = {"ids": [first["id"], second["id"]]}
    assert [found["id"] for found in (await there.send("POST", "/graph/frameworks", body)).json()] == [second["id"]]
