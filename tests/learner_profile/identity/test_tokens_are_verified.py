"""Every service verifies a token by itself, and refuses all bad ones alike."""

import json
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from joserfc.jwk import ECKey, Key, OctKey, RSAKey
from joserfc.jws import serialize_compact

from kit.caller import Verifier
from kit.problems import Unauthenticated, Unavailable
from tests.conftest import Sql
from tests.learner_profile.identity.conftest import World
from tests.worlds import ORIGIN, Mint, TestDistrict, bearer

DOOR = "/v1/clients"
Forge = Callable[[Mint, dict[str, Any]], str]


def _claims(district: TestDistrict, **changed: object) -> dict[str, Any]:
    now = int(time.time())
    usual = {
        "iss": ORIGIN,
        "aud": ORIGIN,
        "sub": str(uuid4()),
        "district_id": str(district.id),
        "client_id": "web",
        "scope": "",
        "iat": now,
        "exp": now + 60,
    }
    return {name: value for name, value in (usual | changed).items() if value is not None}


def _encoded(key: Key | None, claims: dict[str, Any], **header: object) -> str:
    full = {"alg": "ES256", "typ": "at+jwt", **header}
    present = {name: value for name, value in full.items() if value is not None}
    return serialize_compact(present, json.dumps(claims), key, [str(full["alg"])])


FORGERIES: dict[str, Forge] = {
    "an unknown key": lambda _, claims: _encoded(ECKey.generate_key("P-256"), claims, kid="unknown"),
    "another's key under our id": lambda mint, claims: _encoded(ECKey.generate_key("P-256"), claims, kid=mint.key.kid),
    "the wrong type": lambda mint, claims: _encoded(mint.key, claims, kid=mint.key.kid, typ="JWT"),
    "no type": lambda mint, claims: _encoded(mint.key, claims, kid=mint.key.kid, typ=None),
    "no signature": lambda mint, claims: _encoded(None, claims, kid=mint.key.kid, alg="none"),
    "the public key as a shared secret": lambda mint, claims: _encoded(
        OctKey.import_key(mint.key.as_pem(private=False).decode().replace("PUBLIC", "SHARED")),
        claims,
        kid=mint.key.kid,
        alg="HS256",
    ),
    "another kind of key": lambda mint, claims: _encoded(
        RSAKey.generate_key(2048), claims, kid=mint.key.kid, alg="RS256"
    ),
    "its own key in the header": lambda _, claims: _with_own_key(claims),
    "claims that are a list": lambda mint, _: serialize_compact(
        {"alg": "ES256", "typ": "at+jwt", "kid": mint.key.kid}, b"[1]", mint.key
    ),
    "claims that are no JSON": lambda mint, _: serialize_compact(
        {"alg": "ES256", "typ": "at+jwt", "kid": mint.key.kid}, b"\xff", mint.key
    ),
    "claims that are nested deeply": lambda mint, _: serialize_compact(
        {"alg": "ES256", "typ": "at+jwt", "kid": mint.key.kid}, b"[" * 2000, mint.key
    ),
}


def _with_own_key(claims: dict[str, Any]) -> str:
    key = ECKey.generate_key("P-256")
    return _encoded(key, claims, jwk=key.as_dict(private=False))


@pytest.mark.parametrize("forgery", FORGERIES)
async def test_a_forged_token_is_refused(
    lp: httpx.AsyncClient, districts: tuple[TestDistrict, TestDistrict], mint: Mint, forgery: str, recwarn: object
) -> None:
    good = await lp.get(DOOR, headers=bearer(_encoded(mint.key, _claims(districts[0]), kid=mint.key.kid)))
    assert good.status_code == 403, "verified, but nobody of the roster"
    bad = await lp.get(DOOR, headers=bearer(FORGERIES[forgery](mint, _claims(districts[0]))))
    assert (bad.status_code, bad.json()["code"]) == (401, "UNAUTHENTICATED")


