"""Bodies that are not what they should be: refused with the place, never a failure, nothing half done."""

from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.learner_profile.oneroster.errors import InvalidPayload
from services.learner_profile.oneroster.schemas.records import record
from services.learner_profile.oneroster.schemas.resources import V1P1, V1P2
from tests.learner_profile.oneroster.registrar import ENVELOPES, Registrar, ref, roster

Pair = tuple[Registrar, Registrar]
ORG = {"name": "S", "type": "school"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"null", 422),
        (b"7", 422),
        (b'"org"', 422),
        (b"[]", 422),
        (b"{}", 422),
        (b"{", 400),
        (b"\xff\xfe{}", 400),
        (b'{"org": {"name": "\xff"}}', 400),
        (b'{"org": {"name": NaN, "type": "school"}}', 400),
        (b'{"org": {"name": "S", "type": "school", "metadata": {"n": 1e999}}}', 400),
        (b'{"org": {"name": "S", "type": "school", "metadata": {"n": ' + b"9" * 5000 + b"}}}", 400),
        (b'{"org": {"name": "S", "type": "school", "name": "T"}}', 422),
        (b'{"org": {"name": "S", "type": "school"}, "org": {}}', 422),
        (b'{"org": {"name": "\\ud800", "type": "school"}}', 422),
        (b'{"org": {"name": "a\\u0000b", "type": "school"}}', 422),
        (b'{"org": {"name": "S", "type": "school", "metadata": {"\\u0000": 1}}}', 422),
        (b'{"org": {"name": "S", "type": "school", "metadata": {"\\udfff": 1}}}', 422),
        (b'{"\\ud800": 1, "\\ud800": 2}', 422),
        (b"[" * 100_000, 400),
        (b'{"org": ' * 5000 + b"1" + b"}" * 5000, 400),
        (b'{"org": {"name": "S", "type": "school", "metadata": {"a": ' + b"[" * 50 + b"]" * 50 + b"}}}", 422),
        (b'{"org": null}', 422),
        (b'{"orgs": {"name": "S"}}', 422),
        (b'{"org": [{"name": "S"}]}', 422),
        (b'{"user": {"givenName": "S"}}', 422),
        (b'{"name": "S", "type": "school"}', 422),
        (b"x" * 2_000_000, 413),
    ],
)
async def test_what_is_not_a_payload_is_refused(registrars: Pair, body: bytes, status: int) -> None:
    for method, path in (("PUT", "/orgs/x"), ("POST", "/orgs")):
        answer = await registrars[0].send(method, path, body)
        assert answer.status_code == status, answer.text
        assert answer.json()["imsx_codeMajor"] == "failure"
    assert (await registrars[0].get("/orgs")).json() == {"orgs": []}


@pytest.mark.parametrize(
    ("collection", "member", "value", "place"),
    [
        ("orgs", "name", None, "/org/name"),
        ("orgs", "name", "", "/org/name"),
        ("orgs", "name", 7, "/org/name"),
        ("orgs", "name", ["S"], "/org/name"),
        ("orgs", "type", "galaxy", "/org/type"),
        ("orgs", "status", "deleted", "/org/status"),
        ("orgs", "status", "ext:odd", "/org/status"),
        ("orgs", "sourcedId", "another", "/org/sourcedId"),
        ("orgs", "sourcedId", ["district"], "/org/sourcedId"),
        ("orgs", "parent", "district", "/org/parent"),
        ("orgs", "parent", {"href": "x"}, "/org/parent/sourcedId"),
        ("orgs", "parent", {"sourcedId": "x" * 256}, "/org/parent/sourcedId"),
        ("orgs", "metadata", [1], "/org/metadata"),
        ("orgs", "dateLastModified", "yesterday", "/org/dateLastModified"),
        ("orgs", "dateLastModified", "0001-01-01T00:00:00+14:00", "/org/dateLastModified"),
        ("orgs", "dateLastModified", 1_700_000_000, "/org/dateLastModified"),
        ("academicSessions", "startDate", "1/05/2023", "/academicSession/startDate"),
        ("academicSessions", "startDate", "2026-02-30", "/academicSession/startDate"),
        ("academicSessions", "endDate", 20261220, "/academicSession/endDate"),
        ("academicSessions", "schoolYear", True, "/academicSession/schoolYear"),
        ("classes", "terms", {"sourcedId": "fall"}, "/class/terms"),
        ("classes", "terms", ["fall"], "/class/terms/0"),
        ("classes", "grades", "04", "/class/grades"),
        ("classes", "grades", [None], "/class/grades/0"),
        ("classes", "grades", ["04", "seventeenth"], "/class/grades/1"),
        ("classes", "grades", ["04,05"], "/class/grades/0"),
        ("academicSessions", "schoolYear", "next", "/academicSession/schoolYear"),
        ("users", "enabledUser", "perhaps", "/user/enabledUser"),
        ("users", "roles", [{"role": "wizard", "org": ref("school-1")}], "/user/roles/0/role"),
        ("users", "roles", [{"org": ref("school-1")}], "/user/roles/0/role"),
        ("users", "roles", [{"role": "student"}], "/user/roles/0/org"),
        ("users", "roles", [{"role": "student", "org": ref("s"), "roleType": "ext:x"}], "/user/roles/0/roleType"),
        ("users", "roles", "student", "/user/roles"),
        ("users", "userIds", [{"type": "a:b", "identifier": "1"}], "/user/userIds/0"),
        ("users", "agents", [{}], "/user/agents/0/sourcedId"),
        ("enrollments", "role", "visitor", "/enrollment/role"),
        ("enrollments", "user", None, "/enrollment/user"),
        ("demographics", "birthDate", "2016-2-9", "/demographics/birthDate"),
        ("demographics", "asian", "yes", "/demographics/asian"),
    ],
)
async def test_a_member_that_is_wrong_is_named_and_nothing_changes(
    registrars: Pair,
    collection: str,
    member: str,
    value: object,
    place: str,
) -> None:
    original = roster("North").records[collection][0]
    body = {ENVELOPES[collection]: {**original, member: value}}
    answer = await registrars[0].send("PUT", f"/{collection}/{original['sourcedId']}", body)
    assert answer.status_code == 422, answer.text
    assert f"{place}: " in answer.json()["imsx_description"]
    assert (await registrars[0].get(f"/{collection}")).json() == {collection: []}


