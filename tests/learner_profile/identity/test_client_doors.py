"""A district's own administration looks after its clients."""

from collections.abc import Callable
from uuid import UUID, uuid4

import httpx
import pytest

from tests.conftest import Sql
from tests.learner_profile.identity.conftest import World, ask, ask_as
from tests.worlds import TestDistrict

Grant = Callable[[TestDistrict, UUID, str], object]


@pytest.fixture
async def steward(world: World, sql: Sql) -> dict[str, str]:
    """The headers of a data steward of our district."""
    return await _with_role(sql, world.ours, world.people["u-ana"], "data_steward")


@pytest.fixture
async def their_steward(world: World, sql: Sql) -> dict[str, str]:
    return await _with_role(sql, world.theirs, world.their_people["u-ana"], "data_steward")


async def _with_role(sql: Sql, district: TestDistrict, person: UUID, role: str) -> dict[str, str]:
    async with sql("learner_profile", district) as connection:
        await connection.execute(
            "insert into staff_assignment (district_id, id, person_id, org_id, role, origin) values ($1, $2, $3, $2, $4, 'door')",
            district.id,
            uuid4(),
            person,
            role,
        )
    return district.as_person(person)


async def test_the_list_shows_clients_and_when_their_secrets_were_used_but_no_secret(
    lp: httpx.AsyncClient, world: World, steward: dict[str, str]
) -> None:
    await ask_as(lp, world.client)
    answer = await lp.get("/v1/clients", headers=steward)
    assert answer.status_code == 200
    (client,) = answer.json()
    (secret,) = client.pop("liveSecrets")
    assert client.pop("createdAt")
    assert client == {
        "clientId": world.client.client_id,
        "name": "SIS",
        "scopes": ["https://purl.imsglobal.org/spec/or/v1p2/scope/roster.readonly", "urn:trellis:scope:roster.push"],
        "source": "sis",
        "rosterSource": "sis",
        "state": "active",
    }
    assert set(secret) == {"id", "createdAt", "expiresAt", "lastUsedOn"}
    assert secret["lastUsedOn"]
    assert (world.client.client_secret or "") not in answer.text


async def test_a_new_secret_is_shown_once_and_written_down(
    lp: httpx.AsyncClient, world: World, steward: dict[str, str]
) -> None:
    answer = await lp.post(f"/v1/clients/{world.client.client_id}/secrets", headers=steward)
    assert (answer.status_code, answer.headers["cache-control"]) == (201, "no-store")
    secret = answer.json()["clientSecret"]
    used = await ask(lp, (world.client.client_id, secret), grant_type="client_credentials")
    assert used.status_code == 200
    audit = (await lp.get(f"/v1/clients/{world.client.client_id}/audit", headers=steward)).json()
    assert [(entry["actor"], entry["action"]) for entry in audit] == [
        (f"person:{world.people['u-ana']}", "client.secret_added"),
        ("operator", "client.secret_added"),
        ("operator", "client.registered"),
    ]
    assert audit[0]["detail"] == {"secretId": answer.json()["secretId"]}
    assert secret not in str(audit)


async def test_a_repeated_request_does_not_retire_the_secret_in_use(
    lp: httpx.AsyncClient, world: World, steward: dict[str, str]
) -> None:
    headers = {**steward, "Idempotency-Key": "once"}
    first = await lp.post(f"/v1/clients/{world.client.client_id}/secrets", headers=headers)
    again = [await lp.post(f"/v1/clients/{world.client.client_id}/secrets", headers=headers) for _ in range(2)]
    assert first.status_code == 201
    assert {(answer.status_code, answer.json()["code"]) for answer in again} == {(409, "SECRET_SHOWN_ONCE")}
    assert (await ask_as(lp, world.client)).status_code == 200


async def test_a_revoked_client_gets_no_token_and_no_secret(
    lp: httpx.AsyncClient, world: World, steward: dict[str, str]
) -> None:
    answers = [await lp.delete(f"/v1/clients/{world.client.client_id}", headers=steward) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [204, 204]
    assert (await ask_as(lp, world.client)).status_code == 401
    secret = await lp.post(f"/v1/clients/{world.client.client_id}/secrets", headers=steward)
    assert (secret.status_code, secret.json()["code"]) == (409, "CLIENT_REVOKED")
    (client,) = (await lp.get("/v1/clients", headers=steward)).json()
    assert (client["state"], client["liveSecrets"]) == ("revoked", [])
    audit = (await lp.get(f"/v1/clients/{world.client.client_id}/audit", headers=steward)).json()
    assert [entry["action"] for entry in audit].count("client.revoked") == 1


async def test_another_districts_client_is_not_there(
    lp: httpx.AsyncClient, world: World, their_steward: dict[str, str]
) -> None:
    for client_id in (world.client.client_id, "nothing"):
        secret = await lp.post(f"/v1/clients/{client_id}/secrets", headers=their_steward)
        revoked = await lp.delete(f"/v1/clients/{client_id}", headers=their_steward)
        audit = await lp.get(f"/v1/clients/{client_id}/audit", headers=their_steward)
        assert (secret.status_code, revoked.status_code, audit.json()) == (404, 404, [])
    listed = (await lp.get("/v1/clients", headers=their_steward)).json()
    assert [client["clientId"] for client in listed] == [world.their_client.client_id]
    assert (await ask_as(lp, world.client)).status_code == 200


@pytest.mark.parametrize("role", [None, "teacher", "principal", "district_analyst"])
async def test_nobody_else_gets_in(lp: httpx.AsyncClient, world: World, sql: Sql, role: str | None) -> None:
    headers = await _with_role(sql, world.ours, world.people["u-ben"], role or "counselor")
    if role is None:
        headers = world.ours.as_client("urn:trellis:scope:roster.push")
    path = f"/v1/clients/{world.client.client_id}"
    answers = [
        await lp.get("/v1/clients", headers=headers),
        await lp.get(f"{path}/audit", headers=headers),
        await lp.post(f"{path}/secrets", headers=headers),
        await lp.delete(path, headers=headers),
    ]
    assert [answer.status_code for answer in answers] == [403] * 4
    assert (await ask_as(lp, world.client)).status_code == 200


async def test_a_steward_who_leaves_the_roster_is_shut_out_at_once(
    lp: httpx.AsyncClient, world: World, steward: dict[str, str], sql: Sql
) -> None:
    assert (await lp.get("/v1/clients", headers=steward)).status_code == 200
    async with sql("learner_profile", world.ours) as connection:
        await connection.execute("update person set status = 'tobedeleted' where sourced_id = 'u-ana'")
    assert (await lp.get("/v1/clients", headers=steward)).status_code == 403


@pytest.mark.parametrize("client_id", ["%00", "a%20b", "x" * 201, "%ED%A0%80", "é"])
async def test_a_client_id_that_is_none_is_refused(
    lp: httpx.AsyncClient, world: World, steward: dict[str, str], client_id: str
) -> None:
    answer = await lp.delete(f"/v1/clients/{client_id}", headers=steward)
    assert answer.status_code == 422
