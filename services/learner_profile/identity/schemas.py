"""What goes out of the token door (snake case, as RFC 6749 writes it) and of the doors for a district's clients."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints
from pydantic.alias_generators import to_camel

ClientId = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9._-]+$")]


class TokenOut(BaseModel):
    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    scope: str
    issued_token_type: str | None


class RefusalOut(BaseModel):
    error: str
    error_description: str


class MetadataOut(BaseModel):
    """RFC 8414, section 2."""

    issuer: str
    token_endpoint: str
    jwks_uri: str
    response_types_supported: list[str]
    grant_types_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]


class _Body(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, from_attributes=True)


class SecretOut(_Body):
    id: UUID
    created_at: datetime
    expires_at: datetime | None
    last_used_on: date | None


class ClientOut(_Body):
    client_id: str
    name: str
    scopes: list[str]
    source: str
    roster_source: str
    state: Literal["active", "revoked"]
    created_at: datetime
    live_secrets: list[SecretOut]


class NewSecretOut(_Body):
    """The only answer that ever holds the secret itself."""

    client_id: str
    secret_id: UUID
    client_secret: str
    expires_at: datetime | None


class AuditEntryOut(_Body):
    id: UUID
    occurred_at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]
