"""A person exchanges a token of the district's OpenID provider."""

import asyncio
import json
import time
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey
from joserfc.jws import serialize_compact

from tests.conftest import client_of, living, service_app
from tests.learner_profile.identity.conftest import (
    ACCESS_TOKEN,
    EXCHANGE,
    RSA_KEY,
    Provider,
    Register,
    World,
    ask,
    ask_as,
    exchange,
)
from tests.worlds import ORIGIN, TestDistrict

REFUSED = {"error": "invalid_request", "error_description": "The subject token is not accepted"}


async def _claims(lp: httpx.AsyncClient, answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    keys = KeySet.import_key_set((await lp.get("/.well-known/jwks.json")).json())
    return jwt.decode(answer.json()["access_token"], keys, algorithms=["ES256"]).claims


async def test_a_persons_token_names_the_person_and_the_district_and_no_role(
    lp: httpx.AsyncClient, world: World, provider: Provider, register: Register
) -> None:
    audience = await register(world.ours)
    answer = await exchange(lp, provider.token(aud=audience, person="u-ana", roles=["admin"]))

    assert answer.headers["cache-control"] == "no-store"
    assert {**answer.json(), "access_token": ""} == {
        "access_token": "",
        "issued_token_type": ACCESS_TOKEN,
        "token_type": "Bearer",
        "expires_in": 900,
        "scope": "",
    }
    claims = await _claims(lp, answer)
    assert claims.pop("exp") == claims.pop("iat") + 900
    assert claims.pop("jti")
    assert claims == {
        "iss": ORIGIN,
        "aud": ORIGIN,
        "sub": str(world.people["u-ana"]),
        "client_id": audience,
        "district_id": str(world.ours.id),
        "scope": "",
    }


async def test_the_audience_decides_the_district_where_both_share_a_provider_and_sourced_ids(
    lp: httpx.AsyncClient, world: World, provider: Provider, register: Register
) -> None:
    ours, theirs = await register(world.ours), await register(world.theirs)
    mine = await _claims(lp, await exchange(lp, provider.token(aud=ours, person="u-ana")))
    other = await _claims(lp, await exchange(lp, provider.token(aud=theirs, person="u-ana")))
    assert (mine["district_id"], mine["sub"]) == (str(world.ours.id), str(world.people["u-ana"]))
    assert (other["district_id"], other["sub"]) == (str(world.theirs.id), str(world.their_people["u-ana"]))


async def test_an_access_token_of_the_provider_will_do_as_well(
    lp: httpx.AsyncClient, world: World, provider: Provider, register: Register
) -> None:
    token = provider.token({"typ": "at+jwt"}, aud=await register(world.ours), person="u-ana")
    as_access = await exchange(lp, token, subject_token_type=ACCESS_TOKEN)
    as_id = await exchange(lp, token)
    assert as_access.status_code == 200
    assert as_id.json() == REFUSED


@pytest.mark.parametrize(
    ("field", "value", "person"),
    [
        ("username", "ben", "u-ben"),
        ("identifier", "S2", "u-ben"),
        ("email", "BEN@district.org", "u-ben"),
        ("sourced_id", "u-ben", "u-ben"),
        ("sourced_id", "U-BEN", None),
        ("username", "twin", None),
        ("identifier", "S3", None),
        ("email", "twins@district.org", None),
        ("sourced_id", "u-gone", None),
        ("username", "gone", None),
        ("email", "gone@district.org", None),
        ("username", "nobody", None),
    ],
)
async def test_the_claim_names_exactly_one_active_person_or_is_refused(
    lp: httpx.AsyncClient,
    world: World,
    provider: Provider,
    register: Register,
    field: str,
    value: str,
    person: str | None,
) -> None:
    audience = await register(world.ours, claim="who", field=field)
    answer = await exchange(lp, provider.token(aud=audience, who=value, email_verified=True))
    if person is None:
        assert (answer.status_code, answer.json()) == (400, REFUSED)
    else:
        assert (await _claims(lp, answer))["sub"] == str(world.people[person])


@pytest.mark.parametrize("verified", [None, False, "true", 1])
async def test_an_e_mail_that_the_provider_has_not_verified_names_nobody(
    lp: httpx.AsyncClient, world: World, provider: Provider, register: Register, verified: object
) -> None:
    audience = await register(world.ours, claim="email", field="email")
    token = provider.token(aud=audience, email="ana@district.org", email_verified=verified)
    assert (await exchange(lp, token)).json() == REFUSED


NOW = int(time.time())


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": NOW - 61},
        {"exp": None},
        {"exp": "tomorrow"},
        {"exp": True},
        {"exp": 1e300},
        {"iat": NOW + 3600},
        {"iat": None},
        {"nbf": NOW + 3600},
        {"nbf": None, "iss": "https://elsewhere.test"},
        {"iss": None},
        {"iss": 7},
        {"aud": "another-application"},
        {"aud": []},
        {"aud": {}},
        {"aud": [None]},
        {"azp": "another-application"},
        {"azp": 7},
        {"person": None},
        {"person": ""},
        {"person": 7},
        {"person": ["u-ana"]},
        {"person": "u-ana\x00"},
        {"person": "u" * 300},
        {"tenant": "another"},
    ],
)
async def test_a_token_with_wrong_claims_is_refused_like_any_other(
    lp: httpx.AsyncClient, world: World, provider: Provider, register: Register, claims: dict[str, Any]
) -> None:
    audience = await register(world.ours, required_claims={"tenant": "ours"})
    good = {"aud": audience, "person": "u-ana", "tenant": "ours"}
    assert (await exchange(lp, provider.token(None, **good))).status_code == 200
    answer = await exchange(lp, provider.token(**{**good, **claims}))
    assert (answer.status_code, answer.json()) == (400, REFUSED)


