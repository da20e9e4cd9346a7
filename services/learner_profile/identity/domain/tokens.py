"""The tokens that the platform issues (RFC 9068): whose they are and for what, never roles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from joserfc import jwt
from joserfc.jwk import ECKey

ALGORITHM = "ES256"
TOKEN_TYPE = "at+jwt"  # noqa: S105 - the header's value
CLIENT_SECONDS = 3600
PERSON_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Granted:
    """A token and what the answer says about it; `issued_token_type` is set for an exchange only (RFC 8693, section 2.2.1)."""

    access_token: str
    expires_in: int
    scope: str
    issued_token_type: str | None = None


def claims_of_client(
    client_id: str, district_id: UUID, scopes: Sequence[str], source: str, roster_source: str
) -> dict[str, Any]:
    return {
        "sub": client_id,
        "client_id": client_id,
        "district_id": str(district_id),
        "scope": " ".join(scopes),
        "source": source,
        "roster_source": roster_source,
    }


def claims_of_person(person_id: UUID, district_id: UUID, application: str) -> dict[str, Any]:
    """A person's token carries no scope and no source: what a person may do are facts of the roster."""
    return {"sub": str(person_id), "client_id": application, "district_id": str(district_id), "scope": ""}


def signed(claims: dict[str, Any], key: ECKey, origin: str, now: datetime, seconds: int) -> str:
    """The claims as a token of this origin for this origin, from `now` for so many seconds."""
    issued_at = int(now.timestamp())
    life = {"iss": origin, "aud": origin, "iat": issued_at, "exp": issued_at + seconds, "jti": str(uuid4())}
    return jwt.encode({"alg": ALGORITHM, "typ": TOKEN_TYPE, "kid": key.kid}, life | claims, key, [ALGORITHM])
