"""The push extension: what goes in comes out, once, in any order, and others hear of it."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from tests.conftest import Sql
from tests.learner_profile.oneroster.registrar import (
    ENVELOPES,
    Registrar,
    Roster,
    ref,
    roster,
    scopes,
    seat,
    user,
)

Pair = tuple[Registrar, Registrar]


def without_hrefs(found: Any) -> Any:  # noqa: ANN401 - JSON
    """References as a client writes them: the sourcedId alone."""
    if isinstance(found, list):
        return [without_hrefs(item) for item in found]
    if isinstance(found, dict):
        kept = ("sourcedId",) if "href" in found else tuple(found)
        return {name: without_hrefs(found[name]) for name in kept}
    return found


def pushed_pairs(pushed: Roster) -> list[tuple[str, dict[str, Any]]]:
    return [(collection, record) for collection, records in pushed.records.items() for record in records]


async def told(sql: Sql, registrar: Registrar) -> list[tuple[str, str, int]]:
    async with sql("learner_profile", registrar.district) as connection:
        rows = await connection.fetch("select type, state, version from outbox order by id")
    return [(row["type"], row["state"], row["version"]) for row in rows]


async def versions(sql: Sql, registrar: Registrar, table: str) -> dict[str, int]:
    async with sql("learner_profile", registrar.district) as connection:
        rows = await connection.fetch(f'select sourced_id, version from "{table}"')
    return {row["sourced_id"]: row["version"] for row in rows}


async def test_what_was_pushed_is_what_is_read(registrars: Pair) -> None:
    registrar = registrars[0]
    for collection, record in pushed_pairs(roster("North")):
        put = await registrar.put(collection, record)
        got = await registrar.get(f"/{collection}/{record['sourcedId']}")
        assert (put.status_code, got.status_code) == (201, 200), put.text
        assert put.json().keys() == {ENVELOPES[collection]}
        shown = without_hrefs(got.json()[ENVELOPES[collection]])
        assert shown.items() >= record.items()
        assert shown["status"] == "active"


async def test_what_was_read_can_be_put_back_and_changes_nothing(loaded: Pair, sql: Sql) -> None:
    registrar = loaded[0]
    events, before = await told(sql, registrar), await versions(sql, registrar, "person")
    for collection, record in pushed_pairs(roster("North")):
        got = (await registrar.get(f"/{collection}/{record['sourcedId']}")).json()
        answer = await registrar.send("PUT", f"/{collection}/{record['sourcedId']}", got)
        assert (answer.status_code, answer.json()) == (200, got)
    assert await told(sql, registrar) == events
    assert await versions(sql, registrar, "person") == before


async def test_the_same_push_twice_changes_nothing_and_tells_nobody(loaded: Pair, sql: Sql) -> None:
    registrar = loaded[0]
    before = {table: await versions(sql, registrar, table) for table in ("org", "class", "person", "person_role")}
    events = await told(sql, registrar)
    for collection, record in pushed_pairs(roster("North")):
        assert (await registrar.put(collection, record)).status_code == 200
    for collection, records in roster("North").records.items():
        assert (await registrar.send("POST", f"/{collection}", {collection: records})).status_code == 200
    assert {table: await versions(sql, registrar, table) for table in before} == before
    assert await told(sql, registrar) == events


async def test_others_hear_of_schools_staff_and_learners(loaded: Pair, sql: Sql) -> None:
    north = Counter(kind for kind, _, _ in await told(sql, loaded[0]))
    assert north["school.changed"] >= 2
    assert (north["staff.assigned"], north["learner.enrolled"]) == (1, 5)


async def test_the_end_state_does_not_depend_on_the_order(registrars: Pair, sql: Sql) -> None:
    forth, back = registrars
    pairs = pushed_pairs(roster("Same"))
    for collection, record in pairs:
        assert (await forth.put(collection, record)).status_code == 201
    for collection, record in reversed(pairs):
        assert (await back.put(collection, record)).status_code == 201
    for collection in ENVELOPES:
        left, right = (await forth.get(f"/{collection}")).json(), (await back.get(f"/{collection}")).json()
        for item in (*left[collection], *right[collection]):
            del item["dateLastModified"]
        assert left == right
    for registrar in registrars:
        async with sql("learner_profile", registrar.district) as connection:
            found = await connection.fetchrow(
                "select (select count(*) from school_enrollment where state = 'active') as learners,"
                " (select count(*) from staff_assignment where state = 'active') as staff"
            )
        assert found is not None
        assert (found["learners"], found["staff"]) == (5, 1)


async def test_a_change_raises_the_version_and_forgets_what_intake_read(loaded: Pair, sql: Sql) -> None:
    registrar = loaded[0]
    async with sql("learner_profile", registrar.district) as connection:
        await connection.execute("update org set row_hash = 7")
    before = (await registrar.get("/orgs/school-2")).json()["org"]
    versions_before = await versions(sql, registrar, "org")
    changed = {"sourcedId": "school-2", "name": "Omega Middle", "type": "school"}
    answer = await registrar.put("orgs", changed)
    assert answer.status_code == 200
    assert "parent" not in answer.json()["org"]
    assert answer.json()["org"]["dateLastModified"] > before["dateLastModified"]
    async with sql("learner_profile", registrar.district) as connection:
        row = await connection.fetchrow("select row_hash, version, name from org where sourced_id = 'school-2'")
        others = await connection.fetchval("select count(*) from org where row_hash = 7")
    assert row is not None
    assert (row["row_hash"], row["name"], others) == (None, "Omega Middle", 2)
    assert row["version"] > versions_before["school-2"]
    assert ("school.changed", "active", row["version"]) in await told(sql, registrar)


async def test_a_deleted_object_is_marked_and_stays(loaded: Pair, sql: Sql) -> None:
    registrar = loaded[0]
    for _ in range(2):
        assert (await registrar.send("DELETE", "/schools/school-1")).status_code == 204
    events = Counter((kind, state) for kind, state, _ in await told(sql, registrar))
    assert (await registrar.get("/orgs/school-1")).json()["org"]["status"] == "tobedeleted"
    assert (await registrar.get("/orgs", filter="status='tobedeleted'")).headers["x-total-count"] == "1"
    assert events["school.changed", "withdrawn"] == 1
    assert events["staff.assigned", "withdrawn"] == 1
    assert events["learner.enrolled", "withdrawn"] == 5
    assert (await registrar.send("DELETE", "/orgs/nowhere")).status_code == 404
    assert (await registrar.send("DELETE", "/schools/district")).status_code == 404


async def test_a_deleted_object_that_is_put_again_is_active(loaded: Pair) -> None:
    registrar = loaded[0]
    await registrar.send("DELETE", "/users/learner-1")
    learner = next(record for record in roster("North").records["users"] if record["sourcedId"] == "learner-1")
    answer = await registrar.put("users", learner)
    assert (answer.status_code, answer.json()["user"]["status"]) == (200, "active")


async def test_a_dropped_role_is_gone_at_once(loaded: Pair, sql: Sql) -> None:
    registrar = loaded[0]
    moved = user("teacher-1", "Tara", "Teacher", "counselor")
    moved["roles"] = [{"roleType": "primary", "role": "counselor", "org": ref("school-2")}]
    shown = (await registrar.put("users", moved)).json()["user"]["roles"]
    assert [(role["role"], role["org"]["sourcedId"]) for role in shown] == [("counselor", "school-2")]
    assert (await registrar.get("/teachers")).json() == {"users": []}
    async with sql("learner_profile", registrar.district) as connection:
        rows = await connection.fetch("select role, state from staff_assignment order by state")
    assert [(row["role"], row["state"]) for row in rows] == [("counselor", "active"), ("teacher", "withdrawn")]


async def test_a_role_that_intake_read_keeps_its_row(loaded: Pair, sql: Sql) -> None:
    registrar = loaded[0]
    async with sql("learner_profile", registrar.district) as connection:
        await connection.execute("update person_role set sourced_id = 'from-csv' where person_sourced_id = 'teacher-1'")
    await registrar.put("users", user("teacher-1", "Tara", "Changed", "teacher"))
    async with sql("learner_profile", registrar.district) as connection:
        rows = await connection.fetch(
            "select sourced_id, status from person_role where person_sourced_id = 'teacher-1'"
        )
    assert [tuple(row) for row in rows] == [("from-csv", "active")]


async def test_a_user_without_a_word_on_roles_keeps_them(loaded: Pair) -> None:
    record = user("teacher-1", "Tara", "Teacher", "teacher")
    del record["roles"]
    shown = (await loaded[0].put("users", record)).json()["user"]
    assert [role["role"] for role in shown["roles"]] == ["teacher"]


async def test_passwords_are_dropped(loaded: Pair, sql: Sql) -> None:
    profile = {"profileId": "urn:p", "profileType": "x", "vendorId": "v"}
    secret = {"password": "hunter2", "userProfiles": [{**profile, "credentials": [{"password": "hunter2"}]}]}
    answer = await loaded[0].put("users", {**user("teacher-1", "Tara", "Teacher", "teacher"), **secret})
    async with sql("learner_profile", loaded[0].district) as connection:
        row = await connection.fetchval("select to_jsonb(person)::text from person where sourced_id = 'teacher-1'")
    assert "hunter2" not in answer.text
    assert "hunter2" not in row


async def test_a_post_without_a_sourced_id_gets_one_and_keeps_it_under_its_key(registrars: Pair) -> None:
    registrar = registrars[0]
    body = {"org": {"name": "Nameless", "type": "school"}}
    first = await registrar.send("POST", "/orgs", body, **{"Idempotency-Key": "k1"})
    again = await registrar.send("POST", "/orgs/", body, **{"Idempotency-Key": "k1"})
    other = await registrar.send("POST", "/orgs", body)
    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 201)
    assert first.json() == again.json() != other.json()
    allocated = first.json()["sourcedIdPairs"]["allocatedSourcedId"]
    assert (await registrar.get(f"/schools/{allocated}")).json()["org"]["name"] == "Nameless"


async def test_a_set_is_taken_whole_or_not_at_all(registrars: Pair) -> None:
    registrar = registrars[0]
    good = [{"sourcedId": f"o{n}", "name": f"Org {n}", "type": "school"} for n in range(3)]
    refused = await registrar.send("POST", "/orgs", {"orgs": [*good, {"sourcedId": "bad", "type": "school"}]})
    assert (refused.status_code, (await registrar.get("/orgs")).json()) == (422, {"orgs": []})
    assert "/orgs/3/name" in refused.json()["imsx_description"]
    taken = await registrar.send("POST", "/orgs", {"orgs": good})
    pairs = taken.json()["sourcedIdPairs"]
    assert taken.status_code == 201
    assert [pair["allocatedSourcedId"] for pair in pairs] == ["o0", "o1", "o2"]


async def test_required_members_that_an_update_leaves_out_stay(loaded: Pair) -> None:
    answer = await loaded[0].put("classes", {"sourcedId": "class-1", "periods": ["3"]})
    shown = without_hrefs(answer.json()["class"])
    assert answer.status_code == 200
    assert (shown["title"], shown["course"], shown["school"]) == ("Mathematics 4-A", ref("math"), ref("school-1"))
    assert (shown["periods"], shown.get("location")) == (["3"], None)


async def test_a_seat_without_a_school_takes_that_of_its_class(loaded: Pair) -> None:
    late = {**seat("parent-1", "student"), "sourcedId": "late"}
    del late["school"]
    answer = await loaded[0].put("enrollments", late)
    assert answer.status_code == 201
    assert without_hrefs(answer.json()["enrollment"])["school"] == ref("school-1")
    unknown = await loaded[0].put("enrollments", {**late, "sourcedId": "later", "class": ref("nowhere")})
    assert unknown.status_code == 422
    assert "/enrollment/school" in unknown.json()["imsx_description"]


async def test_a_school_door_takes_schools(registrars: Pair) -> None:
    registrar = registrars[0]
    made = await registrar.send("PUT", "/schools/s", {"org": {"name": "S"}})
    refused = await registrar.send("PUT", "/schools/d", {"org": {"name": "D", "type": "district"}})
    assert (made.status_code, made.json()["org"]["type"], refused.status_code) == (201, "school", 422)


async def test_pushes_below_an_object_belong_to_it(loaded: Pair) -> None:
    registrar, path = loaded[0], "/classes/class-2/students"
    seats = [await registrar.send("POST", path, {"enrollment": {"user": ref("learner-1")}}) for _ in range(2)]
    assert [answer.status_code for answer in seats] == [201, 200]
    assert seats[0].json() == seats[1].json()
    found = (await registrar.get("/enrollments", filter="class.sourcedId='class-2'")).json()["enrollments"]
    assert [(seat["user"]["sourcedId"], seat["role"], seat["school"]["sourcedId"]) for seat in found] == [
        ("learner-1", "student", "school-2")
    ]
    quarter = {"title": "Q2", "startDate": "2026-10-11", "endDate": "2026-12-20", "schoolYear": "2027"}
    made = await registrar.send("POST", "/terms/fall/gradingPeriods", {"academicSession": quarter})
    periods = (await registrar.get("/terms/fall/gradingPeriods", sort="title", fields="title")).json()
    assert (made.status_code, periods) == (201, {"academicSessions": [{"title": "Q2"}, {"title": "Quarter-1"}]})


async def test_pushes_below_what_is_unknown_or_contradicted_are_refused(loaded: Pair) -> None:
    registrar = loaded[0]
    seat = {"enrollment": {"user": ref("learner-1")}}
    wrong = {"enrollment": {"user": ref("learner-1"), "class": ref("class-1")}}
    assert (await registrar.send("POST", "/classes/nowhere/students", seat)).status_code == 404
    assert (await registrar.send("POST", "/terms/year/gradingPeriods", {"academicSession": {}})).status_code == 404
    assert (await registrar.send("POST", "/terms/fall/gradingPeriods", {"academicSession": {}})).status_code == 422
    assert (await registrar.send("POST", "/classes/class-2/teachers", wrong)).status_code == 422


async def test_pushes_of_one_user_at_once_make_one_user(loaded: Pair, sql: Sql) -> None:
    registrar = loaded[0]
    record = user("newcomer", "New", "Comer", "student")
    answers = await asyncio.gather(*(registrar.put("users", record) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 200, 200, 201]
    assert (await versions(sql, registrar, "person"))["newcomer"] == 1
    others = [user(f"other-{number}", "New", "Comer", "student") for number in range(8)]
    answers = await asyncio.gather(*(registrar.put("users", other) for other in others))
    assert {answer.status_code for answer in answers} == {201}
    events = Counter(kind for kind, _, _ in await told(sql, registrar))
    assert events["learner.enrolled"] == 5 + 1 + 8


async def test_odd_sourced_ids_are_kept_and_found(registrars: Pair) -> None:
    registrar = registrars[0]
    for odd in ("a/b", "ä ö", "x?y#z", "100%", "a+b", "{x}", "%2F", "🎒", "."):
        created = await registrar.send("POST", "/orgs", {"org": {"sourcedId": odd, "name": odd, "type": "school"}})
        child = {"sourcedId": f"child of {odd}", "name": "child", "type": "school", "parent": ref(odd)}
        await registrar.send("POST", "/orgs", {"org": child})
        assert created.status_code == 201
        found = (await registrar.get("/orgs", filter=f"parent.sourcedId='{odd}'")).json()["orgs"][0]["parent"]
        answer = await registrar.client.get(found["href"], headers=registrar.headers)
        if odd != ".":
            assert answer.json()["org"]["sourcedId"] == odd


async def test_a_source_writes_under_its_own_name_and_reads_the_roster_it_refers_to(loaded: Pair, sql: Sql) -> None:
    registrar = loaded[0]
    lms = registrar.district.as_client(*scopes("v1p2", "roster.createput", "roster.readonly"), source="lms")
    address = "/ims/oneroster/rostering/v1p2/orgs/school-1"
    put = await registrar.client.put(address, json={"org": {"name": "Theirs", "type": "school"}}, headers=lms)
    got = await registrar.client.get(address, headers=lms)
    assert (put.status_code, got.json()["org"]["name"]) == (201, "North Elementary")
    async with sql("learner_profile", registrar.district) as connection:
        rows = await connection.fetch("select source, name from org where sourced_id = 'school-1' order by source")
    assert [tuple(row) for row in rows] == [("lms", "Theirs"), ("sis", "North Elementary")]


@pytest.mark.parametrize(
    ("collection", "scope", "action", "status"),
    [
        ("orgs", "roster.readonly", "PUT", 403),
        ("orgs", "roster.delete", "PUT", 403),
        ("orgs", "roster.createput", "PUT", 200),
        ("orgs", "roster.createput", "DELETE", 403),
        ("orgs", "roster.delete", "DELETE", 204),
        ("demographics", "roster.createput", "PUT", 403),
        ("demographics", "roster-demographics.createput", "PUT", 200),
        ("demographics", "roster.delete", "DELETE", 403),
        ("demographics", "roster-demographics.delete", "DELETE", 204),
    ],
)
async def test_pushes_need_their_scope(loaded: Pair, collection: str, scope: str, action: str, status: int) -> None:
    record = roster("North").records[collection][0]
    registrar = Registrar(loaded[0].client, loaded[0].district, names=(scope,))
    body = {ENVELOPES[collection]: record} if action == "PUT" else None
    answer = await registrar.send(action, f"/{collection}/{record['sourcedId']}", body)
    assert answer.status_code == status


async def test_a_push_stays_in_its_district(loaded: Pair) -> None:
    north, south = loaded
    before = (await south.get("/orgs/school-1")).json()
    await north.put("orgs", {"sourcedId": "school-1", "name": "Taken over", "type": "school"})
    assert (await north.send("DELETE", "/users/learner-1")).status_code == 204
    assert (await south.get("/orgs/school-1")).json() == before
    assert (await south.get("/users/learner-1")).json()["user"]["status"] == "active"