async def test_clocks_may_differ_by_a_minute(
    lp: httpx.AsyncClient, world: World, provider: Provider, register: Register
) -> None:
    now = int(time.time())
    early = provider.token(aud=await register(world.ours), person="u-ana", iat=now + 50, nbf=now + 50, exp=now - 50)
    assert (await exchange(lp, early)).status_code == 200


async def test_a_token_for_several_audiences_has_to_say_for_whom_it_was_issued(
    lp: httpx.AsyncClient, world: World, provider: Provider, register: Register
) -> None:
    audience = await register(world.ours, authorized_parties=("ios-app",))
    both = [audience, "another-application"]
    codes = [
        (await exchange(lp, provider.token(aud=both, person="u-ana", azp=party))).status_code
        for party in (None, "another-application", audience, "ios-app")
    ]
    assert codes == [400, 400, 200, 200]


async def test_a_token_for_the_audiences_of_two_districts_is_refused(
    lp: httpx.AsyncClient, world: World, provider: Provider, register: Register
) -> None:
    ours, theirs = await register(world.ours), await register(world.theirs)
    answer = await exchange(lp, provider.token(aud=[ours, theirs], azp=ours, person="u-ana"))
    assert answer.json() == REFUSED


def _unsigned(header: dict[str, Any], claims: dict[str, Any], key: RSAKey | OctKey | None) -> str:
    return serialize_compact(header, json.dumps(claims), key, [header["alg"]])


async def test_forged_tokens_are_refused(
    lp: httpx.AsyncClient, world: World, provider: Provider, register: Register, recwarn: pytest.WarningsRecorder
) -> None:
    audience = await register(world.ours, algorithms=("RS256",))
    now = int(time.time())
    claims = {"iss": provider.address, "aud": audience, "person": "u-ana", "iat": now, "exp": now + 300}
    header = {"kid": RSA_KEY.kid}
    good = provider.token(None, **claims)
    stranger = RSAKey.generate_key(2048)
    free = RSAKey.import_key(RSA_KEY.as_pem(private=True))
    published = OctKey.import_key(RSA_KEY.as_pem(private=False).decode().replace("PUBLIC", "SHARED"))
    forged = {
        "another's key": _unsigned({"alg": "RS256", **header}, claims, stranger),
        "another's key in the header": _unsigned(
            {"alg": "RS256", **header, "jwk": stranger.as_dict(private=False)}, claims, stranger
        ),
        "the public key as a shared secret": _unsigned({"alg": "HS256", **header}, claims, published),
        "an algorithm that was not registered": _unsigned({"alg": "PS256", **header}, claims, free),
        "no signature": _unsigned({"alg": "none", **header}, claims, None),
        "a signature cut off": good.rpartition(".")[0] + ".",
        "other claims": ".".join(
            (good.split(".")[0], provider.token(None, **claims | {"person": "u-ben"}).split(".")[1], good.split(".")[2])
        ),
        "an unknown critical header": _unsigned(
            {"alg": "RS256", **header, "crit": ["b64"], "b64": True}, claims, RSA_KEY
        )[:-4]
        + "AAAA",
    }
    recwarn.clear()
    assert (await exchange(lp, good)).status_code == 200
    for how, token in forged.items():
        answer = await exchange(lp, token)
        assert (answer.status_code, answer.json()) == (400, REFUSED), how


@pytest.mark.parametrize(
    "token",
    [
        "x",
        "..",
        "a.b.c",
        "null.null.null",
        "bnVsbA.bnVsbA.bnVsbA",
        "WyJhbGciXQ.WyJpc3MiXQ.AAAA",
        "e30.e30.",
        "é.é.é",
        "[" * 5000,
        f"{'W1tb' * 1500}.{'W1tb' * 1500}.AAAA",
        "a." * 9000,
        "eyJhbGciOiJSUzI1NiJ9." * 5,
    ],
)
async def test_what_is_no_token_is_refused_like_any_other(lp: httpx.AsyncClient, token: str) -> None:
    answer = await exchange(lp, token)
    assert (answer.status_code, answer.json()) == (400, REFUSED)


