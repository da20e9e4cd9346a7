"""Websockets through the local origin: one to the client, one to the process behind, and messages in between."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

import aiohttp
from yarl import URL

_OF_THE_HANDSHAKE = (b"sec-websocket-", b"connection", b"upgrade", b"content-length")
_NORMAL, _GOING_AWAY, _UNAVAILABLE = 1000, 1001, 1013
_NEVER_SENT = (1005, 1006)
"""What an end without a code is called; no frame may carry them."""
_LARGEST_MESSAGE = 16 * 1024 * 1024
Message = MutableMapping[str, Any]


async def relay(
    session: aiohttp.ClientSession,
    url: URL | None,
    scope: Message,
    receive: Callable[[], Awaitable[Message]],
    send: Callable[[Message], Awaitable[None]],
) -> None:
    """Connect to `url` with the client's subprotocols and headers, then pass messages on until one side closes."""
    await receive()
    if url is None:
        await send({"type": "websocket.close", "code": _NORMAL})
        return
    kept = [(name, value) for name, value in scope["headers"] if not name.lower().startswith(_OF_THE_HANDSHAKE)]
    try:
        upstream = await session.ws_connect(
            url, protocols=scope["subprotocols"], headers=text(kept), max_msg_size=_LARGEST_MESSAGE, autoping=True
        )
    except (aiohttp.ClientError, OSError):
        await send({"type": "websocket.close", "code": _UNAVAILABLE})
        return
    async with upstream:
        await send({"type": "websocket.accept", "subprotocol": upstream.protocol})
        tasks = [asyncio.create_task(_outwards(upstream, send)), asyncio.create_task(_inwards(upstream, receive))]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def text(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[str, str]]:
    """Header pairs as aiohttp takes them; HTTP's bytes are latin-1."""
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]


async def _outwards(upstream: aiohttp.ClientWebSocketResponse, send: Callable[[Message], Awaitable[None]]) -> None:
    async for message in upstream:
        if message.type is aiohttp.WSMsgType.TEXT:
            await send({"type": "websocket.send", "text": message.data})
        elif message.type is aiohttp.WSMsgType.BINARY:
            await send({"type": "websocket.send", "bytes": message.data})
    lost = upstream.close_code in (None, *_NEVER_SENT)
    await send({"type": "websocket.close", "code": _GOING_AWAY if lost else upstream.close_code})


async def _inwards(upstream: aiohttp.ClientWebSocketResponse, receive: Callable[[], Awaitable[Message]]) -> None:
    while (message := await receive())["type"] == "websocket.receive":
        if message.get("text") is not None:
            await upstream.send_str(message["text"])
        else:
            await upstream.send_bytes(message["bytes"])
    code = message.get("code") or _NORMAL
    await upstream.close(code=_NORMAL if code in _NEVER_SENT else code)
