"""Uploads through the door: what is taken, what is refused, and that nothing half done stays."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.learner_profile.intake import uploads
from tests.conftest import Sql
from tests.learner_profile.intake.archives import archive, small_roster
from tests.learner_profile.intake.conftest import RUNS, Sender, SenderOf
from tests.worlds import TestDistrict


async def chunks_left(sis: Sender, sql: Sql) -> int:
    async with sql("learner_profile", sis.district) as connection:
        count: int = await connection.fetchval("select count(*) from roster_chunk")
    return count


async def test_an_archive_is_stored_when_the_answer_leaves(sis: Sender, sql: Sql) -> None:
    content = archive(small_roster())
    answer = await sis.post(content)
    run = answer.json()
    assert answer.status_code == 202
    assert answer.headers["location"] == f"{RUNS}/{run['id']}"
    assert (run["state"], run["source"], run["bytes"], run["progress"]) == ("received", "sis", len(content), 0)
    assert await chunks_left(sis, sql) == 1


async def test_a_form_with_one_file_is_taken(sis: Sender) -> None:
    content = archive(small_roster())
    files = {"file": ("roster.zip", content, "application/zip")}
    answer = await sis.client.post(RUNS, data={"note": "hello"}, files=files, headers=sis.headers)
    assert (answer.status_code, answer.json()["bytes"]) == (202, len(content))
    await sis.work()
    assert (await sis.run(answer.json()["id"]))["state"] == "applied"


async def test_a_large_archive_is_kept_in_chunks(sis: Sender, sql: Sql, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "CHUNK_BYTES", 500)
    run = await sis.send(archive(small_roster()))
    assert run["state"] == "applied"
    assert await chunks_left(sis, sql) == 0


@pytest.mark.parametrize(
    ("content", "headers", "status", "code"),
    [
        (b"", {}, 422, "EMPTY_UPLOAD"),
        (b"sourcedId,status\n", {}, 422, "NOT_AN_ARCHIVE"),
        (b"PK\x03\x04", {"Content-Type": "text/csv"}, 415, "UNSUPPORTED_UPLOAD"),
        (b"PK\x03\x04", {"Content-Encoding": "gzip"}, 415, "UNSUPPORTED_UPLOAD"),
        (b"PK\x03\x04", {"Content-Type": "multipart/form-data"}, 415, "UNSUPPORTED_UPLOAD"),
        (b"PK\x03\x04", {"Content-Type": "multipart/form-data; boundary=x"}, 400, "UPLOAD_BROKEN"),
        (b"--x\r\n\r\nPK", {"Content-Type": "multipart/form-data; boundary=x"}, 400, "UPLOAD_BROKEN"),
        (b"PK\x03\x04", {"Content-Length": str(2**40)}, 413, "TOO_LARGE"),
    ],
)
async def test_what_is_no_archive_is_refused_and_leaves_nothing(
    content: bytes, headers: dict[str, str], status: int, code: str, sis: Sender, sql: Sql
) -> None:
    answer = await sis.post(content, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await chunks_left(sis, sql) == 0
    assert (await sis.get(RUNS))["runs"] == []


async def test_a_body_that_turns_out_too_large_leaves_nothing(
    sis: Sender, sql: Sql, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_BYTES", 3000)
    monkeypatch.setattr(uploads, "CHUNK_BYTES", 500)

    async def endless() -> AsyncIterator[bytes]:
        yield archive(small_roster(1))[:900]
        for _ in range(10):
            yield b"0" * 400

    answer = await sis.client.post(RUNS, content=endless(), headers=sis.headers | {"Content-Type": "application/zip"})
    assert (answer.status_code, answer.json()["code"]) == (413, "TOO_LARGE")
    assert await chunks_left(sis, sql) == 0


async def test_a_sender_who_hangs_up_leaves_nothing(
    lp_app: FastAPI, sis: Sender, sql: Sql, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "CHUNK_BYTES", 500)
    messages: list[dict[str, Any]] = [
        {"type": "http.request", "body": archive(small_roster())[:1500], "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent: list[Any] = []
    headers = sis.headers | {"Content-Type": "application/zip", "host": "trellis.test"}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "https",
        "path": RUNS,
        "raw_path": RUNS.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "server": ("trellis.test", 443),
        "client": ("127.0.0.1", 1),
        "state": {},
    }

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0)
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    async def send(message: Any) -> None:  # noqa: ANN401 - an ASGI message
        sent.append(message)

    await lp_app(scope, receive, send)
    assert await chunks_left(sis, sql) == 0
    assert (await sis.get(RUNS))["runs"] == []


async def test_the_same_key_makes_one_run(sis: Sender, sql: Sql) -> None:
    content, key = archive(small_roster()), {"Idempotency-Key": str(uuid.uuid4())}
    first, second = [await sis.post(content, headers=key) for _ in range(2)]
    assert first.json()["id"] == second.json()["id"]
    assert await chunks_left(sis, sql) == 1
    other = await sis.post(archive(small_roster(2)), headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    rehearsal = await sis.post(content, headers=key, params={"dry_run": "true"})
    assert rehearsal.status_code == 422


async def test_a_token_without_the_scope_or_without_a_steward_s_role_is_refused(
    sis: Sender, sql: Sql, lp: httpx.AsyncClient
) -> None:
    poor = sis.district.as_client("urn:trellis:scope:frameworks.push")
    nobody = sis.district.as_person(uuid.uuid4())
    for headers in (poor, nobody):
        answer = await lp.post(
            RUNS, content=archive(small_roster()), headers=headers | {"Content-Type": "application/zip"}
        )
        assert answer.status_code == 403
        assert (await lp.get(RUNS, headers=headers)).status_code == 403
    assert (await lp.post(RUNS)).status_code == 401
    assert await chunks_left(sis, sql) == 0


async def test_a_data_steward_sends_for_a_source_and_sees_the_runs_of_all(
    sis: Sender, sql: Sql, lp: httpx.AsyncClient
) -> None:
    await sis.send(small_roster())
    async with sql("learner_profile", sis.district) as connection:
        person = await connection.fetchval("select id from person where sourced_id = 't-1'")
        org = await connection.fetchval("select id from org where sourced_id = 'd-1'")
        await connection.execute(
            """insert into staff_assignment (district_id, id, person_id, org_id, role, origin)
               values (trellis_district(), $1, $2, $3, 'data_steward', 'door')""",
            uuid.uuid4(),
            person,
            org,
        )
    headers = sis.district.as_person(person) | {"Content-Type": "application/zip"}
    answer = await lp.post(RUNS, params={"source": "hr"}, content=archive(small_roster(1)), headers=headers)
    assert (answer.status_code, answer.json()["source"]) == (202, "hr")
    assert [one["source"] for one in (await lp.get(RUNS, headers=headers)).json()["runs"]] == ["hr", "sis"]
    assert len((await sis.get(RUNS))["runs"]) == 1
    assert (await lp.get(f"{RUNS}/{answer.json()['id']}", headers=sis.headers)).status_code == 404
    await sis.work()


async def test_runs_of_another_district_are_not_there(
    sender_of: SenderOf, districts: tuple[TestDistrict, TestDistrict]
) -> None:
    here, there = (sender_of(district) for district in districts)
    run = await here.send(small_roster())
    for path in ("", "/problems", "/problems.csv"):
        assert (await there.client.get(f"{RUNS}/{run['id']}{path}", headers=there.headers)).status_code == 404
    for action in ("confirm", "cancel"):
        answer = await there.client.post(f"{RUNS}/{run['id']}/{action}", headers=there.headers)
        assert answer.status_code == 404
    assert (await there.get(RUNS))["runs"] == []


@pytest.mark.parametrize(
    "after", ["%00", "x", "bnVsbA==", "WzEsMiwzLDRd", "W251bGwsbnVsbCxudWxsLG51bGxd", "WyJcdTAwMDAiLCIiLCIiLCIiXQ=="]
)
async def test_a_place_that_no_list_gave_is_refused(after: str, sis: Sender) -> None:
    answer = await sis.client.get("/v1/roster/waiting", params={"after": after}, headers=sis.headers)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "policy",
    [
        b"null",
        b"[]",
        b'{"absence": "guess", "removalShare": 0.2}',
        b'{"absence": "keep", "removalShare": 2}',
        b'{"absence": "keep", "removalShare": "NaN"}',
        b'{"absence": "keep"}',
    ],
)
async def test_a_policy_that_makes_no_sense_is_refused(policy: bytes, sis: Sender) -> None:
    headers = sis.headers | {"Content-Type": "application/json"}
    answer = await sis.client.put("/v1/roster/sources/sis", content=policy, headers=headers)
    assert answer.status_code == 422
    assert (await sis.client.get("/v1/roster/sources/sis", headers=sis.headers)).status_code == 404


async def test_a_source_sets_no_other_source_s_policy(sis: Sender) -> None:
    answer = await sis.client.put(
        "/v1/roster/sources/lms", json={"absence": "keep", "removalShare": 0.1}, headers=sis.headers
    )
    assert answer.status_code == 404