async def test_an_exchange_asks_for_one_person_and_this_platform_only(
    lp: httpx.AsyncClient, world: World, provider: Provider, register: Register
) -> None:
    token = provider.token(aud=await register(world.ours), person="u-ana")
    refusals = {
        "invalid_request": [
            {"actor_token": "x"},
            {"subject_token_type": "urn:ietf:params:oauth:token-type:saml2"},
            {"requested_token_type": "urn:ietf:params:oauth:token-type:refresh_token"},
        ],
        "invalid_target": [{"audience": "https://elsewhere.test"}, {"resource": "https://elsewhere.test"}],
        "invalid_scope": [{"scope": "urn:trellis:scope:roster.push"}],
    }
    for error, requests in refusals.items():
        for parameters in requests:
            assert (await exchange(lp, token, **parameters)).json()["error"] == error, parameters
    with_client = await ask_as(lp, world.client, subject_token=token, subject_token_type=ACCESS_TOKEN)
    assert with_client.status_code == 200, "the credentials' own grant"
    without_type = await ask(lp, grant_type=EXCHANGE, subject_token=token)
    assert without_type.json() == {"error": "invalid_request", "error_description": "subject_token_type is required"}
    for parameters in ({"audience": ORIGIN}, {"resource": f"{ORIGIN}/"}, {"requested_token_type": ACCESS_TOKEN}):
        assert (await exchange(lp, token, **parameters)).status_code == 200


async def test_keys_are_fetched_once_for_many_and_again_for_a_new_one_but_not_at_every_strangers_wish(
    lp: httpx.AsyncClient, lp_app: FastAPI, world: World, provider: Provider, register: Register
) -> None:
    audience = await register(world.ours)
    many = [exchange(lp, provider.token(aud=audience, person="u-ana")) for _ in range(5)]
    assert {answer.status_code for answer in await asyncio.gather(*many)} == {200}
    assert provider.asked == ["/keys"]

    provider.publish(ECKey.generate_key("P-256", auto_kid=True), RSA_KEY)
    by_new_key = provider.token(aud=audience, person="u-ana")
    assert (await exchange(lp, by_new_key)).json() == REFUSED
    assert provider.asked == ["/keys"], "asked less than 30 s ago"

    kept = lp_app.state.token_door.providers.kept[f"{provider.address}/keys"]
    kept.tried_at -= 31
    assert (await exchange(lp, by_new_key)).status_code == 200
    assert provider.asked == ["/keys", "/keys"]


async def test_keys_that_cannot_be_renewed_serve_for_a_day(
    lp: httpx.AsyncClient, lp_app: FastAPI, world: World, provider: Provider, register: Register
) -> None:
    token = provider.token(aud=await register(world.ours), person="u-ana")
    assert (await exchange(lp, token)).status_code == 200
    provider.answers.clear()
    kept = lp_app.state.token_door.providers.kept[f"{provider.address}/keys"]
    kept.tried_at, kept.fetched_at = kept.tried_at - 3600, kept.fetched_at - 3600
    assert (await exchange(lp, token)).status_code == 200
    kept.fetched_at -= 24 * 3600
    answer = await exchange(lp, token)
    assert (answer.status_code, answer.json()["error"]) == (503, "temporarily_unavailable")
    assert provider.asked == ["/keys", "/keys"]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"null",
        b"[]",
        b'{"keys": 7}',
        b'{"keys": []}',
        b'{"keys": [null, 7, {"kty": 7}, {"kty": "EC"}, {"kty": "EC", "crv": "X", "x": "", "y": ""}]}',
        b'{"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}',
        json.dumps({"keys": [RSA_KEY.as_dict(private=True)]}).encode(),
        json.dumps({"keys": [{**RSA_KEY.as_dict(private=False), "use": "enc"}]}).encode(),
        json.dumps(
            {"keys": [RSAKey.import_key(RSA_KEY.as_dict(private=False)).as_dict(private=False) | {"n": "AQAB"}]}
        ).encode(),
        b"[" * 100_000,
        b'{"keys": "' + b"x" * 300_000 + b'"}',
    ],
)
async def test_a_provider_without_usable_keys_cannot_be_used_just_now(
    lp: httpx.AsyncClient, world: World, provider: Provider, register: Register, answer: bytes
) -> None:
    token = provider.token(aud=await register(world.ours), person="u-ana")
    provider.answers["/keys"] = answer
    refused = await exchange(lp, token)
    assert (refused.status_code, refused.json()["error"]) == (503, "temporarily_unavailable")


async def test_production_fetches_keys_over_https_only(
    app_settings: dict[str, dict[str, Any]], world: World, provider: Provider, register: Register
) -> None:
    token = provider.token(aud=await register(world.ours), person="u-ana")
    settings = app_settings["learner_profile"] | {"environment": "production"}
    async with living(service_app("learner_profile", settings)) as app, client_of(app) as lp:
        assert (await exchange(lp, token)).status_code == 503
    assert provider.asked == []


async def test_the_same_issuer_and_audience_belong_to_one_district(world: World, register: Register) -> None:
    audience = await register(world.ours)

    async def again(district: TestDistrict) -> None:
        await register(district, audience=audience)

    for district in (world.ours, world.theirs):
        with pytest.raises(Exception, match="are registered"):
            await again(district)
