"""A system asks for a token with its secret."""

import base64

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from kit.database import Database
from services.learner_profile.operator import access
from tests.conftest import Sql
from tests.learner_profile.identity.conftest import World, ask, ask_as
from tests.worlds import ORIGIN

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def _claims(lp: httpx.AsyncClient, token: str) -> dict[str, object]:
    keys = KeySet.import_key_set((await lp.get("/.well-known/jwks.json")).json())
    decoded = jwt.decode(token, keys, algorithms=["ES256"])
    assert decoded.header == {"alg": "ES256", "typ": "at+jwt", "kid": decoded.header["kid"]}
    return decoded.claims


async def test_a_token_names_the_client_its_district_and_its_sources_and_no_role(
    lp: httpx.AsyncClient, world: World
) -> None:
    answer = await ask_as(lp, world.client)

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    scope = "https://purl.imsglobal.org/spec/or/v1p2/scope/roster.readonly urn:trellis:scope:roster.push"
    assert {**body, "access_token": ""} == {
        "access_token": "",
        "token_type": "Bearer",
        "expires_in": 3600,
        "scope": scope,
    }
    claims = await _claims(lp, body["access_token"])
    assert claims.pop("exp") == int(str(claims.pop("iat"))) + 3600
    assert claims.pop("jti")
    assert claims == {
        "iss": ORIGIN,
        "aud": ORIGIN,
        "sub": world.client.client_id,
        "client_id": world.client.client_id,
        "district_id": str(world.ours.id),
        "scope": scope,
        "source": "sis",
        "roster_source": "sis",
    }


async def test_a_token_opens_a_door_of_the_service(lp: httpx.AsyncClient, world: World) -> None:
    token = (await ask_as(lp, world.client)).json()["access_token"]
    answer = await lp.get("/v1/clients", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 403
    assert answer.json()["code"] == "FORBIDDEN"


async def test_fewer_scopes_can_be_asked_for_and_no_others(lp: httpx.AsyncClient, world: World) -> None:
    fewer = await ask_as(lp, world.client, scope="urn:trellis:scope:roster.push")
    more = await ask_as(lp, world.client, scope="urn:trellis:scope:roster.push urn:trellis:scope:everything")
    assert fewer.json()["scope"] == "urn:trellis:scope:roster.push"
    assert (more.status_code, more.json()["error"]) == (400, "invalid_scope")


async def test_the_secret_may_stand_in_the_form(lp: httpx.AsyncClient, world: World) -> None:
    form = {"client_id": world.client.client_id, "client_secret": world.client.client_secret or ""}
    answer = await ask(lp, None, grant_type="client_credentials", **form)
    assert answer.status_code == 200


async def test_an_unknown_client_looks_like_a_wrong_secret(lp: httpx.AsyncClient, world: World) -> None:
    wrong = await ask(lp, (world.client.client_id, "wrong"), grant_type="client_credentials")
    unknown = await ask(lp, ("nobody", world.client.client_secret or ""), grant_type="client_credentials")
    theirs = await ask(
        lp, (world.their_client.client_id, world.client.client_secret or ""), grant_type="client_credentials"
    )
    nobody = await ask(lp, grant_type="client_credentials")
    assert wrong.status_code == 401
    assert wrong.headers["www-authenticate"].startswith("Basic ")
    assert wrong.json()["error"] == "invalid_client"
    assert wrong.content == unknown.content == theirs.content == nobody.content


async def test_failed_attempts_are_slowed_down_for_the_client_that_fails(lp: httpx.AsyncClient, world: World) -> None:
    codes = [
        (await ask(lp, (world.client.client_id, "wrong"), grant_type="client_credentials")).status_code
        for _ in range(11)
    ]
    assert codes == [401] * 10 + [429]
    assert (await ask_as(lp, world.client)).headers["retry-after"] == "60"
    assert (await ask_as(lp, world.their_client)).status_code == 200


async def test_the_day_of_a_secrets_last_use_is_kept(lp: httpx.AsyncClient, world: World, sql: Sql) -> None:
    await ask_as(lp, world.client)
    async with sql("learner_profile", world.ours) as connection:
        rows = await connection.fetch(
            "select last_used_on = (now() at time zone 'utc')::date as today from client_secret"
        )
    assert [row["today"] for row in rows] == [True]


async def test_a_secret_is_kept_as_a_digest_only(world: World, sql: Sql) -> None:
    async with sql("learner_profile", world.ours) as connection:
        row = await connection.fetchval("select row_to_json(s)::text from client_secret s")
    assert (world.client.client_secret or "") not in row


async def test_an_expired_secret_is_a_wrong_one(lp: httpx.AsyncClient, world: World, sql: Sql) -> None:
    async with sql("learner_profile", world.ours) as connection:
        await connection.execute("update client_secret set expires_at = now() - interval '1 second'")
    assert (await ask_as(lp, world.client)).status_code == 401


async def test_two_secrets_live_while_one_replaces_the_other(
    lp: httpx.AsyncClient, world: World, database: Database
) -> None:
    async def works(secret: str | None) -> bool:
        return (
            await ask(lp, (world.client.client_id, secret or ""), grant_type="client_credentials")
        ).status_code == 200

    first = world.client.client_secret
    second = (await access.rotate_secret(database, world.ours.slug, world.client.client_id)).client_secret
    assert [await works(each) for each in (first, second)] == [True, True]
    third = (await access.rotate_secret(database, world.ours.slug, world.client.client_id)).client_secret
    assert [await works(each) for each in (first, second, third)] == [False, True, True]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", "invalid_request"),
        (b"grant_type=", "invalid_request"),
        (b"grant_type=password", "unsupported_grant_type"),
        (b"grant_type=client_credentials&grant_type=client_credentials", "invalid_request"),
        (b"grant_type=client_credentials&scope=a&scope=", "invalid_request"),
        (b"grant_type=client_credentials&client_id=a%00b&client_secret=x", "invalid_request"),
        (b"grant_type=client_credentials&client_id=%ff&client_secret=x", "invalid_request"),
        (b"grant_type=client_credentials&client_id=%ed%a0%80&client_secret=x", "invalid_request"),
        (b"\xff\xfe", "invalid_request"),
        (b"&".join(b"p%d=1" % number for number in range(100)), "invalid_request"),
        (b"grant_type=" + b"x" * 70_000, "invalid_request"),
        (b'{"grant_type": "client_credentials"}', "invalid_request"),
        (b"[" * 60_000, "invalid_request"),
    ],
)
async def test_a_request_that_cannot_be_read_is_refused(lp: httpx.AsyncClient, body: bytes, error: str) -> None:
    answer = await lp.post("/oauth2/token", content=body, headers=FORM)
    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("media_type", ["application/json", "multipart/form-data; boundary=x", "text/plain", ""])
