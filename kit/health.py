"""`/livez` says that the process runs; `/readyz` that it can do its work."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import orjson
from alembic.script import ScriptDirectory
from starlette.requests import Request
from starlette.responses import Response

from kit.database import Database

Check = Callable[[], Awaitable[bool]]


async def livez(_: Request) -> Response:
    return Response(b'{"status":"alive"}', media_type="application/json")


async def readyz(request: Request) -> Response:
    checks: Mapping[str, Check] = request.app.state.readiness
    found = {name: await _holds(check) for name, check in checks.items()}
    ready = all(found.values())
    body = {"status": "ready" if ready else "not ready", "checks": found}
    return Response(orjson.dumps(body), 200 if ready else 503, media_type="application/json")


async def _holds(check: Check) -> bool:
    try:
        return await check()
    except Exception:  # noqa: BLE001 - whatever fails, the process is not ready
        return False


def migrated(database: Database, migrations: Path) -> Check:
    """The database answers and its schema is the one this code was written for."""
    head = ScriptDirectory(str(migrations)).get_current_head()

    async def check() -> bool:
        return bool(await database.pool.fetchval("select version_num from alembic_version", timeout=2) == head)

    return check
