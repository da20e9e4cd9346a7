"""Two districts with the same sourcedIds, their clients, and an OpenID provider that really answers over HTTP."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from kit.database import Database
from services.learner_profile.identity.commands.registration import NewClient, NewIssuer
from services.learner_profile.operator import access
from services.learner_profile.operator.access import ClientMade
from tests.conftest import Sql
from tests.worlds import TestDistrict

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"
RSA_KEY = RSAKey.generate_key(2048, parameters={"use": "sig", "alg": "RS256"}, auto_kid=True)


@dataclass
class Provider:
    """An OpenID provider; what it answers and how often it was asked can be looked at and changed."""

    address: str
    key: RSAKey | ECKey = field(default_factory=lambda: RSA_KEY)
    answers: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def publish(self, *keys: RSAKey | ECKey) -> None:
        self.key = keys[0]
        self.answers["/keys"] = json.dumps(KeySet(list(keys)).as_dict(private=False)).encode()

    def token(self, header: Mapping[str, Any] | None = None, /, **claims: Any) -> str:  # noqa: ANN401 - any claim
        now = int(time.time())
        usual = {"iss": self.address, "iat": now, "exp": now + 300, "sub": "somebody"}
        chosen = {name: value for name, value in (usual | claims).items() if value is not None}
        alg = "RS256" if isinstance(self.key, RSAKey) else "ES256"
        return jwt.encode({"alg": alg, "kid": self.key.kid} | dict(header or {}), chosen, self.key, [alg])


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = (await reader.readuntil(b"\r\n\r\n")).split(b" ", 2)[1].decode()
        made.asked.append(path)
        body = made.answers.get(path, b"")
        status = b"200 OK" if path in made.answers else b"404 Not Found"
        writer.write(b"HTTP/1.1 %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (status, len(body), body))
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        made = Provider(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        made.publish(RSA_KEY)
        yield made


@pytest.fixture
def database(lp_app: FastAPI) -> Database:
    opened: Database = lp_app.state.database
    return opened


@dataclass(frozen=True)
class World:
    """The first of two districts that look alike; `people` are ids by sourcedId."""

    ours: TestDistrict
    theirs: TestDistrict
    people: dict[str, UUID]
    their_people: dict[str, UUID]
    client: ClientMade
    their_client: ClientMade


PEOPLE = {
    "u-ana": ("ana", "ana@district.org", "S1"),
    "u-ben": ("ben", "Ben@District.org", "S2"),
    "u-twin-1": ("twin", "twins@district.org", "S3"),
    "u-twin-2": ("twin", "TWINS@district.org", "S3"),
    "u-gone": ("gone", "gone@district.org", "S9"),
}


@pytest.fixture
async def world(districts: tuple[TestDistrict, TestDistrict], database: Database, sql: Sql) -> World:
    ours, theirs = districts
    return World(
        ours,
        theirs,
        await _enrol(sql, ours),
        await _enrol(sql, theirs),
        await access.create_client(database, ours.slug, _client(ours)),
        await access.create_client(database, theirs.slug, _client(theirs)),
    )


async def _enrol(sql: Sql, district: TestDistrict) -> dict[str, UUID]:
    people = {sourced_id: uuid4() for sourced_id in PEOPLE}
    async with sql("learner_profile", district) as connection:
        await connection.executemany(
            """insert into person (district_id, source, sourced_id, id, username, email, identifier, given_name,
                 family_name, status)
               values ($1, 'sis', $2, $3, $4, $5, $6, 'Given', 'Family',
                 case $2 when 'u-gone' then 'tobedeleted' else 'active' end)""",
            [(district.id, each, people[each], *PEOPLE[each]) for each in PEOPLE],
        )
    return people


def _client(district: TestDistrict) -> NewClient:
    scopes = ("https://purl.imsglobal.org/spec/or/v1p2/scope/roster.readonly", "urn:trellis:scope:roster.push")
    return NewClient(name="SIS", scopes=scopes, source="sis", roster_source="sis", prefix=f"{district.slug}.sis")


Register = Callable[..., Awaitable[str]]


@pytest.fixture
def register(database: Database, provider: Provider) -> Register:
    """Registers the provider for a district and answers the audience."""

    async def registered(district: TestDistrict, **chosen: Any) -> str:  # noqa: ANN401 - any field
        usual = {
            "audience": f"web-{uuid4()}",
            "jwks_uri": f"{provider.address}/keys",
            "claim": "person",
            "field": "sourced_id",
        }
        new = NewIssuer(**{"issuer": provider.address, "source": "sis", **usual, **chosen})
        await access.add_issuer(database, district.slug, new, plain_http=True)
        return new.audience

    return registered


async def ask(lp: httpx.AsyncClient, auth: tuple[str, str] | None = None, /, **parameters: str) -> httpx.Response:
    return await lp.post("/oauth2/token", data=parameters, auth=auth or httpx.USE_CLIENT_DEFAULT)


async def ask_as(lp: httpx.AsyncClient, client: ClientMade, **parameters: str) -> httpx.Response:
    auth = (client.client_id, client.client_secret or "")
    return await ask(lp, auth, grant_type="client_credentials", **parameters)


async def exchange(lp: httpx.AsyncClient, token: str, **parameters: str) -> httpx.Response:
    asked = {"grant_type": EXCHANGE, "subject_token": token, "subject_token_type": ID_TOKEN, **parameters}
    return await ask(lp, None, **asked)
