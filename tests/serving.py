"""A real server in this process, for what an in-process transport cannot do: streams, websockets and clients that leave."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Literal

import uvicorn


@asynccontextmanager
async def served(app: Any, lifespan: Literal["on", "off"] = "off") -> AsyncIterator[str]:  # noqa: ANN401 - uvicorn's union of applications
    """The address of a server on loopback that serves this application; a started one keeps its own `lifespan`, "off"."""
    config = uvicorn.Config(
        app, port=0, log_config=None, lifespan=lifespan, ws="websockets-sansio", proxy_headers=False, access_log=False
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells it in no other way
        await asyncio.sleep(0.005)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await task
