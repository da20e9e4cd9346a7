"""Listings, what they serve and how they are found."""

from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx

from local.databases import ServiceDatabase
from tests.conftest import Sql
from tests.marketplace.conftest import SCOPE, Hear, Market, event, framework
from tests.worlds import TestDistrict


async def _list(co: httpx.AsyncClient, district: TestDistrict, resource: UUID | None = None, **body: Any) -> UUID:  # noqa: ANN401
    resource = resource or uuid4()
    given = {"kind": "lesson", "licence": "CC-BY-4.0", "approval": "approved", **body}
    answer = await co.put(f"/v1/resources/{resource}", json=given, headers=district.as_client(SCOPE))
    assert answer.status_code == 200, answer.text
    return resource


async def _search(mk: httpx.AsyncClient, district: TestDistrict, **body: Any) -> dict[str, Any]:  # noqa: ANN401
    answer = await mk.post("/graph/search-resources", json=body, headers=district.as_person(uuid4()))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def _titles(found: dict[str, Any]) -> list[str]:
    return [edge["node"]["title"] for edge in found["edges"]]


async def test_words_find_listings_of_the_own_district_the_closest_first(mk: httpx.AsyncClient, market: Market) -> None:
    await _list(mk, market.district, title="Solving equations")
    await _list(mk, market.district, title="Balances", keywords=["equation"])
    await _list(mk, market.district, title="Poems")
    await _list(mk, market.other, title="Equations of the others")
    found = await _search(mk, market.district, text="equations")
    assert (_titles(found), found["totalCount"]) == (["Solving equations", "Balances"], 2)
    assert found["edges"][0]["node"]["reasons"] == ["Matches equations"]


async def test_a_search_pages_and_counts_and_offers_facets(mk: httpx.AsyncClient, market: Market) -> None:
    for title, kind in (("One", "video"), ("Two", "lesson"), ("Three", "lesson")):
        await _list(mk, market.district, title=title, kind=kind)
    first = await _search(mk, market.district, first=2)
    rest = await _search(mk, market.district, first=2, after=first["pageInfo"]["endCursor"])
    assert (_titles(first), _titles(rest)) == (["One", "Three"], ["Two"])
    assert (first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)
    assert first["totalCount"] == rest["totalCount"] == 3
    assert first["facets"][0] == {
        "name": "kind",
        "values": [{"value": "lesson", "count": 2}, {"value": "video", "count": 1}],
    }


async def test_filters_narrow_together(mk: httpx.AsyncClient, market: Market) -> None:
    wanted: dict[str, Any] = {"grades": ["06"], "alignments": [{"identifier": "alg"}]}
    await _list(mk, market.district, title="Right", **wanted)
    await _list(mk, market.district, title="Wrong grade", **{**wanted, "grades": ["05"]})
    await _list(mk, market.district, title="Wrong competency", grades=["06"], alignments=[{"identifier": "geo"}])
    narrowed = {"grades": ["06"], "competencyIds": [str(market.algebra)], "kinds": ["lesson"]}
    assert _titles(await _search(mk, market.district, filter=narrowed)) == ["Right"]


async def test_a_competency_has_its_resources_with_their_alignments(mk: httpx.AsyncClient, market: Market) -> None:
    alignments = [{"identifier": "alg", "strength": "0.5"}, {"identifier": "unheard"}]
    resource = await _list(mk, market.district, title="Balance", alignments=alignments)
    body = {"ids": [str(market.algebra)], "sections": [{"key": "r", "name": "resources", "args": {"first": 3}}]}
    (found,) = (await mk.post("/graph/competencies", json=body, headers=market.district.as_person(uuid4()))).json()
    (edge,) = found["r"]["edges"]
    assert edge["node"] == {
        "id": str(resource),
        "title": "Balance",
        "kind": "lesson",
        "description": None,
        "url": None,
        "launchUrl": None,
        "keywords": [],
        "licence": "CC-BY-4.0",
        "language": "en",
        "grades": [],
        "approval": "APPROVED",
        "reasons": ["Aligned to ALG"],
        "alignments": [
            {"competency": {"id": str(market.algebra), "identifier": "alg", "code": "ALG"}, "strength": 0.5}
        ],
    }
    other = await mk.post("/graph/competencies", json=body, headers=market.other.as_person(uuid4()))
    assert other.json() == []


async def test_an_alignment_waits_for_its_framework(mk: httpx.AsyncClient, market: Market, hear: Hear) -> None:
    late = uuid4()
    await _list(mk, market.district, title="Early", alignments=[{"identifier": "late"}])
    await hear(framework(market.district, uuid4(), {"late": late}))
    assert _titles(await _search(mk, market.district, filter={"competencyIds": [str(late)]})) == ["Early"]


