"""What everything is measured against: one query, prepared, whose JSON goes out as PostgreSQL wrote it.

No access control, no row security, no token, no framework: a bare ASGI application with an asyncpg pool, which runs the
statement `<name>.sql` of this folder's `reads` for `POST /<name>` with the arguments that the body lists.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import uvicorn
from pydantic import PostgresDsn
from pydantic_settings import BaseSettings

READS = Path(__file__).parent / "reads"
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class BareSettings(BaseSettings):
    bare_port: int
    bare_database: PostgresDsn
    """As the owner, whom row security does not bind."""
    bare_connections: int = 8


@dataclass
class Bare:
    """The application."""

    settings: BareSettings
    statements: dict[str, str] = field(default_factory=dict)
    pool: Any = None

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        name = scope["path"][1:]
        body = b"[]"
        if name in self.statements:
            arguments = msgspec.json.decode((await receive())["body"])
            body = await self.pool.fetchval(self.statements[name], *arguments)
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self.statements = {path.stem: path.read_text() for path in READS.glob("*.sql")}
        async with asyncpg.create_pool(
            str(self.settings.bare_database),
            min_size=self.settings.bare_connections,
            max_size=self.settings.bare_connections,
            init=_json_as_bytes,
            reset=_keep_as_is,
            server_settings={"plan_cache_mode": "force_generic_plan"},
        ) as self.pool:
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})


async def _json_as_bytes(connection: Any) -> None:  # noqa: ANN401 - asyncpg's own proxy type
    await connection.set_type_codec("json", schema="pg_catalog", encoder=bytes, decoder=bytes, format="binary")


async def _keep_as_is(_: Any) -> None:  # noqa: ANN401 - asyncpg's own proxy type
    """Spare the baseline the round trip of a reset."""


def main() -> None:
    settings = BareSettings()
    uvicorn.run(Bare(settings), host="127.0.0.1", port=settings.bare_port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
