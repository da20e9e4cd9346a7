"""What every process has: bounded bodies, problems, request ids, probes, settings from files, logs that name nobody."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Request

from kit.app import assemble
from kit.problems import Conflict
from kit.settings import Settings
from tests.conftest import client_of
from tests.worlds import ORIGIN

routes = APIRouter()


class SeatTaken(Conflict):
    title = "The seat is taken"


@routes.post("/echo")
async def echo(request: Request) -> dict[str, int]:
    return {"bytes": len(await request.body())}


@routes.get("/seats/{name}")
async def take_seat(name: str) -> None:
    raise SeatTaken(seat="3A") if name == "taken" else ValueError(f"no seat for {name}")


@pytest.fixture
def app() -> FastAPI:
    settings = Settings(environment="test", origin=ORIGIN, jwks='{"keys": []}', max_body_bytes=100)
    return assemble(settings, name="example", routers=[routes])


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        yield client


async def _drip(chunks: int) -> AsyncIterator[bytes]:
    for _ in range(chunks):
        yield b"x" * 40


async def test_a_body_is_bounded_by_what_it_declares_and_by_what_it_is(client: httpx.AsyncClient) -> None:
    for content in (b"x" * 101, _drip(3)):
        answer = await client.post("/echo", content=content)
        assert (answer.status_code, answer.json()["code"]) == (413, "TOO_LARGE")
    assert (await client.post("/echo", content=_drip(2))).json() == {"bytes": 80}
    answer = await client.post("/echo", headers={"content-length": "many"}, content=_drip(1))
    assert answer.status_code == 422


async def test_a_refusal_is_a_problem_document_with_a_stable_code(client: httpx.AsyncClient) -> None:
    answer = await client.get("/seats/taken")
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, answer.json()) == (
        409,
        {
            "type": "urn:trellis:problem:seat-taken",
            "title": "The seat is taken",
            "status": 409,
            "code": "SEAT_TAKEN",
            "seat": "3A",
        },
    )


async def test_a_bug_is_masked_and_its_log_names_nobody(
    capsys: pytest.CaptureFixture[str], client: httpx.AsyncClient
) -> None:
    answer = await client.get("/seats/Myra", headers={"x-request-id": "abc-1"})
    assert (answer.status_code, answer.json()["code"]) == (500, "INTERNAL")
    said = capsys.readouterr().out
    assert "Myra" not in said
    lines = [json.loads(line) for line in said.splitlines()]
    assert {(line["event"], line["route"]) for line in lines} == {
        ("unhandled", "/seats/{name}"),
        ("answered", "/seats/{name}"),
    }
    assert [line["raised"][0]["type"] for line in lines if "raised" in line] == ["ValueError"]


async def test_every_answer_carries_a_request_id_and_keeps_a_good_one(client: httpx.AsyncClient) -> None:
    given = await client.get("/seats/taken", headers={"x-request-id": "mine.1"})
    made = await client.get("/seats/taken", headers={"x-request-id": "not good\u0020at all"})
    assert given.headers["x-request-id"] == "mine.1"
    assert len(made.headers["x-request-id"]) == 16


async def test_unknown_paths_and_methods_are_problems_too(client: httpx.AsyncClient) -> None:
    for answer, code in ((await client.get("/none"), "NOT_FOUND"), (await client.get("/echo"), "METHOD_NOT_ALLOWED")):
        assert (answer.headers["content-type"], answer.json()["code"]) == ("application/problem+json", code)


async def test_probes_tell_alive_from_ready(app: FastAPI, client: httpx.AsyncClient) -> None:
    async def fails() -> bool:
        raise ConnectionError

    assert (await client.get("/readyz")).status_code == 200
    app.state.readiness["database"] = fails
    answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]) == (503, {"database": False})
    assert (await client.get("/livez")).status_code == 200


async def test_a_service_is_ready_when_its_schema_is_its_codes(lp: httpx.AsyncClient) -> None:
    assert (await lp.get("/readyz")).json() == {"status": "ready", "checks": {"database": True}}


async def test_metrics_count_by_the_routes_template(client: httpx.AsyncClient) -> None:
    await client.get("/seats/taken")
    text = (await client.get("/metrics")).text
    assert 'trellis_requests_total{method="GET",route="/seats/{name}",service="example",status="409"}' in text
    assert "taken" not in text


@pytest.mark.parametrize(("environment", "status"), [("production", 404), ("development", 200)])
async def test_the_clock_moves_in_development_only(
    environment: Literal["production", "development"], status: int
) -> None:
    settings = Settings(environment=environment, origin=ORIGIN, jwks='{"keys": []}')
    app = assemble(settings, name="example", routers=[])
    async with client_of(app) as client:
        answer = await client.put("/dev/clock", json={"now": "2030-01-02T03:04:05Z"})
    assert answer.status_code == status
    assert (app.state.clock.now().year == 2030) is (status == 200)


@pytest.fixture
def secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "url"
    path.write_text("postgresql://app:secret@db/x\n")
    monkeypatch.setenv("DATABASE_URL_COHORT_FILE", str(path))
    monkeypatch.setenv("RELAY_DATABASE_URL_COHORT", "postgresql://relay@db/x")
    monkeypatch.setenv("ORIGIN", "https://district.example")
    return path


def test_a_secret_may_stand_in_a_file(secret: Path) -> None:
    from services.cohort.settings import Settings as CohortSettings  # noqa: PLC0415 - read where the environment is set

    settings = CohortSettings()
    assert settings.database_url.get_secret_value() == secret.read_text().strip()
    assert "secret@" not in repr(settings)


@pytest.mark.parametrize("origin", ["district.example", "https://district.example/path", "ftp://district.example"])
def test_an_origin_is_a_scheme_and_a_host(origin: str) -> None:
    with pytest.raises(ValueError, match="origin is a scheme and a host"):
        Settings(origin=origin)
