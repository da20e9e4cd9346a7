"""What the operator's command line does."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from typer.testing import CliRunner, Result

from local.databases import ServiceDatabase
from services.learner_profile.operator.__main__ import app
from tests.conftest import Sql
from tests.learner_profile.identity.conftest import Provider, World, ask, exchange
from tests.worlds import ORIGIN, TestDistrict

Command = Callable[..., dict[str, Any]]


@pytest.fixture
def run(databases: dict[str, ServiceDatabase], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs a command with the environment that the service itself has."""
    database = databases["learner_profile"]
    monkeypatch.setenv("ORIGIN", ORIGIN)
    monkeypatch.setenv("ENVIRONMENT", "test")
    monkeypatch.setenv("DATABASE_URL_LEARNER_PROFILE", database.urls["app"])
    monkeypatch.setenv("RELAY_DATABASE_URL_LEARNER_PROFILE", database.urls["relay"])
    return lambda *arguments: CliRunner().invoke(app, [str(each) for each in arguments], catch_exceptions=False)


@pytest.fixture
def command(run: Callable[..., Result]) -> Command:
    def answered(*arguments: object) -> dict[str, Any]:
        result = run(*arguments, "--json")
        assert result.exit_code == 0, result.output
        answer: dict[str, Any] = json.loads(result.stdout)
        return answer

    return answered


def _slug() -> str:
    return f"new-{uuid4().hex[:12]}"


def test_a_new_district_its_client_and_its_issuer_can_be_used_at_once(
    command: Command, run: Callable[..., Result]
) -> None:
    slug = _slug()
    made = command("create-district", "New County", "--slug", slug, "--time-zone", "America/Chicago")
    assert made == {"district_id": made["district_id"], "slug": slug, "created": True}
    assert UUID(made["district_id"]).version == 7
    again = command("create-district", "New County", "--slug", slug, "--if-missing")
    assert again == {**made, "created": False}

    client = ("create-client", "--district", slug, "--name", "SIS", "--scope", "a", "--scope", "b", "--source", "sis")
    first = command(*client)
    assert first["client_secret"].startswith("trls_")
    assert command(*client, "--if-missing") == {
        "client_id": first["client_id"],
        "client_secret": None,
        "created": False,
    }
    assert run(*client).exit_code == 1
    rotated = command("rotate-secret", first["client_id"], "--district", slug)
    assert rotated["client_secret"] != first["client_secret"]
    assert run("rotate-secret", "nobody", "--district", slug).exit_code == 1


def test_output_without_json_is_one_line_to_a_value(run: Callable[..., Result]) -> None:
    slug = _slug()
    result = run("create-district", "New County", "--slug", slug)
    assert [line.partition(": ")[0] for line in result.stdout.splitlines()] == ["district_id", "slug", "created"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("create-district", "X", "--slug", "{new}", "--time-zone", "Mars/Olympus"), "There is no time zone Mars/Olympus"),
        (("create-district", "X", "--slug", "{ours}"), "exists"),
        (("create-district", "X", "--slug", "Not A Slug"), "A slug is"),
        (("create-client", "--district", "{new}", "--name", "x", "--scope", "a", "--source", "sis"), "There is no district"),
        (("create-client", "--district", "{ours}", "--name", "x", "--scope", "a b", "--source", "sis"), "A scope is"),
        (("create-client", "--district", "{ours}", "--name", "x", "--scope", "a", "--source", ""), "A source is"),
        (("create-client", "--district", "{ours}", "--name", "x", "--scope", "a", "--source", "sis", "--client-id", "system"), "A client id is"),
        (("assign-role", "u-nobody", "data_steward", "--district", "{ours}", "--org", "nowhere"), "roster holds no such"),
        (("add-issuer", "ftp://x", "--district", "{ours}", "--audience", "a", "--claim", "c", "--field", "username"), "https"),
        (("add-issuer", "https://x", "--district", "{ours}", "--audience", "a", "--claim", "c", "--field", "name"), "A field is"),
        (("add-issuer", "https://x", "--district", "{ours}", "--audience", "a", "--claim", "c", "--field", "username", "--algorithm", "HS256"), "Algorithms are"),
        (("add-issuer", "http://127.0.0.1:9", "--district", "{ours}", "--audience", "a", "--claim", "c", "--field", "username"), "cannot be read"),
    ],
)  # fmt: skip
def test_a_refusal_is_one_sentence_and_changes_nothing(
    run: Callable[..., Result], world: World, arguments: tuple[str, ...], message: str
) -> None:
    result = run(*(each.format(new=_slug(), ours=world.ours.slug) for each in arguments))
    assert (result.exit_code, result.stdout) == (1, "")
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1


