"""The two ways to a platform token: a client's own secret, and a person's token of the district's OpenID provider."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from kit.caller import VerifiedCaller, system
from kit.database import Database, refusal_of
from services.learner_profile.identity import queries
from services.learner_profile.identity.commands.provider_keys import ProviderKeys
from services.learner_profile.identity.domain import scopes, secrets, subjects, tokens
from services.learner_profile.identity.domain.failures import Failures
from services.learner_profile.identity.domain.keys import SigningKeys
from services.learner_profile.identity.domain.refusals import (
    InvalidClient,
    InvalidRequest,
    InvalidScope,
    InvalidTarget,
    SubjectRefused,
    TooManyFailures,
    UnsupportedGrantType,
)
from services.learner_profile.identity.domain.requests import Credentials, TokenRequest
from services.learner_profile.identity.domain.subjects import ACCESS_TOKEN, ID_TOKEN, RegisteredIssuer
from services.learner_profile.identity.domain.tokens import CLIENT_SECONDS, PERSON_SECONDS, Granted
from services.learner_profile.identity.models import ClientSecret
from services.learner_profile.identity.queries import ClientOnFile

CLIENT_CREDENTIALS = "client_credentials"
TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"  # noqa: S105 - a name (RFC 8693, section 2.1)


@dataclass
class TokenDoor:
    """What the door keeps for the life of the process."""

    origin: str
    database: Database
    keys: SigningKeys
    providers: ProviderKeys
    failures: Failures = field(default_factory=Failures)


async def grant(door: TokenDoor, request: TokenRequest, address: str, now: datetime) -> Granted:
    """A token, or a `TokenRefusal`; `address` is where the request came from, as far as this process can tell."""
    kind = request.required("grant_type")
    if kind == CLIENT_CREDENTIALS:
        return await _grant_to_client(door, request, address, now)
    if kind == TOKEN_EXCHANGE:
        return await _exchange(door, request, now)
    raise UnsupportedGrantType


async def _grant_to_client(door: TokenDoor, request: TokenRequest, address: str, now: datetime) -> Granted:
    if request.credentials is None:
        raise InvalidClient
    client = await _authenticated(door, request.credentials, address, now)
    granted = scopes.narrowed(client.scopes, request.parameters.get("scope"))
    claims = tokens.claims_of_client(
        request.credentials.client_id, client.district_id, granted, client.source, client.roster_source
    )
    token = tokens.signed(claims, door.keys.current, door.origin, now, CLIENT_SECONDS)
    return Granted(token, CLIENT_SECONDS, " ".join(granted))


async def _authenticated(door: TokenDoor, shown: Credentials, address: str, now: datetime) -> ClientOnFile:
    attempt = (shown.client_id, address)
    if door.failures.too_many(attempt, now.timestamp()):
        raise TooManyFailures
    client = await queries.find_client(door.database, shown.client_id)
    position = secrets.matching(shown.secret, [secret.digest for secret in client.secrets] if client else [])
    if client is None or position is None:
        door.failures.add(attempt, now.timestamp())
        raise InvalidClient
    door.failures.forget(attempt)
    if client.secrets[position].last_used_on != now.date():
        await _note_use(door.database, shown.client_id, client.district_id, client.secrets[position].id, now)
    return client


async def _note_use(database: Database, client_id: str, district_id: UUID, secret_id: UUID, now: datetime) -> None:
    async with _inside(database, VerifiedCaller(district_id, client_id=client_id)) as session:
        await session.execute(
            update(ClientSecret).where(ClientSecret.id == secret_id).values(last_used_on=now.date()),
            execution_options={"synchronize_session": False},
        )


async def _exchange(door: TokenDoor, request: TokenRequest, now: datetime) -> Granted:
    token, token_type = _subject_of(door.origin, request)
    issuer, claims = await _read_subject(door, token, token_type, now)
    person_id = await _person_named(door.database, issuer, subjects.named_by(claims, issuer, now.timestamp()))
    claims = tokens.claims_of_person(person_id, issuer.district_id, issuer.audience)
    access = tokens.signed(claims, door.keys.current, door.origin, now, PERSON_SECONDS)
    return Granted(access, PERSON_SECONDS, "", issued_token_type=ACCESS_TOKEN)


def _subject_of(origin: str, request: TokenRequest) -> tuple[str, str]:
    """The token and its type, from a request that asks for nothing but an access token of this platform for one person."""
    asked = request.parameters
    token, token_type = request.required("subject_token"), request.required("subject_token_type")
    if request.credentials is not None or {"actor_token", "actor_token_type"} & asked.keys():
        raise InvalidRequest("A person's token is exchanged without client credentials and without an actor")
    if token_type not in (ID_TOKEN, ACCESS_TOKEN):
        raise InvalidRequest("The subject token is an id_token or an access_token")
    if asked.get("requested_token_type", ACCESS_TOKEN) != ACCESS_TOKEN:
        raise InvalidRequest("Access tokens are issued only")
    if any(asked.get(name, origin).rstrip("/") != origin for name in ("audience", "resource")):
        raise InvalidTarget
    if "scope" in asked:
        raise InvalidScope("A person's token has no scopes")
    return token, token_type


async def _read_subject(
    door: TokenDoor, token: str, token_type: str, now: datetime
) -> tuple[RegisteredIssuer, dict[str, object]]:
    """The issuer that the token is from and its verified claims, whose times and audience are still to be judged."""
    said = subjects.peek(token)
    issuers = await queries.find_issuers(door.database, said.issuer, said.audiences)
    if len(issuers) != 1:
        raise SubjectRefused(reason="no such issuer and audience, or several")
    keys = await door.providers.known(issuers[0].jwks_uri, said.key_id, now.timestamp())
    return issuers[0], subjects.verified(token, keys, issuers[0], token_type)


async def _person_named(database: Database, issuer: RegisteredIssuer, value: str) -> UUID:
    async with _inside(database, system(issuer.district_id)) as session:
        people = await queries.find_login(session, issuer, value)
    if len(people) != 1:
        raise SubjectRefused(reason="nobody in the roster, or several")
    return people[0]


@asynccontextmanager
async def _inside(database: Database, caller: VerifiedCaller) -> AsyncIterator[AsyncSession]:
    """A transaction in a district that the request itself has just made known."""
    try:
        async with database.transaction(caller) as session:
            yield session
    except (DBAPIError, OSError) as failed:
        raise refusal_of(failed) from failed