@pytest.mark.parametrize(
    "changed",
    [
        {"exp": int(time.time()) - 60},
        {"exp": None},
        {"exp": "soon"},
        {"exp": True},
        {"iss": "https://elsewhere.test"},
        {"iss": None},
        {"aud": "https://elsewhere.test"},
        {"aud": None},
        {"nbf": int(time.time()) + 3600},
        {"iat": int(time.time()) + 3600},
        {"district_id": None},
        {"district_id": "fulton"},
        {"district_id": 7},
        {"sub": None},
        {"sub": "ana"},
        {"sub": 7},
        {"exp": 10**30},
    ],
)
async def test_a_token_with_wrong_claims_is_refused(
    lp: httpx.AsyncClient, districts: tuple[TestDistrict, TestDistrict], mint: Mint, changed: dict[str, Any]
) -> None:
    token = _encoded(mint.key, _claims(districts[0], **changed), kid=mint.key.kid)
    answer = await lp.get(DOOR, headers=bearer(token))
    assert (answer.status_code, answer.json()["code"]) == (401, "UNAUTHENTICATED")
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer x",
        "Bearer ..",
        "Bearer WyJhbGciXQ.e30.AAAA",
        "Bearer ImFsZyI.e30.AAAA",
        "Bearer bnVsbA.bnVsbA.AAAA",
        "Bearer " + "a" * 5000,
        "Bearer " + "W1tb" * 500 + ".e30.AAAA",
        "Basic YTpi",
        b"Bearer \xff\xfe.\xff.\xff",
    ],
)
async def test_what_is_no_token_is_refused_alike(lp: httpx.AsyncClient, header: str | bytes) -> None:
    answer = await lp.get(DOOR, headers=[(b"Authorization", header if isinstance(header, bytes) else header.encode())])
    assert (answer.status_code, answer.json()["code"]) == (401, "UNAUTHENTICATED")


async def test_a_token_that_was_good_is_refused_once_it_has_run_out(
    districts: tuple[TestDistrict, TestDistrict], lp_app: FastAPI, mint: Mint, monkeypatch: pytest.MonkeyPatch
) -> None:
    verifier: Verifier = lp_app.state.verifier
    token = _encoded(mint.key, _claims(districts[0]), kid=mint.key.kid)
    caller = await verifier.verify(token)
    assert caller.district_id == districts[0].id
    monkeypatch.setattr(time, "time", lambda: caller.expires_at.timestamp() + 6)
    with pytest.raises(Unauthenticated):
        await verifier.verify(token)


async def test_moving_the_clock_of_development_moves_no_tokens_life(
    lp: httpx.AsyncClient, lp_app: FastAPI, districts: tuple[TestDistrict, TestDistrict], mint: Mint
) -> None:
    token = _encoded(mint.key, _claims(districts[0]), kid=mint.key.kid)
    clock = lp_app.state.clock
    before = clock.offset
    try:
        clock.offset = before.__class__(days=400)
        assert (await lp.get(DOOR, headers=bearer(token))).status_code == 403
    finally:
        clock.offset = before


async def test_a_token_of_another_district_opens_only_that_district(lp: httpx.AsyncClient, world: World) -> None:
    """The same sourcedIds exist there; a person's id of ours in a token of theirs is nobody."""
    headers = bearer(world.theirs.person_token(world.people["u-ana"]))
    for answer in (
        await lp.delete(f"/v1/clients/{world.client.client_id}", headers=headers),
        await lp.get(DOOR, headers=headers),
    ):
        assert answer.status_code == 403


async def test_a_service_that_cannot_fetch_the_keys_says_so(lp_app: FastAPI) -> None:
    settings = lp_app.state.settings.model_copy(update={"jwks": "", "jwks_url": "http://127.0.0.1:9/jwks.json"})
    with pytest.raises(Unavailable):
        await Verifier(settings).verify("a.b.c")


async def test_a_person_who_leaves_the_roster_sees_nothing_from_that_moment_though_the_token_lives_on(
    lp: httpx.AsyncClient, world: World, sql: Sql
) -> None:
    headers = world.ours.as_person(world.people["u-ana"])
    mine = {"ids": [str(world.people["u-ana"])]}

    async with sql("learner_profile", world.ours) as connection:
        await connection.execute(
            """insert into school_enrollment (district_id, learner_id, school_id, source, is_primary)
               values ($1, $2, $3, 'sis', true)""",
            world.ours.id,
            world.people["u-ana"],
            uuid4(),
        )

    async def seen() -> tuple[int, Any]:
        answer = await lp.post("/graph/learners", json=mine, headers=headers)
        return answer.status_code, [each["id"] for each in answer.json()]

    assert await seen() == (200, mine["ids"])
    for change in ("enabled = false", "enabled = true, status = 'tobedeleted'"):
        async with sql("learner_profile", world.ours) as connection:
            await connection.execute(f"update person set {change} where sourced_id = 'u-ana'")
        assert await seen() == (200, [])
        assert (await lp.post("/graph/me", json={"sections": []}, headers=headers)).json() is None
