"""The public keys of the districts' OpenID providers: fetched with bounds, kept, and fetched again when a key is unknown."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, KeySet

from services.learner_profile.identity.domain.refusals import ProviderUnreachable

_MOST_BYTES = 256 * 1024
_MOST_KEYS = 100
_FETCH_SECONDS = 5.0
_FRESH_SECONDS = 600.0
_STALE_SECONDS = 24 * 3600.0
_AGAIN_AFTER_SECONDS = 30.0
_LEAST_RSA_BITS = 2048
_KINDS = ("RSA", "EC")
_log = structlog.get_logger("identity")


@dataclass
class _Kept:
    keys: KeySet | None = None
    fetched_at: float = float("-inf")
    tried_at: float = float("-inf")
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass
class ProviderKeys:
    """Keys by the address they are published at; an address comes from a registered issuer, never from a token."""

    http: httpx.AsyncClient
    plain_http: bool
    """Whether keys may be fetched without TLS, which development alone does."""
    kept: dict[str, _Kept] = field(default_factory=dict)

    async def known(self, jwks_uri: str, key_id: str | None, now: float) -> KeySet:
        """The provider's keys, fetched again at most every 30 s when they are old or lack this key; `now` is monotonic seconds.

        Keys that cannot be renewed serve for a day; raises `ProviderUnreachable` where there are none.
        """
        kept = self.kept.setdefault(jwks_uri, _Kept())
        if _wanting(kept, key_id, now):
            async with kept.lock:
                if _wanting(kept, key_id, now):
                    await self._renew(kept, jwks_uri, now)
        if kept.keys is None or now - kept.fetched_at > _STALE_SECONDS:
            raise ProviderUnreachable
        return kept.keys

    async def _renew(self, kept: _Kept, jwks_uri: str, now: float) -> None:
        try:
            kept.keys = usable_keys(await self.document(jwks_uri))
            kept.fetched_at = now
        except ProviderUnreachable as unreachable:
            _log.warning("provider_keys_not_renewed", jwks_uri=jwks_uri, reason=unreachable.reason)
        kept.tried_at = now

    async def document(self, url: str) -> dict[str, Any]:
        """A JSON object from a provider, within five seconds and 256 KiB, without following redirects."""
        if not url.startswith("https://") and not (self.plain_http and url.startswith("http://")):
            raise ProviderUnreachable(reason="not https")
        try:
            async with asyncio.timeout(_FETCH_SECONDS):
                document = orjson.loads(await self._body(url))
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError) as failed:
            raise ProviderUnreachable(reason=type(failed).__name__) from failed
        if not isinstance(document, dict):
            raise ProviderUnreachable(reason="not an object")
        return document

    async def _body(self, url: str) -> bytes:
        body = bytearray()
        async with self.http.stream("GET", url, headers={"Accept": "application/json"}) as answer:
            if answer.status_code != httpx.codes.OK:
                raise ProviderUnreachable(reason=f"status {answer.status_code}")
            async for chunk in answer.aiter_bytes():
                body += chunk
                if len(body) > _MOST_BYTES:
                    raise ProviderUnreachable(reason="too large")
        return bytes(body)


def _wanting(kept: _Kept, key_id: str | None, now: float) -> bool:
    if now - kept.tried_at < _AGAIN_AFTER_SECONDS:
        return False
    old = now - kept.fetched_at > _FRESH_SECONDS
    return old or (key_id is not None and kept.keys is not None and all(key.kid != key_id for key in kept.keys))


def usable_keys(document: Mapping[str, Any]) -> KeySet:
    """The public signature keys of a key set; what cannot be used is passed over (RFC 7517, section 5)."""
    listed = document.get("keys")
    if not isinstance(listed, list):
        raise ProviderUnreachable(reason="no keys")
    keys = [key for each in listed[:_MOST_KEYS] if (key := _usable_key(each)) is not None]
    if not keys:
        raise ProviderUnreachable(reason="no usable key")
    return KeySet(keys)


def _usable_key(described: object) -> Any:  # noqa: ANN401 - joserfc's union of key classes
    if not isinstance(described, dict) or described.get("kty") not in _KINDS or described.get("use", "sig") != "sig":
        return None
    if described["kty"] == "RSA" and _too_short(described.get("n")):
        return None
    try:
        key = JWKRegistry.import_key(described)
        key.ensure_kid()
    except (JoseError, ValueError, KeyError, TypeError):
        return None
    return None if key.is_private else key


def _too_short(modulus: object) -> bool:
    return not isinstance(modulus, str) or len(modulus) * 6 < _LEAST_RSA_BITS
