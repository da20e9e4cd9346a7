"""OneRoster 1.1 over the same roster: a user has one role and a list of orgs."""

from typing import Any

from tests.conftest import Sql
from tests.learner_profile.oneroster.registrar import LEARNERS, READS, ROSTERING, Registrar, ref, user
from tests.worlds import ORIGIN

Pair = tuple[Registrar, Registrar]
BASE = ORIGIN + ROSTERING["v1p1"]


def old(registrar: Registrar, *names: str) -> Registrar:
    chosen = {"names": names} if names else {}
    return Registrar(registrar.client, registrar.district, "v1p1", **chosen)


async def test_a_user_has_one_role_and_its_orgs(library: Pair) -> None:
    found = (await old(library[0]).get("/users/learner-1")).json()["user"]
    del found["dateLastModified"]
    assert found == {
        "sourcedId": "learner-1",
        "status": "active",
        "username": "learner-1",
        "userIds": [{"type": "state", "identifier": "S-learner-1"}],
        "enabledUser": "true",
        "givenName": "Name0",
        "familyName": "Northson",
        "role": "student",
        "orgs": [{"href": f"{BASE}/orgs/school-1", "sourcedId": "school-1", "type": "org"}],
        "agents": [{"href": f"{BASE}/users/parent-1", "sourcedId": "parent-1", "type": "user"}],
        "grades": ["04"],
    }


async def test_every_operation_of_1_2_has_its_1_1_equivalent(library: Pair) -> None:
    paths = (await library[0].client.get("/openapi.json")).json()["paths"]
    new = {path.removeprefix(ROSTERING["v1p2"]) for path in paths if path.startswith(ROSTERING["v1p2"])}
    assert (
        new
        == {path.removeprefix(ROSTERING["v1p1"]) for path in paths if path.startswith(ROSTERING["v1p1"] + "/")} & new
    )
    for path in (
        "/schools/school-1/classes/class-1/students",
        "/students",
        "/terms/fall/gradingPeriods",
        "/demographics",
    ):
        assert (await old(library[0]).get(path)).status_code == 200


async def test_filters_speak_of_role_and_orgs(library: Pair) -> None:
    registrar = old(library[0])
    for chosen, expected in (
        ("role='student'", [*LEARNERS]),
        ("role='teacher' AND orgs.sourcedId='school-1'", ["teacher-1"]),
    ):
        users = (await registrar.get("/users", filter=chosen)).json()["users"]
        assert [found["sourcedId"] for found in users] == expected
    for unknown in ("roles.role='student'", "pronouns='she/her'"):
        assert (await registrar.get("/users", filter=unknown)).status_code == 400
    assert (await registrar.get("/users", fields="roles")).status_code == 400


async def test_its_reads_open_to_its_own_scopes(library: Pair) -> None:
    for scope in READS:
        other = Registrar(library[0].client, library[0].district, names=(scope,))
        address = f"{ROSTERING['v1p1']}/users"
        assert (await library[0].client.get(address, headers=other.headers)).status_code == 403
    assert (await old(library[0], "roster-core.readonly").get("/users")).status_code == 200
    assert (await old(library[0], "roster-core.readonly").get("/schools/school-1/students")).status_code == 403
    assert (await old(library[0], "roster.readonly").get("/demographics")).status_code == 403


async def test_an_old_push_is_a_role_in_each_org(loaded: Pair, sql: Sql) -> None:
    record: dict[str, Any] = {
        "sourcedId": "aide",
        "givenName": "Ada",
        "familyName": "Aide",
        "enabledUser": True,
        "role": "aide",
        "orgs": [ref("school-1"), ref("school-2")],
    }
    registrar = old(loaded[0])
    created, again = await registrar.put("users", record), await registrar.put("users", record)
    assert (created.status_code, again.status_code, created.json()) == (201, 200, again.json())
    shown = (await loaded[0].get("/users/aide")).json()["user"]["roles"]
    assert [(role["role"], role["org"]["sourcedId"]) for role in shown] == [("aide", "school-1"), ("aide", "school-2")]
    async with sql("learner_profile", loaded[0].district) as connection:
        rows = await connection.fetch("select sourced_id from person_role where person_sourced_id = 'aide' order by 1")
    assert [row["sourced_id"] for row in rows] == ["aide:school-1:aide", "aide:school-2:aide"]


async def test_an_old_push_does_not_coarsen_what_1_2_told(loaded: Pair) -> None:
    principal = user("boss", "Bo", "Boss", "principal", pronouns="they/them", preferredFirstName="B")
    await loaded[0].put("users", principal)
    seen = (await old(loaded[0]).get("/users/boss")).json()["user"]
    assert seen["role"] == "administrator"
    before = (await loaded[0].get("/users/boss")).json()
    answer = await old(loaded[0]).send("PUT", "/users/boss", {"user": seen})
    assert answer.status_code == 200
    assert (await loaded[0].get("/users/boss")).json() == before


async def test_a_role_without_orgs_is_refused(loaded: Pair) -> None:
    record = {"sourcedId": "x", "givenName": "X", "familyName": "Y", "role": "student"}
    answer = await old(loaded[0]).put("users", record)
    assert answer.status_code == 422
    assert "/user/orgs" in answer.json()["imsx_description"]
