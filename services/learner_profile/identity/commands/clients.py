"""What a district's own administration, or the operator, does to the clients of a district."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from kit.caller import VerifiedCaller
from kit.idempotency import Attempt
from kit.ids import uuid7
from services.learner_profile.access import require_role
from services.learner_profile.identity import queries
from services.learner_profile.identity.commands import audit
from services.learner_profile.identity.domain import secrets
from services.learner_profile.identity.errors import ClientRevoked, SecretShownOnce
from services.learner_profile.identity.models import AuditEntry, Client, ClientSecret, is_live

ADMINISTRATORS = ("district_leader", "data_steward")


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A secret in the clear, on its way to whoever asked; nothing keeps it."""

    client_id: str
    secret_id: UUID
    client_secret: str
    expires_at: datetime | None


async def list_clients(session: AsyncSession) -> Sequence[Client]:
    await require_role(session, *ADMINISTRATORS)
    return await queries.clients(session)


async def list_audit(session: AsyncSession, client_id: str) -> Sequence[AuditEntry]:
    await require_role(session, *ADMINISTRATORS)
    return await queries.audit_of(session, client_id)


async def replace_secret(session: AsyncSession, caller: VerifiedCaller, attempt: Attempt, client_id: str) -> NewSecret:
    """A new secret beside the newest of the others; raises `SecretShownOnce` for a request that came before."""
    await require_role(session, *ADMINISTRATORS)
    made: list[NewSecret] = []

    async def make() -> UUID:
        made.append(await add_secret(session, caller, client_id))
        return made[0].secret_id

    await attempt.once(session, make)
    if not made:
        raise SecretShownOnce
    return made[0]


async def add_secret(
    session: AsyncSession, caller: VerifiedCaller, client_id: str, expires_at: datetime | None = None
) -> NewSecret:
    """Of two live secrets the older retires at once, so that a client has the time it wants to change from one to the next."""
    client = await queries.locked_client(session, client_id)
    if client.state != "active":
        raise ClientRevoked
    await _retire_secrets(session, client_id, keep=1)
    secret = secrets.new_secret()
    row = ClientSecret(
        district_id=caller.district_id,
        id=uuid7(),
        client_id=client_id,
        digest=secrets.digest_of(secret),
        expires_at=expires_at,
    )
    session.add(row)
    audit.record(session, caller, "client.secret_added", client_id, secretId=str(row.id))
    await session.flush()
    return NewSecret(client_id, row.id, secret, expires_at)


async def revoke_client(session: AsyncSession, caller: VerifiedCaller, client_id: str) -> None:
    """No token is issued any more; those that were issued end within the hour. Revoking again changes nothing."""
    await require_role(session, *ADMINISTRATORS)
    client = await queries.locked_client(session, client_id)
    if client.state == "revoked":
        return
    client.state = "revoked"
    await _retire_secrets(session, client_id, keep=0)
    audit.record(session, caller, "client.revoked", client_id)
    await session.flush()


async def _retire_secrets(session: AsyncSession, client_id: str, keep: int) -> None:
    newest_first = (
        select(ClientSecret.id)
        .where(ClientSecret.client_id == client_id, is_live())
        .order_by(ClientSecret.id.desc())
        .offset(keep)
    )
    await session.execute(
        update(ClientSecret).where(ClientSecret.id.in_(newest_first)).values(expires_at=func.now()),
        execution_options={"synchronize_session": False},
    )
