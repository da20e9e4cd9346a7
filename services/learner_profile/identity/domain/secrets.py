"""Client secrets: generated here, shown once, kept as a digest.

A secret holds 256 random bits, so that nobody can guess it or search for it from its digest. What a slow password hash
protects is a secret that a person chose; here it would only make every token request cost a tenth of a second. SHA-256 it is.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable

_PREFIX = "trls_"
"""Lets a scanner of repositories and logs recognise a leaked secret."""
_NOBODYS = hashlib.sha256(b"").digest()


def new_secret() -> str:
    return _PREFIX + secrets.token_urlsafe(32)


def digest_of(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def matching(secret: str, digests: Iterable[bytes]) -> int | None:
    """The position of the digest that is this secret's; takes the same time wherever it stands, and where there is none."""
    shown = digest_of(secret)
    found = None
    for position, digest in enumerate([*digests, _NOBODYS]):
        if hmac.compare_digest(shown, digest) and digest != _NOBODYS:
            found = position
    return found
