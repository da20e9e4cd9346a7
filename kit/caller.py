"""The verified caller: whose token it is, never what they may see - roles are facts of the roster."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import httpx
import orjson
from fastapi import Depends, Request
from fastapi.security import HTTPBearer
from fastapi.security.http import HTTPAuthorizationCredentials
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import ClaimsOption

from kit.problems import Forbidden, InsufficientScope, Unauthenticated, Unavailable
from kit.settings import Settings

ALGORITHM = "ES256"
TOKEN_TYPE = "at+jwt"  # noqa: S105 - the header's value (RFC 9068)
_LEEWAY_SECONDS = 5
_REFRESH_AT_MOST_EVERY_SECONDS = 10.0
_REMEMBERED_TOKENS = 10_000
_LONGEST_TOKEN = 8192
_UNREADABLE = (JoseError, ValueError, KeyError, TypeError, RecursionError)
"""What joserfc raises for tokens that are none; a header that is a JSON array is a TypeError."""
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class VerifiedCaller:
    """A person or a system, of one district, with the scopes its token carries."""

    district_id: UUID
    person_id: UUID | None = None
    client_id: str | None = None
    scopes: frozenset[str] = frozenset()
    source: str | None = None
    """The namespace of the objects that a client owns."""
    roster_source: str | None = None
    """The namespace in which a client's references to people and classes resolve."""
    expires_at: datetime = _NEVER
    token: str = field(default="", repr=False)


def system(district_id: UUID) -> VerifiedCaller:
    """The service itself at work inside one district."""
    return VerifiedCaller(district_id, client_id="system")


@dataclass
class Verifier:
    """Verifies platform tokens against the published keys, which it fetches and keeps."""

    settings: Settings
    keys: KeySet | None = None
    fetched_at: float = float("-inf")
    remembered: OrderedDict[str, VerifiedCaller] = field(default_factory=OrderedDict)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    fetch: Callable[[], Awaitable[bytes]] | None = None

    async def verify(self, token: str) -> VerifiedCaller:
        """The caller that a token names; raises `Unauthenticated` whatever is wrong with it.

        A token's life is measured by the machine's own clock, which development cannot move.
        """
        known = self.remembered.get(token)
        if known is None:
            known = await self._read(token)
            self._remember(token, known)
        if known.expires_at.timestamp() + _LEEWAY_SECONDS < time.time():
            raise Unauthenticated
        return known

    def _remember(self, token: str, caller: VerifiedCaller) -> None:
        self.remembered[token] = caller
        if len(self.remembered) > _REMEMBERED_TOKENS:
            self.remembered.popitem(last=False)

    async def _read(self, token: str) -> VerifiedCaller:
        if len(token) > _LONGEST_TOKEN:
            raise Unauthenticated
        try:
            claims = self._claims(token, await self._key_set())
        except _UNREADABLE:
            claims = self._claims_or_refuse(token, await self._key_set(renew=True))
        return _caller_of(claims, token)

    def _claims_or_refuse(self, token: str, keys: KeySet) -> dict[str, Any]:
        try:
            return self._claims(token, keys)
        except _UNREADABLE as refused:
            raise Unauthenticated from refused

    def _claims(self, token: str, keys: KeySet) -> dict[str, Any]:
        decoded = jwt.decode(token, keys, algorithms=[ALGORITHM])
        if decoded.header.get("typ") != TOKEN_TYPE:
            raise ValueError("typ")
        _registry(self.settings.origin).validate(decoded.claims)
        return decoded.claims

    async def _key_set(self, *, renew: bool = False) -> KeySet:
        if self.keys is None or (renew and self._may_fetch()):
            async with self.lock:
                if self.keys is None or self._may_fetch():
                    self.keys = KeySet.import_key_set(orjson.loads(await self._fetched()))
                    self.fetched_at = time.monotonic()
        return self.keys

    def _may_fetch(self) -> bool:
        return not self.settings.jwks and time.monotonic() - self.fetched_at > _REFRESH_AT_MOST_EVERY_SECONDS

    async def _fetched(self) -> bytes:
        if self.settings.jwks:
            return self.settings.jwks.encode()
        if self.fetch is not None:
            return await self.fetch()
        try:
            async with httpx.AsyncClient(timeout=3) as client:
                return (await client.get(self.settings.jwks_url)).raise_for_status().content
        except httpx.HTTPError as unreachable:
            raise Unavailable("The platform's keys cannot be fetched") from unreachable


def _registry(origin: str) -> jwt.JWTClaimsRegistry:
    wanted: ClaimsOption = {"essential": True, "value": origin}
    return jwt.JWTClaimsRegistry(leeway=_LEEWAY_SECONDS, iss=wanted, aud=wanted, exp={"essential": True})


def _caller_of(claims: dict[str, Any], token: str) -> VerifiedCaller:
    try:
        client_id, source = claims.get("client_id"), claims.get("source")
        return VerifiedCaller(
            district_id=UUID(claims["district_id"]),
            person_id=None if source else UUID(claims["sub"]),
            client_id=client_id,
            scopes=frozenset(str(claims.get("scope", "")).split()),
            source=source,
            roster_source=claims.get("roster_source"),
            expires_at=datetime.fromtimestamp(claims["exp"], UTC),
            token=token,
        )
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError, OSError) as malformed:
        raise Unauthenticated from malformed


_bearer = HTTPBearer(auto_error=False, description="A platform token from `POST /oauth2/token`")


async def _caller(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> VerifiedCaller:
    if credentials is None:
        raise Unauthenticated
    verifier: Verifier = request.app.state.verifier
    return await verifier.verify(credentials.credentials)


Caller = Annotated[VerifiedCaller, Depends(_caller)]
"""Anybody with a valid token."""


async def _person(caller: Caller) -> VerifiedCaller:
    if caller.person_id is None:
        raise Forbidden("This door is for people")
    return caller


Person = Annotated[VerifiedCaller, Depends(_person)]
"""A person with a valid token; a system is refused."""


def scoped(*any_of: str) -> Any:  # noqa: ANN401 - FastAPI's own return type
    """A dependency: a system whose token carries at least one of these scopes."""

    async def client(caller: Caller) -> VerifiedCaller:
        if caller.person_id is not None or not caller.scopes.intersection(any_of):
            raise InsufficientScope(scopes=sorted(any_of))
        return caller

    return Depends(client)


def people_or(*any_of: str) -> Any:  # noqa: ANN401 - FastAPI's own return type
    """A dependency: any person, whose role the command checks, or a system with at least one of these scopes."""

    async def person_or_client(caller: Caller) -> VerifiedCaller:
        if caller.person_id is None and not caller.scopes.intersection(any_of):
            raise InsufficientScope(scopes=sorted(any_of))
        return caller

    return Depends(person_or_client)
