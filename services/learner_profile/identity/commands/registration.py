"""How a client or an issuer comes to be: by the operator's hand, in the district's context."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kit.caller import VerifiedCaller
from services.learner_profile.identity.commands import audit
from services.learner_profile.identity.commands.clients import NewSecret, add_secret
from services.learner_profile.identity.errors import ClientExists, IssuerExists
from services.learner_profile.identity.models import Client, Issuer


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClient:
    """A client to be; without an id of its own it gets one that begins with `prefix`."""

    name: str
    scopes: tuple[str, ...]
    source: str
    roster_source: str
    prefix: str
    client_id: str | None = None
    secret_expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewIssuer:
    issuer: str
    audience: str
    jwks_uri: str = ""
    algorithms: tuple[str, ...] = ("RS256", "ES256")
    claim: str
    field: str
    source: str
    authorized_parties: tuple[str, ...] = ()
    required_claims: Mapping[str, Any] = dataclasses.field(default_factory=dict)


async def register_client(session: AsyncSession, caller: VerifiedCaller, new: NewClient) -> NewSecret:
    """The client's first secret; raises `ClientExists` where its name or its id is taken."""
    client_id = new.client_id or f"{new.prefix}.{token_hex(4)}"
    row = {
        "district_id": caller.district_id,
        "client_id": client_id,
        "name": new.name,
        "scopes": list(new.scopes),
        "source": new.source,
        "roster_source": new.roster_source,
    }
    made = insert(Client).values(row).on_conflict_do_nothing().returning(Client.client_id)
    if (await session.execute(made)).scalar() is None:
        raise ClientExists
    audit.record(session, caller, "client.registered", client_id, scopes=list(new.scopes), source=new.source)
    await session.flush()
    return await add_secret(session, caller, client_id, new.secret_expires_at)


async def client_named(session: AsyncSession, name: str) -> str | None:
    return (await session.execute(select(Client.client_id).where(Client.name == name))).scalar()


async def register_issuer(session: AsyncSession, caller: VerifiedCaller, new: NewIssuer) -> UUID:
    """The issuer's id; raises `IssuerExists` where a district, this one or another, has the pair of issuer and audience."""
    row = {
        "district_id": caller.district_id,
        "issuer": new.issuer,
        "audience": new.audience,
        "jwks_uri": new.jwks_uri,
        "algorithms": list(new.algorithms),
        "claim": new.claim,
        "field": new.field,
        "source": new.source,
        "authorized_parties": list(new.authorized_parties),
        "required_claims": dict(new.required_claims),
    }
    made = (await session.execute(insert(Issuer).values(row).on_conflict_do_nothing().returning(Issuer.id))).scalar()
    if made is None:
        raise IssuerExists
    audit.record(
        session, caller, "issuer.registered", new.issuer, audience=new.audience, claim=new.claim, field=new.field
    )
    return made


async def issuer_of(session: AsyncSession, issuer: str, audience: str) -> UUID | None:
    return (
        await session.execute(select(Issuer.id).where(Issuer.issuer == issuer, Issuer.audience == audience))
    ).scalar()
