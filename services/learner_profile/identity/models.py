"""Who may ask for tokens: systems with secrets, and the OpenID providers that a district's people sign in at."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    and_,
    func,
    or_,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kit.models import DistrictKey, SourcedId, Utc
from services.learner_profile.models import Base
from services.learner_profile.roster.models import Person

_NEW_ID = text("uuid7()")
_NO_STRINGS = text("'{}'::text[]")
_EMPTY = text("'{}'::jsonb")


class Client(Base):
    """A system that pushes or reads by REST, bound to one district."""

    __tablename__ = "client"
    __table_args__ = (
        # A client is looked up by its id before its district is known, so that the id is unique across districts.
        UniqueConstraint("client_id"),
        UniqueConstraint("district_id", "name"),
        CheckConstraint("state in ('active', 'revoked')", name="state"),
        CheckConstraint("client_id not in ('system', 'operator')", name="client_id"),
    )

    district_id: Mapped[DistrictKey]
    client_id: Mapped[SourcedId] = mapped_column(primary_key=True)
    name: Mapped[str]
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=_NO_STRINGS)
    source: Mapped[SourcedId]
    """The namespace of the objects that the client owns."""
    roster_source: Mapped[SourcedId]
    """The namespace in which its references to people and classes resolve."""
    state: Mapped[str] = mapped_column(server_default="active")
    created_at: Mapped[Utc] = mapped_column(server_default=func.now())
    live_secrets: Mapped[list["ClientSecret"]] = relationship(
        primaryjoin=lambda: and_(
            ClientSecret.district_id == Client.district_id, ClientSecret.client_id == Client.client_id, is_live()
        ),
        order_by=lambda: ClientSecret.id,
        viewonly=True,
        lazy="raise",
    )


class ClientSecret(Base):
    """A secret of a client, kept as a digest; at most two are live, so that one can replace the other without an outage."""

    __tablename__ = "client_secret"
    __table_args__ = (
        ForeignKeyConstraint(["district_id", "client_id"], ["client.district_id", "client.client_id"]),
        CheckConstraint("length(digest) = 32", name="digest"),
        Index("ix_client_secret_client", "district_id", "client_id"),
    )

    district_id: Mapped[DistrictKey]
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=_NEW_ID)
    client_id: Mapped[SourcedId]
    digest: Mapped[bytes]
    created_at: Mapped[Utc] = mapped_column(server_default=func.clock_timestamp())
    expires_at: Mapped[datetime | None]
    last_used_on: Mapped[date | None]
    """The last day (UTC) on which it opened a token; a day is enough to find what is unused, and costs one write a day."""


def is_live() -> ColumnElement[bool]:
    """A secret that opens tokens now; retiring one lets it expire at once."""
    return or_(ClientSecret.expires_at.is_(None), ClientSecret.expires_at > func.now())


class Issuer(Base):
    """An OpenID provider whose tokens for one audience are those of one district."""

    __tablename__ = "issuer"
    __table_args__ = (
        # An issuer is looked up before its district is known, so that the pair is unique across districts.
        UniqueConstraint("issuer", "audience"),
        CheckConstraint("field in ('sourced_id', 'identifier', 'username', 'email')", name="field"),
        CheckConstraint("state in ('active', 'revoked')", name="state"),
        CheckConstraint("cardinality(algorithms) > 0", name="algorithms"),
    )

    district_id: Mapped[DistrictKey]
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=_NEW_ID)
    issuer: Mapped[SourcedId]
    audience: Mapped[SourcedId]
    authorized_parties: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=_NO_STRINGS)
    """Values of `azp` that are accepted beside the audience itself."""
    jwks_uri: Mapped[str]
    algorithms: Mapped[list[str]] = mapped_column(ARRAY(Text))
    claim: Mapped[str]
    field: Mapped[str]
    """The person's field that the claim names, in the roster of `source`."""
    source: Mapped[SourcedId]
    required_claims: Mapped[dict[str, Any]] = mapped_column(server_default=_EMPTY)
    """Claims that must have exactly these values, such as the tenant of a provider that serves many."""
    state: Mapped[str] = mapped_column(server_default="active")
    created_at: Mapped[Utc] = mapped_column(server_default=func.now())


class AuditEntry(Base):
    """What somebody did to the district's access; appended, never changed."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject", "district_id", "subject", "occurred_at"),)

    district_id: Mapped[DistrictKey]
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=_NEW_ID)
    occurred_at: Mapped[Utc] = mapped_column(server_default=func.clock_timestamp())
    actor: Mapped[str]
    """`person:<id>` or `operator`."""
    action: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(server_default=_EMPTY)


_ACTIVE = text("status = 'active'")
for _name, _column in (
    ("identifier", Person.identifier),
    ("username", Person.username),
    ("email", func.lower(Person.email)),
):
    Index(f"ix_person_login_{_name}", Person.district_id, _column, Person.source, postgresql_where=_ACTIVE)
