"""Districts to test with, and the tokens that their people and systems carry."""

import json
import secrets
import time
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID, uuid4

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

ORIGIN = "https://trellis.test"
ALGORITHM = "ES256"
TOKEN_SECONDS = 600


@dataclass(frozen=True)
class Mint:
    """Signs what the platform's token endpoint would sign; the applications under test publish and trust its key."""

    key: ECKey

    def published(self) -> str:
        """What the platform publishes for verifying: a JSON Web Key Set."""
        return json.dumps(KeySet([self.key]).as_dict(private=False))

    def private(self) -> str:
        """What the token endpoint signs with: a private JSON Web Key Set."""
        return json.dumps(KeySet([self.key]).as_dict(private=True))

    def token(self, **claims: Any) -> str:  # noqa: ANN401 - a forged claim may be anything
        """A platform token with these claims over the usual ones; None leaves a claim out."""
        now = int(time.time())
        usual = {"iss": ORIGIN, "aud": ORIGIN, "iat": now, "exp": now + TOKEN_SECONDS, "jti": secrets.token_hex(8)}
        chosen = {name: value for name, value in (usual | claims).items() if value is not None}
        return jwt.encode({"alg": ALGORITHM, "typ": "at+jwt", "kid": self.key.kid}, chosen, self.key)


@dataclass(frozen=True)
class TestDistrict:
    """A district that exists in the database; it shares nothing with other tests."""

    __test__: ClassVar[bool] = False

    id: UUID
    slug: str
    name: str
    mint: Mint

    def client_token(self, *scopes: str, source: str = "sis", roster_source: str = "sis", client_id: str = "") -> str:
        """The token of a system of this district."""
        client = client_id or f"{source}-client"
        return self.mint.token(
            sub=client,
            client_id=client,
            district_id=str(self.id),
            scope=" ".join(scopes),
            source=source,
            roster_source=roster_source,
        )

    def person_token(self, person_id: UUID | str, *scopes: str) -> str:
        """The token of a person of this district."""
        return self.mint.token(sub=str(person_id), district_id=str(self.id), scope=" ".join(scopes), client_id="web")

    def as_client(self, *scopes: str, source: str = "sis", roster_source: str = "sis") -> dict[str, str]:
        """The headers of a system of this district."""
        return bearer(self.client_token(*scopes, source=source, roster_source=roster_source))

    def as_person(self, person_id: UUID | str) -> dict[str, str]:
        """The headers of a person of this district."""
        return bearer(self.person_token(person_id))


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def new_district(mint: Mint, label: str) -> TestDistrict:
    """A district that nobody else has; it still has to be put into the database."""
    unique = uuid4()
    return TestDistrict(
        id=unique, slug=f"{label}-{unique.hex[:12]}", name=f"{label.title()} {unique.hex[:6]}", mint=mint
    )
