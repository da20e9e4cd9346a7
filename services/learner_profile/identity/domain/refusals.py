"""Refusals of the token door, as OAuth writes them (RFC 6749, section 5.2)."""

from typing import ClassVar


class TokenRefusal(Exception):  # noqa: N818 - a refusal is not an error of ours
    """A refusal as OAuth writes it; `reason` is for our log alone and never holds what was sent."""

    error: ClassVar[str]
    status: ClassVar[int] = 400
    description: ClassVar[str]
    headers: ClassVar[dict[str, str]] = {}

    def __init__(self, description: str | None = None, *, reason: str = "") -> None:
        super().__init__(description or self.description)
        self.reason = reason

    def document(self) -> dict[str, str]:
        return {"error": self.error, "error_description": str(self)}


class InvalidRequest(TokenRefusal):
    error = "invalid_request"
    description = "The request is not one that this endpoint takes"


class InvalidClient(TokenRefusal):
    """Whatever is wrong with the credentials: an unknown client looks like a wrong secret."""

    error = "invalid_client"
    status = 401
    description = "The client is unknown or its secret is wrong"
    headers: ClassVar[dict[str, str]] = {"WWW-Authenticate": 'Basic realm="trellis"'}


class TooManyFailures(TokenRefusal):
    error = "temporarily_unavailable"
    status = 429
    description = "Too many failed attempts; try again in a minute"
    headers: ClassVar[dict[str, str]] = {"Retry-After": "60"}


class UnsupportedGrantType(TokenRefusal):
    error = "unsupported_grant_type"
    description = "The grant types are client_credentials and token-exchange"


class InvalidScope(TokenRefusal):
    error = "invalid_scope"
    description = "A scope was asked for that was not granted"


class InvalidTarget(TokenRefusal):
    error = "invalid_target"
    description = "Tokens are issued for this platform only"


class SubjectRefused(InvalidRequest):
    """Whatever is wrong with a person's token or with whom it names (RFC 8693, section 2.2.2)."""

    description = "The subject token is not accepted"


class ProviderUnreachable(TokenRefusal):
    error = "temporarily_unavailable"
    status = 503
    description = "The keys of the sign-in provider cannot be fetched just now"
    headers: ClassVar[dict[str, str]] = {"Retry-After": "5"}
