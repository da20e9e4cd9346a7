"""`/livez` says that the process runs; `/readyz` that it can do its work."""

from collections.abc import Awaitable, Callable, Mapping

import orjson
from starlette.requests import Request
from starlette.responses import Response

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