async def test_what_is_unambiguous_is_taken(registrars: Pair) -> None:
    registrar = registrars[0]
    org = {
        "sourcedId": 12,
        "name": " S ",
        "type": "SCHOOL",
        "identifier": 101,
        "parent": None,
        "metadata": None,
        "new": {},
    }
    made = await registrar.send("PUT", "/orgs/12", {"org": org})
    assert (made.status_code, made.json()["org"]) == (
        201,
        made.json()["org"] | {"sourcedId": "12", "name": "S", "type": "school", "identifier": "101"},
    )
    session = {
        "title": "T",
        "type": "TERM",
        "schoolYear": 2027,
        "startDate": "2026-08-01T00:00:00.000Z",
        "endDate": "2026-12-20",
        "dateLastModified": "2026-08-01T02:00:00.1234567+02:00",
    }
    shown = (await registrar.send("PUT", "/academicSessions/t", {"academicSession": session})).json()["academicSession"]
    assert (shown["startDate"], shown["schoolYear"], shown["type"]) == ("2026-08-01", "2027", "term")
    assert shown["dateLastModified"] == "2026-08-01T00:00:00.123Z"
    learner = {"givenName": "A", "familyName": "B", "grades": ["K", 4, "9", "12"]}
    shown = (await registrar.send("PUT", "/users/u", {"user": learner})).json()["user"]
    assert (shown["grades"], shown["enabledUser"], shown["roles"]) == (["KG", "04", "09", "12"], "true", [])
    with_mark = b"\xef\xbb\xbf" + orjson.dumps({"org": {**ORG, "sourcedId": "b"}})
    assert (await registrar.send("POST", "/orgs", with_mark)).status_code == 201


@pytest.mark.parametrize("sourced_id", ["x" * 256, "%00", "x" * 5000])
async def test_a_sourced_id_that_none_can_be_is_refused(registrars: Pair, sourced_id: str) -> None:
    answer = await registrars[0].send("PUT", f"/orgs/{sourced_id}", {"org": ORG})
    assert answer.status_code in {400, 404}
    assert (await registrars[0].send("DELETE", f"/orgs/{sourced_id}")).status_code == 404


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def _spoilt(collection: str) -> st.SearchStrategy[dict[str, Any]]:
    """A good record with some members replaced by anything."""
    good = roster("North").records[collection][0]
    return st.dictionaries(st.sampled_from(sorted(good)), _json, max_size=3).map(lambda spoilt: {**good, **spoilt})


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(ENVELOPES)).flatmap(lambda name: st.tuples(st.just(name), _spoilt(name) | _json)))
def test_any_record_is_read_or_refused(case: tuple[str, Any]) -> None:
    collection, said = case
    for resources in (V1P2, V1P1):
        try:
            found = record(resources[collection], said if isinstance(said, dict) else {}, "/x", {})
        except InvalidPayload:
            continue
        assert all(name in resources[collection].members for name in found.missing)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(ENVELOPES)).flatmap(lambda name: st.tuples(st.just(name), _spoilt(name))))
async def test_any_push_is_taken_or_refused(library: Pair, case: tuple[str, dict[str, Any]]) -> None:
    collection, said = case
    body = orjson.dumps({ENVELOPES[collection]: {**said, "sourcedId": "spoilt"}}, option=orjson.OPT_NON_STR_KEYS)
    answer = await library[1].send("PUT", f"/{collection}/spoilt", body)
    assert answer.status_code in {200, 201, 400, 422}, answer.text
    if answer.is_success:
        shown = await library[1].get(f"/{collection}/spoilt")
        assert shown.json() == answer.json()