async def test_a_provider_describes_itself_and_its_people_sign_in(
    command: Command, lp: httpx.AsyncClient, world: World, provider: Provider
) -> None:
    described = {"issuer": provider.address, "jwks_uri": f"{provider.address}/keys"}
    provider.answers["/.well-known/openid-configuration"] = json.dumps(described).encode()
    audience = f"web-{uuid4()}"
    arguments = ("add-issuer", provider.address, "--district", world.ours.slug, "--audience", audience)
    mapping = ("--claim", "preferred_username", "--field", "username", "--require", "tenant=ours")
    made = await _apart(command, *arguments, *mapping)
    assert made["created"] is True
    assert await _apart(command, *arguments, *mapping, "--if-missing") == {**made, "created": False}
    good = provider.token(aud=audience, preferred_username="ana", tenant="ours")
    other = provider.token(aud=audience, preferred_username="ana", tenant="theirs")
    assert [(await exchange(lp, token)).status_code for token in (good, other)] == [200, 400]


async def test_the_first_steward_can_look_after_clients(
    command: Command, lp: httpx.AsyncClient, world: World, sql: Sql
) -> None:
    await _office(sql, world.ours)
    arguments = ("assign-role", "u-ana", "data_steward", "--district", world.ours.slug, "--org", "office")
    assert await _apart(command, *arguments) == await _apart(command, *arguments)
    answer = await lp.get("/v1/clients", headers=world.ours.as_person(world.people["u-ana"]))
    assert answer.status_code == 200
    async with sql("learner_profile", world.ours) as connection:
        assert await connection.fetchval("select count(*) from staff_assignment") == 1
        events = await connection.fetch("select type, state from outbox where type = 'staff.assigned'")
    assert {(row["type"], row["state"]) for row in events} == {("staff.assigned", "active")}


async def test_a_client_of_the_command_line_gets_tokens(command: Command, lp: httpx.AsyncClient, world: World) -> None:
    made = await _apart(
        command, "create-client", "--district", world.ours.slug, "--name", "LMS", "--scope", "a", "--source", "lms",
        "--client-id", f"lms-{uuid4()}", "--secret-days", "30",
    )  # fmt: skip
    answer = await ask(lp, (made["client_id"], made["client_secret"]), grant_type="client_credentials")
    assert answer.status_code == 200


def test_keys_are_rotated_from_the_command_line(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    first = command("rotate-keys", "publish", "--file", file)
    assert first == {"signing": first["signing"], "published": [first["signing"]]}
    assert len(command("rotate-keys", "publish", "--file", file)["published"]) == 2
    assert command("rotate-keys", "sign", "--file", file)["signing"] != first["signing"]


async def _apart(command: Command, *arguments: object) -> dict[str, Any]:
    """A command opens an event loop of its own, so it runs in a thread of its own."""
    return await asyncio.to_thread(command, *arguments)


async def _office(sql: Sql, district: TestDistrict) -> None:
    async with sql("learner_profile", district) as connection:
        await connection.execute(
            """insert into org (district_id, source, sourced_id, name, type)
               values ($1, 'sis', 'office', 'District office', 'district')""",
            district.id,
        )
