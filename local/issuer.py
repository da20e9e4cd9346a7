"""A tiny OpenID provider for development: it signs an id_token for whomever one asks, so it never runs in production.

Every district has a provider of its own below a path of its own, `/<district>`, as each would have outside: a document of
its configuration, its keys, and a token endpoint that takes `persona`, a person's sourcedId, and asks for no password.
"""

import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import orjson
import uvicorn
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from pydantic import Field
from pydantic_settings import BaseSettings
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

AUDIENCE = "trellis-web"
CLAIM = "sourced_id"
_ALGORITHM = "ES256"
_SECONDS = 300


class IssuerSettings(BaseSettings):
    """`environment` has no default: whoever starts this must say that it is not production."""

    environment: Literal["development", "test"]
    issuer_port: int
    issuer_keys_file: Path = Field(description="The provider's private key, made when there is none")


@dataclass(frozen=True)
class Issuer:
    """The provider of every district at `address`."""

    address: str
    key: ECKey

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/{district}/.well-known/openid-configuration", self.configuration),
                Route("/{district}/jwks", self.jwks),
                Route("/{district}/token", self.token, methods=["POST"]),
            ]
        )

    async def configuration(self, request: Request) -> Response:
        """OpenID Connect Discovery 1.0, as far as somebody needs who only verifies tokens."""
        issuer = self._issuer(request)
        return JSONResponse(
            {
                "issuer": issuer,
                "jwks_uri": f"{issuer}/jwks",
                "token_endpoint": f"{issuer}/token",
                "id_token_signing_alg_values_supported": [_ALGORITHM],
                "response_types_supported": ["id_token"],
                "subject_types_supported": ["public"],
            }
        )

    async def jwks(self, _: Request) -> Response:
        return JSONResponse(KeySet([self.key]).as_dict(private=False))

    async def token(self, request: Request) -> Response:
        """The id_token of `persona`, for five minutes and for the demo's front-end."""
        persona = (await request.form()).get("persona")
        if not isinstance(persona, str) or not persona:
            return JSONResponse({"error": "invalid_request", "error_description": "persona is required"}, 400)
        now = int(time.time())
        claims: dict[str, str | int] = {"iss": self._issuer(request), "aud": AUDIENCE, "sub": persona, CLAIM: persona}
        claims |= {"iat": now, "exp": now + _SECONDS, "jti": secrets.token_hex(8)}
        id_token = jwt.encode({"alg": _ALGORITHM, "typ": "JWT", "kid": self.key.kid}, claims, self.key)
        return JSONResponse({"id_token": id_token, "token_type": "Bearer", "expires_in": _SECONDS})

    def _issuer(self, request: Request) -> str:
        return f"{self.address}/{request.path_params['district']}"


def key_in(path: Path) -> ECKey:
    """The key in this file, made up when there is none yet."""
    if not path.exists():
        made = ECKey.generate_key("P-256", parameters={"use": "sig", "alg": _ALGORITHM}, auto_kid=True)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_bytes(orjson.dumps(made.as_dict(private=True)))
    return ECKey.import_key(orjson.loads(path.read_bytes()))


def main() -> None:
    settings = IssuerSettings()
    issuer = Issuer(f"http://127.0.0.1:{settings.issuer_port}", key_in(settings.issuer_keys_file))
    uvicorn.run(issuer.app(), host="127.0.0.1", port=settings.issuer_port, log_level="warning")


if __name__ == "__main__":
    main()
