"""Signatures between services, as Standard Webhooks 1.0 has them: HMAC-SHA256 over `id.timestamp.body`.

While one secret replaces another both live: the sender signs with each, the receiver takes any that it knows.
"""

import base64
import hmac
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from pydantic import SecretStr

from kit.problems import Problem

TOLERANCE = timedelta(minutes=5)
"""How far the two clocks may be apart, in either direction."""

_PREFIX = "whsec_"
_SCHEME = "v1,"


class BadSignature(Problem):
    """One answer for everything that is wrong with a signature, so that a forger learns nothing."""

    status, title = 401, "The events are not signed by a service of this platform"


class NoSecretError(ValueError):
    """Events cannot be exchanged without a secret of at least 24 bytes."""


Keys = tuple[bytes, ...]


def keys_of(secrets: SecretStr) -> Keys:
    """The keys in a setting that holds one secret or, separated by a blank, two; raises `NoSecretError`."""
    keys = tuple(_key(secret) for secret in secrets.get_secret_value().split())
    if not keys or any(len(key) < 24 for key in keys):  # noqa: PLR2004 - the standard's lower bound
        raise NoSecretError("event_secret needs at least 24 bytes")
    return keys


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix(_PREFIX)) if secret.startswith(_PREFIX) else secret.encode()


def signed(keys: Keys, message_id: str, now: datetime, body: bytes) -> dict[str, str]:
    """The three headers that go with a body."""
    timestamp = str(int(now.timestamp()))
    signatures = " ".join(_SCHEME + signature for signature in _signatures(keys, message_id, timestamp, body))
    return {"webhook-id": message_id, "webhook-timestamp": timestamp, "webhook-signature": signatures}


def verify(keys: Keys, headers: Mapping[str, str], now: datetime, body: bytes) -> None:
    """Refuse with `BadSignature` a body that no known key signed, or not within the tolerance of now."""
    message_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not message_id or abs(_instant(timestamp) - now) > TOLERANCE:
        raise BadSignature
    given = [entry.removeprefix(_SCHEME) for entry in headers.get("webhook-signature", "").split()[:8]]
    if not _any_equal(given, _signatures(keys, message_id, timestamp, body)):
        raise BadSignature


def _instant(timestamp: str) -> datetime:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12):  # noqa: PLR2004 - seconds, not more
        raise BadSignature
    return datetime.fromtimestamp(int(timestamp), UTC)


def _signatures(keys: Keys, message_id: str, timestamp: str, body: bytes) -> list[str]:
    content = f"{message_id}.{timestamp}.".encode() + body
    return [base64.b64encode(hmac.digest(key, content, sha256)).decode() for key in keys]


def _any_equal(given: Iterable[str], expected: Iterable[str]) -> bool:
    pairs = [(one.encode("utf-8", "replace"), other.encode()) for one in given for other in expected]
    return any([hmac.compare_digest(one, other) for one, other in pairs])  # noqa: C419 - compares all, whichever fits
