"""The platform's signing keys: a private JSON Web Key Set whose first key signs and whose keys are all published.

Keys are replaced in three steps, so that replicas may read the file at different times. `publish` appends a key: everybody
learns it before anything is signed with it. `sign` puts it first. `retire` drops the keys that stopped signing longer ago than
any token lives. All replicas have to be restarted between two steps.
"""

from dataclasses import dataclass
from typing import Any

import orjson
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

from services.learner_profile.identity.domain.tokens import ALGORITHM

_CURVE = "P-256"
_RETIRED_AT = "trellis_retired_at"
_PUBLISHED = ("kty", "crv", "x", "y", "kid", "use", "alg")
KeySetDocument = dict[str, list[dict[str, Any]]]


class SigningKeysError(ValueError):
    """The signing keys cannot be used as they are."""


@dataclass(frozen=True)
class SigningKeys:
    """The key that signs, and what is published as JSON."""

    current: ECKey
    published: bytes


def read_keys(text: str) -> SigningKeys:
    """The keys of a private key set; raises `SigningKeysError` unless each is a private P-256 key with an id of its own."""
    document = read_document(text)
    try:
        keys = [
            ECKey.import_key({name: value for name, value in key.items() if name != _RETIRED_AT})
            for key in document["keys"]
        ]
        published = KeySet(list(keys)).as_dict(private=False)["keys"]
    except (JoseError, ValueError, KeyError, TypeError) as unusable:
        raise SigningKeysError("A signing key cannot be read") from unusable
    ids = [key.kid for key in keys]
    if not keys or len(set(ids)) != len(ids) or any(not key.is_private or key.curve_name != _CURVE for key in keys):
        raise SigningKeysError("Signing keys are private P-256 keys, each with its own kid")
    public = [{name: key[name] for name in _PUBLISHED if name in key} for key in published]
    return SigningKeys(keys[0], orjson.dumps({"keys": public}))


def read_document(text: str) -> KeySetDocument:
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError as unreadable:
        raise SigningKeysError("The signing keys are not JSON") from unreadable
    keys = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(keys, list) or not all(isinstance(key, dict) for key in keys):
        raise SigningKeysError("The signing keys are a JSON Web Key Set")
    return {"keys": keys}


def first_keys() -> KeySetDocument:
    return {"keys": [_new_key()]}


def with_next_key(document: KeySetDocument) -> KeySetDocument:
    """A key more, which is published and does not sign yet; nothing changes where one waits already."""
    return document if _waiting(document) else {"keys": [*document["keys"], _new_key()]}


def with_next_key_signing(document: KeySetDocument, now: int) -> KeySetDocument:
    """The key that waits comes first and the one that signed is marked as retired at `now`, in seconds since 1970."""
    waiting = _waiting(document)
    if not waiting:
        raise SigningKeysError("No published key waits to sign; publish one first")
    current, *others = document["keys"]
    rest = [key for key in others if key is not waiting[0]]
    return {"keys": [waiting[0], {**current, _RETIRED_AT: now}, *rest]}


def without_retired_keys(document: KeySetDocument, now: int, longest_life: int) -> KeySetDocument:
    """Only what still signs, waits to sign, or may have signed a token that has not run out (`longest_life` in seconds)."""
    return {"keys": [key for key in document["keys"] if now - key.get(_RETIRED_AT, now) <= longest_life]}


def _waiting(document: KeySetDocument) -> list[dict[str, Any]]:
    return [key for key in document["keys"][1:] if _RETIRED_AT not in key]


def _new_key() -> dict[str, Any]:
    key = ECKey.generate_key(_CURVE, parameters={"use": "sig", "alg": ALGORITHM}, auto_kid=True)
    return dict(key.as_dict(private=True))
