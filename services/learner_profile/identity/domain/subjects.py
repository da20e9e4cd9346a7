"""Whether a token of a district's OpenID provider is good, and whom of the roster it names."""

import base64
import binascii
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from services.learner_profile.identity.domain.refusals import SubjectRefused

ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"  # noqa: S105 - a name (RFC 8693, section 3)
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105 - a name (RFC 8693, section 3)
ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"})
"""What an issuer may be registered with: signatures by key pairs, so that a published key can never be taken for a shared one."""
FIELDS = ("sourced_id", "identifier", "username", "email")
"""The person's fields that a claim may name."""
CLOCK_SKEW_SECONDS = 60
_LONGEST_TOKEN = 16 * 1024
_LONGEST_VALUE = 256
_MOST_AUDIENCES = 20
_LATEST_TIME = 1e12
_TYPES: Mapping[str, Collection[str | None]] = {
    ID_TOKEN: (None, "jwt"),
    ACCESS_TOKEN: (None, "jwt", "at+jwt", "application/at+jwt"),
}


@dataclass(frozen=True, slots=True)
class RegisteredIssuer:
    """An issuer as the district registered it."""

    district_id: UUID
    issuer: str
    audience: str
    authorized_parties: tuple[str, ...]
    jwks_uri: str
    algorithms: tuple[str, ...]
    claim: str
    field: str
    source: str
    required_claims: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Unverified:
    """What a token says of itself before anybody has looked at its signature: enough to find whose key to ask for."""

    issuer: str
    audiences: tuple[str, ...]
    key_id: str | None


class _Registry(JWSRegistry):
    max_header_length = 8 * 1024
    max_payload_length = _LONGEST_TOKEN


def peek(token: str) -> Unverified:
    """Raises `SubjectRefused` for anything but a compact JWS with an object that names an issuer and an audience."""
    parts = token.split(".")
    if len(token) > _LONGEST_TOKEN or len(parts) != 3:  # noqa: PLR2004 - header, payload, signature
        raise SubjectRefused(reason="not a compact JWS")
    header, claims = _object(parts[0]), _object(parts[1])
    issuer, audiences, key_id = claims.get("iss"), _strings(claims.get("aud")), header.get("kid")
    if not _usable(issuer) or not 0 < len(audiences) <= _MOST_AUDIENCES or not (key_id is None or _usable(key_id)):
        raise SubjectRefused(reason="no issuer, audience or key id")
    return Unverified(str(issuer), audiences, key_id)


def verified(token: str, keys: KeySet, issuer: RegisteredIssuer, token_type: str) -> dict[str, Any]:
    """The claims of a token that one of the issuer's keys signed with one of its algorithms."""
    try:
        registry = _Registry(algorithms=issuer.algorithms, strict_check_header=False)
        decoded = jwt.decode(token, keys, registry=registry)
    except (JoseError, ValueError, KeyError, TypeError, RecursionError) as refused:
        raise SubjectRefused(reason="signature") from refused
    kind = decoded.header.get("typ")
    if (kind.lower() if isinstance(kind, str) else kind) not in _TYPES[token_type]:
        raise SubjectRefused(reason="typ")
    return decoded.claims


def named_by(claims: Mapping[str, Any], issuer: RegisteredIssuer, now: float) -> str:
    """The value that names a person in the issuer's field; `now` is in seconds since 1970. OpenID Connect Core, 3.1.3.7."""
    _hold("issuer", claims.get("iss") == issuer.issuer)
    _hold("audience", issuer.audience in _strings(claims.get("aud")))
    _hold("authorized party", _party_is_known(claims, issuer))
    _hold("expired", _seconds(claims.get("exp")) > now - CLOCK_SKEW_SECONDS)
    _hold("issued in the future", _seconds(claims.get("iat")) <= now + CLOCK_SKEW_SECONDS)
    _hold("not yet valid", "nbf" not in claims or _seconds(claims["nbf"]) <= now + CLOCK_SKEW_SECONDS)
    _hold("required claim", all(_same(claims.get(name), value) for name, value in issuer.required_claims.items()))
    _hold("e-mail not verified", issuer.field != "email" or claims.get("email_verified") is True)
    value = claims.get(issuer.claim)
    _hold("no usable claim", _usable(value))
    return str(value)


def _party_is_known(claims: Mapping[str, Any], issuer: RegisteredIssuer) -> bool:
    """A token for several audiences has to say for which of them it was issued."""
    if "azp" not in claims:
        return len(_strings(claims.get("aud"))) == 1
    return claims["azp"] in (issuer.audience, *issuer.authorized_parties)


def _hold(reason: str, holds: bool) -> None:  # noqa: FBT001 - reads as an assertion
    if not holds:
        raise SubjectRefused(reason=reason)


def _same(found: object, wanted: object) -> bool:
    return type(found) is type(wanted) and found == wanted


def _seconds(value: object) -> float:
    """A NumericDate; what is none is refused, NaN and infinity among it."""
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or abs(value) > _LATEST_TIME
        or not math.isfinite(value)
    ):
        raise SubjectRefused(reason="not a time")
    return float(value)


def _strings(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,) if _usable(value) else ()
    if isinstance(value, list) and all(_usable(each) for each in value):
        return tuple(value)
    return ()


def _usable(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_VALUE and "\x00" not in value


def _object(segment: str) -> dict[str, Any]:
    try:
        decoded = orjson.loads(base64.b64decode(segment + "=" * (-len(segment) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError) as unreadable:
        raise SubjectRefused(reason="not JSON") from unreadable
    if not isinstance(decoded, dict):
        raise SubjectRefused(reason="not an object")
    return decoded