async def test_an_older_framework_changes_nothing(mk: httpx.AsyncClient, market: Market, hear: Hear) -> None:
    frame, item = uuid4(), uuid4()
    await hear(framework(market.district, frame, {"new": item}, version=2))
    await hear(framework(market.district, frame, {"old": item}, version=1))
    body = {"ids": [str(item)]}
    (found,) = (await mk.post("/graph/competencies", json=body, headers=market.district.as_person(uuid4()))).json()
    assert found["identifier"] == "new"


async def test_a_retired_listing_is_gone(mk: httpx.AsyncClient, market: Market) -> None:
    resource = await _list(mk, market.district, title="Old")
    await _list(mk, market.district, resource, title="Old", approval="retired")
    assert (await _search(mk, market.district))["totalCount"] == 0
    read = await mk.post("/graph/resources", json={"ids": [str(resource)]}, headers=market.district.as_person(uuid4()))
    assert read.json() == []


async def test_listing_twice_changes_nothing(mk: httpx.AsyncClient, market: Market) -> None:
    resource, headers = uuid4(), market.district.as_client(SCOPE)
    body = {"title": "Same", "kind": "lesson", "alignments": [{"identifier": "alg"}]}
    versions = [(await mk.put(f"/v1/resources/{resource}", json=body, headers=headers)).json()["version"] for _ in "12"]
    assert versions == [1, 1]


async def test_who_may_list(mk: httpx.AsyncClient, market: Market, hear: Hear) -> None:
    leader, teacher = uuid4(), uuid4()
    for person, role in ((leader, "district_leader"), (teacher, "teacher")):
        data = {"personId": str(person), "orgId": str(uuid4()), "role": role}
        await hear(event(market.district, "staff.assigned", uuid4(), data))
    mine = await _list(mk, market.district, title="Vendor's")
    body = {"title": "Changed", "kind": "lesson"}
    vendor = market.district.client_token(SCOPE, client_id="another-vendor")
    seen = {}
    for name, headers in {
        "leader": market.district.as_person(leader),
        "teacher": market.district.as_person(teacher),
        "other vendor": {"Authorization": f"Bearer {vendor}"},
        "other district's leader": market.other.as_person(leader),
        "nobody": {},
    }.items():
        seen[name] = (await mk.put(f"/v1/resources/{mine}", json=body, headers=headers)).status_code
    assert seen == {"leader": 200, "teacher": 403, "other vendor": 409, "other district's leader": 403, "nobody": 401}


async def test_the_search_uses_its_index_as_the_application_role(
    market: Market, sql: Sql, databases: dict[str, ServiceDatabase]
) -> None:
    """Row security would forbid the index (`@@` is not leakproof); the definer function is what makes it usable."""
    async with sql("marketplace", market.district) as connection:
        await connection.execute(_MANY_LISTINGS)
    owner = await asyncpg.connect(databases["marketplace"].urls["owner"])
    await owner.execute("vacuum analyze resource")
    await owner.close()
    async with sql("marketplace", market.district) as connection:
        before = await _index_scans(connection)
        found = await connection.fetch("select id from search_resources('needle')")
        await connection.execute("select pg_stat_force_next_flush()")
    async with sql("marketplace", market.district) as connection:
        assert len(found) == 1
        assert await _index_scans(connection) > before


_MANY_LISTINGS = """
insert into resource (district_id, id, title, kind, language, approval, listed_by)
select trellis_district(), uuid7(), case n when 1 then 'needle' else 'straw ' || n end, 'lesson', 'en', 'listed', 'test'
from generate_series(1, 5000) n"""


async def _index_scans(connection: "asyncpg.Connection[asyncpg.Record]") -> int:
    scans = "select idx_scan from pg_stat_user_indexes where indexrelname = 'ix_resource_search'"
    return int(await connection.fetchval(scans))


async def test_bad_listings_are_refused_with_their_place(mk: httpx.AsyncClient, market: Market) -> None:
    headers = market.district.as_client(SCOPE)
    for body, place in (
        ({"kind": "x"}, "/body/title"),
        ({"title": "x", "kind": "x", "url": "javascript:alert(1)"}, "/body/url"),
        ({"title": "x", "kind": "x", "alignments": [{"identifier": "a"}, {"identifier": "a"}]}, "/body"),
        ({"title": "\u0000", "kind": "x"}, "/body/title"),
        ({"title": "x", "kind": "x", "surprise": 1}, "/body/surprise"),
    ):
        answer = await mk.put(f"/v1/resources/{uuid4()}", json=body, headers=headers)
        assert (answer.status_code, answer.json()["errors"][0]["place"]) == (422, place)
