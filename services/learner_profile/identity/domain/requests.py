"""What a token request says: form parameters and credentials, read strictly (RFC 6749, sections 2.3.1 and 3.2)."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote_plus

from services.learner_profile.identity.domain.refusals import InvalidClient, InvalidRequest

MOST_BYTES = 64 * 1024
_MOST_PARAMETERS = 40
_FORM = "application/x-www-form-urlencoded"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Credentials:
    """A client and the secret it shows."""

    client_id: str
    secret: str


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """A request whose parameters occur once, hold no control characters and are not empty."""

    parameters: Mapping[str, str]
    credentials: Credentials | None

    def required(self, name: str) -> str:
        value = self.parameters.get(name)
        if value is None:
            raise InvalidRequest(f"{name} is required")
        return value


def read_request(content_type: str, body: bytes, authorization: list[str]) -> TokenRequest:
    """The request, or `InvalidRequest` or `InvalidClient` for one that cannot be read in exactly one way."""
    parameters = read_form(content_type, body)
    basic = read_basic(authorization)
    secret = parameters.get("client_secret")
    if basic is None and secret is None:
        return TokenRequest(parameters, None)
    if basic is None:
        client_id = parameters.get("client_id")
        return TokenRequest(parameters, Credentials(client_id or "", secret or ""))
    if secret is not None or parameters.get("client_id", basic.client_id) != basic.client_id:
        raise InvalidRequest("Credentials are given in one way only")
    return TokenRequest(parameters, basic)


def read_form(content_type: str, body: bytes) -> dict[str, str]:
    """Each parameter once; one without a value counts as left out (RFC 6749, section 3.2)."""
    if content_type.partition(";")[0].strip().lower() != _FORM:
        raise InvalidRequest(f"The body is {_FORM}")
    if len(body) > MOST_BYTES:
        raise InvalidRequest("The body is too large")
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS)
    except ValueError as unreadable:
        raise InvalidRequest("The body cannot be read as a form in UTF-8") from unreadable
    if len({name for name, _ in pairs}) != len(pairs):
        raise InvalidRequest("A parameter occurs more than once")
    if any(_CONTROL.search(value) for _, value in pairs):
        raise InvalidRequest("A parameter holds control characters")
    return {name: value for name, value in pairs if value}


def read_basic(authorization: list[str]) -> Credentials | None:
    """The client of an HTTP Basic header, whose parts are form-encoded before they are joined."""
    if not authorization:
        return None
    if len(authorization) > 1:
        raise InvalidRequest("Credentials are given in one way only")
    scheme, _, encoded = authorization[0].partition(" ")
    if scheme.lower() != "basic":
        raise InvalidClient
    try:
        client_id, colon, secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as unreadable:
        raise InvalidClient from unreadable
    client_id, secret = unquote_plus(client_id), unquote_plus(secret)
    if not colon or _CONTROL.search(client_id + secret):
        raise InvalidClient
    return Credentials(client_id, secret)