async def test_only_forms_are_read(lp: httpx.AsyncClient, media_type: str) -> None:
    answer = await lp.post(
        "/oauth2/token", content=b"grant_type=client_credentials", headers={"Content-Type": media_type}
    )
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


async def test_a_body_of_100_megabytes_is_refused_before_it_is_read(lp: httpx.AsyncClient) -> None:
    answer = await lp.post("/oauth2/token", content=b"x" * 2_000_000, headers=FORM)
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "header",
    [
        "Basic",
        "Basic !!!",
        "Basic " + base64.b64encode(b"\xff:x").decode(),
        "Basic bm9jb2xvbg==",
        "Bearer abc",
        "Negotiate x",
    ]
    + ["Basic " + base64.b64encode(part).decode() for part in (b":", b"a%00:b", b"a\x00b:c", b"\xed\xa0\x80:x")],
)
async def test_credentials_that_cannot_be_read_are_those_of_no_client(lp: httpx.AsyncClient, header: str) -> None:
    answer = await lp.post(
        "/oauth2/token", content=b"grant_type=client_credentials", headers={**FORM, "Authorization": header}
    )
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


async def test_credentials_in_two_ways_are_refused(lp: httpx.AsyncClient, world: World) -> None:
    form = {"client_id": world.client.client_id, "client_secret": world.client.client_secret or ""}
    answer = await ask_as(lp, world.client, **form)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


async def test_the_endpoint_says_where_everything_is(lp: httpx.AsyncClient) -> None:
    answer = await lp.get("/.well-known/oauth-authorization-server")
    assert answer.json() == {
        "issuer": ORIGIN,
        "token_endpoint": f"{ORIGIN}/oauth2/token",
        "jwks_uri": f"{ORIGIN}/.well-known/jwks.json",
        "response_types_supported": [],
        "grant_types_supported": ["client_credentials", "urn:ietf:params:oauth:grant-type:token-exchange"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
    }


async def test_the_published_keys_are_public_ones(lp: httpx.AsyncClient) -> None:
    keys = (await lp.get("/.well-known/jwks.json")).json()["keys"]
    assert [set(key) for key in keys] == [{"kty", "crv", "x", "y", "kid", "use", "alg"}]


async def test_a_lookup_outside_of_a_district_sees_no_row_of_any(world: World, database: Database) -> None:
    for table in ("client", "client_secret", "issuer", "audit_entry", "person"):
        assert await database.pool.fetchval(f"select count(*) from {table}") == 0
