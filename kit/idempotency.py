"""Commands that a client may send again: the second time they answer what the first time made.

    order_id = await attempt.once(session, lambda: commands.place_order(session, caller, order))
    return await queries.order(session, order_id)

The key is stored with its caller, a hash of the request and the id of the result in the transaction of the command itself. A
replay makes nothing and re-reads; of two at once the second waits for the first.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Request
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.caller import Caller
from kit.problems import Problem


class IdempotencyKeyReused(Problem):
    status, title = 422, "This Idempotency-Key came before with another request"


IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description="Names the request, so that sending it again makes nothing twice. A key is remembered for 30 days.",
    ),
]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request as a client may repeat it; without a key every request is a new one."""

    caller: str
    key: str | None
    request_hash: str

    async def once(self, session: AsyncSession, make: Callable[[], Awaitable[UUID]]) -> UUID:
        """The id that `make` returns, now or when the same request came first; raises `IdempotencyKeyReused`."""
        if self.key is None:
            return await make()
        mine = {"caller": self.caller, "key": self.key, "hash": self.request_hash}
        if (await session.execute(_TAKE, mine)).first() is None:
            return await self._made_before(session, mine)
        result = await make()
        await session.execute(_REMEMBER, {"caller": self.caller, "key": self.key, "result": result})
        return result

    async def _made_before(self, session: AsyncSession, mine: dict[str, str]) -> UUID:
        known = (await session.execute(_KNOWN, {"caller": mine["caller"], "key": mine["key"]})).one()
        if known.request_hash != self.request_hash:
            raise IdempotencyKeyReused
        result: UUID = known.result_id
        return result


_TAKE = text("""
insert into idempotency_key (district_id, caller, key, request_hash)
values (trellis_district(), :caller, :key, :hash) on conflict do nothing returning 1""")
_KNOWN = text("""
select request_hash, result_id from idempotency_key
 where district_id = trellis_district() and caller = :caller and key = :key""")
_REMEMBER = text("""
update idempotency_key set result_id = :result
 where district_id = trellis_district() and caller = :caller and key = :key""")


def fingerprint(*parts: str | bytes) -> str:
    """A hash of what makes a request this request: its method, path, query and body."""
    digest = sha256()
    for part in parts:
        content = part.encode() if isinstance(part, str) else part
        digest.update(len(content).to_bytes(8) + content)
    return digest.hexdigest()


async def _attempt(request: Request, caller: Caller, idempotency_key: IdempotencyKey = None) -> Attempt:
    return Attempt(
        caller=str(caller.person_id or caller.client_id),
        key=idempotency_key,
        request_hash=fingerprint(request.method, request.url.path, request.url.query, await request.body()),
    )


Repeatable = Annotated[Attempt, Depends(_attempt)]
"""The request, as its client may repeat it with an `Idempotency-Key`. A door that streams its body builds its own `Attempt`."""
