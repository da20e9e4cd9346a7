"""What the token door and the doors for clients read; what comes before a district is known goes through definer functions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from kit.database import Database
from kit.problems import NotFound, Unavailable
from services.learner_profile.identity.domain.subjects import RegisteredIssuer
from services.learner_profile.identity.models import AuditEntry, Client

_MOST_ROWS = 1000


@dataclass(frozen=True, slots=True)
class SecretOnFile:
    id: UUID
    digest: bytes
    last_used_on: date | None


@dataclass(frozen=True, slots=True)
class ClientOnFile:
    """A client that is not revoked, with the secrets that open its tokens now."""

    district_id: UUID
    scopes: tuple[str, ...]
    source: str
    roster_source: str
    secrets: tuple[SecretOnFile, ...]


async def find_district(database: Database, slug: str) -> UUID | None:
    rows = await _found(database, "select find_district($1) as district_id", slug)
    found: UUID | None = rows[0]["district_id"]
    return found


async def find_client(database: Database, client_id: str) -> ClientOnFile | None:
    rows = await _found(database, "select * from find_client($1)", client_id)
    if not rows:
        return None
    first = rows[0]
    return ClientOnFile(
        first["district_id"],
        tuple(first["scopes"]),
        first["source"],
        first["roster_source"],
        tuple(SecretOnFile(row["secret_id"], row["digest"], row["last_used_on"]) for row in rows),
    )


async def find_issuers(database: Database, issuer: str, audiences: Sequence[str]) -> list[RegisteredIssuer]:
    """The registered issuers that a token with these audiences may belong to; two at most, for more than one is too many."""
    rows = await _found(database, "select * from find_issuer($1, $2)", issuer, list(audiences))
    return [_issuer(dict(row)) for row in rows]


async def find_login(session: AsyncSession, issuer: RegisteredIssuer, value: str) -> Sequence[UUID]:
    """The active people whom the value names in the issuer's field and source; two at most."""
    found = func.find_login(issuer.source, issuer.field, value)
    return (await session.execute(select(found))).scalars().all()


async def clients(session: AsyncSession) -> Sequence[Client]:
    statement = select(Client).options(selectinload(Client.live_secrets)).order_by(Client.client_id).limit(_MOST_ROWS)
    return (await session.execute(statement)).scalars().all()


async def locked_client(session: AsyncSession, client_id: str) -> Client:
    """The client, held until the transaction ends; raises `NotFound`."""
    client = (await session.execute(select(Client).where(Client.client_id == client_id).with_for_update())).scalar()
    if client is None:
        raise NotFound
    return client


async def audit_of(session: AsyncSession, subject: str) -> Sequence[AuditEntry]:
    """What was done to a subject, the latest first."""
    statement = (
        select(AuditEntry)
        .where(AuditEntry.subject == subject)
        .order_by(AuditEntry.occurred_at.desc())
        .limit(_MOST_ROWS)
    )
    return (await session.execute(statement)).scalars().all()


async def _found(database: Database, sql: str, *values: object) -> list[asyncpg.Record]:
    try:
        return await database.pool.fetch(sql, *values)
    except (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, OSError) as lost:
        raise Unavailable from lost


def _issuer(row: dict[str, Any]) -> RegisteredIssuer:
    lists = {name: tuple(row[name]) for name in ("authorized_parties", "algorithms")}
    return RegisteredIssuer(**{**row, **lists, "required_claims": orjson.loads(row["required_claims"])})
