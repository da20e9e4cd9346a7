"""Frameworks and competencies as the graph and the district's own doors show them."""

from tests.learner_profile.gradebook.lms import Lms, guid


async def test_a_framework_shows_its_items_in_order_and_in_pages(lms: Lms) -> None:
    made = (await lms.framework("Maths", "M.3", "M.1", "M.2")).json()
    body = {"ids": [made["id"]], "sections": [{"key": "items", "name": "items", "args": {"first": 2}}]}
    [framework] = (await lms.send("POST", "/graph/frameworks", body)).json()
    items = framework.pop("items")
    assert framework == {
        "id": made["id"],
        "identifier": guid("Maths"),
        "title": "Maths",
        "subject": None,
        "version": None,
        "state": "ACTIVE",
    }
    assert [edge["node"]["code"] for edge in items["edges"]] == ["M.3", "M.1"]
    assert items["pageInfo"] == {"hasNextPage": True, "endCursor": items["edges"][1]["cursor"]}
    body["sections"][0]["args"] = {"first": 2, "after": items["pageInfo"]["endCursor"]}
    [rest] = (await lms.send("POST", "/graph/frameworks", body)).json()
    assert [edge["node"]["code"] for edge in rest["items"]["edges"]] == ["M.2"]


async def test_a_competency_shows_its_fields_and_its_framework(lms: Lms) -> None:
    made = (await lms.framework("Maths", "M.1")).json()
    body = {"ids": [made["id"]], "sections": [{"key": "items", "name": "items"}]}
    [framework] = (await lms.send("POST", "/graph/frameworks", body)).json()
    node = framework["items"]["edges"][0]["node"]
    wanted = {"ids": [node["id"]], "sections": [{"key": "home", "name": "framework"}]}
    [competency] = (await lms.send("POST", "/graph/competencies", wanted)).json()
    assert competency.pop("home")["title"] == "Maths"
    assert competency == node
    assert node == {
        "id": node["id"],
        "identifier": guid("M.1"),
        "code": "M.1",
        "statement": "Can do M.1",
        "type": None,
        "grades": [],
        "frameworkId": made["id"],
        "state": "ACTIVE",
    }


async def test_frameworks_are_listed_in_pages(lms: Lms) -> None:
    made = [(await lms.framework(name, f"{name}.1")).json()["id"] for name in ("A", "B", "C")]
    first = (await lms.send("GET", "/v1/frameworks?first=2")).json()
    assert [framework["title"] for framework in first["frameworks"]] == ["A", "B"]
    assert first["frameworks"][0]["competencies"] == 1
    rest = (await lms.send("GET", f"/v1/frameworks?first=2&after={first['next']}")).json()
    assert ([framework["id"] for framework in rest["frameworks"]], rest["next"]) == (made[2:], None)
    for identifier in (made[0], guid("A")):
        assert (await lms.send("GET", f"/v1/frameworks/{identifier}")).json()["title"] == "A"


async def test_what_is_not_there_is_not_found(lms: Lms) -> None:
    for door in ("CFPackages", "CFDocuments", "CFItems", "CFAssociations", "CFItemAssociations"):
        for identifier in (guid("nothing"), "x", "%00"):
            assert (await lms.send("GET", f"/ims/case/v1p1/{door}/{identifier}")).status_code == 404
