"""The one local origin: a reverse proxy that streams in both directions and serves only the public doors.

It stands where a real proxy stands in a deployment. Bodies pass through unread, server-sent events as they come, and a
client that leaves ends its request upstream.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson
import uvicorn
from pydantic_settings import BaseSettings
from yarl import URL

from local import sockets
from local.routes import owner_of, public_routes

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

_HOP_BY_HOP = frozenset(
    (
        b"connection",
        b"expect",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    )
)
_FORWARDED = frozenset([b"forwarded", b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto"])
_LONGEST_HEADER = 65536
_CONNECT_SECONDS = 5
_KEEP_ALIVE_SECONDS = 30
"""Shorter than the upstreams keep theirs, so that no request runs into a closing connection."""


class OriginSettings(BaseSettings):
    """What the proxy process is told."""

    host: str = "127.0.0.1"
    port: int = 8000
    upstreams: dict[str, str]
    """Process name to its address: `{"gateway": "http://127.0.0.1:9100"}`."""


class ClientLeftError(Exception):
    """The client went away before its body was complete."""


@dataclass
class Origin:
    """The proxy as an ASGI application."""

    upstreams: dict[str, str]
    routes: dict[str, str] = field(default_factory=public_routes)
    _session: aiohttp.ClientSession = field(init=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        upstream = self.upstreams.get(owner_of(scope["path"], self.routes) or "")
        url = URL(upstream + _target(scope), encoded=True) if upstream else None
        if scope["type"] == "websocket":
            await sockets.relay(self._session, url, scope, receive, send)
        elif url is None:
            await _problem(send, 404, "Not found")
        else:
            await self._pass_on(url, scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        async with aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEEP_ALIVE_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_SECONDS),
            skip_auto_headers=("Accept", "Accept-Encoding", "User-Agent", "Content-Type"),
            auto_decompress=False,
            max_line_size=_LONGEST_HEADER,
            max_field_size=_LONGEST_HEADER,
        ) as self._session:
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})

    async def _pass_on(self, url: URL, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with what upstream answers; whichever side leaves first ends the other."""
        body_read = asyncio.Event()
        tasks = [
            asyncio.create_task(self._answer(url, scope, _body(receive, body_read), send)),
            asyncio.create_task(_departure(receive, body_read)),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _answer(self, url: URL, scope: Scope, body: AsyncIterator[bytes], send: Send) -> None:
        headers = sockets.text(forwarded(scope))
        data = body if _has_body(scope["headers"]) else None
        if data is None:
            await anext(body, None)
        request = self._session.request(scope["method"], url, headers=headers, data=data, allow_redirects=False)
        try:
            answer = await request
        except (aiohttp.ClientError, OSError):
            await _problem(send, 503, "The service behind this address does not answer")
            return
        async with answer:
            start = {"type": "http.response.start", "status": answer.status, "headers": _kept(answer.raw_headers)}
            await send(start)
            async for chunk in answer.content.iter_any():
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})


def forwarded(scope: Scope) -> Headers:
    """The request's headers as upstream gets them: without those of this connection, and with who asked."""
    client = (scope.get("client") or ("unknown",))[0]
    kept = [(name, value) for name, value in _kept(scope["headers"]) if name not in _FORWARDED]
    return [*kept, (b"x-forwarded-for", client.encode()), (b"x-forwarded-proto", b"http")]


def _kept(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    return [(name.lower(), value) for name, value in headers if name.lower() not in _HOP_BY_HOP]


def _target(scope: Scope) -> str:
    path = scope.get("raw_path") or scope["path"].encode()
    query = scope["query_string"]
    target: str = (path + b"?" + query if query else path).decode("latin-1")
    return target


def _has_body(headers: Headers) -> bool:
    found = dict(headers)
    return b"transfer-encoding" in found or found.get(b"content-length", b"0") != b"0"


async def _body(receive: Receive, body_read: asyncio.Event) -> AsyncIterator[bytes]:
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientLeftError
        more = message.get("more_body", False)
        if message.get("body"):
            yield message["body"]
    body_read.set()


async def _departure(receive: Receive, body_read: asyncio.Event) -> None:
    await body_read.wait()
    while (await receive())["type"] != "http.disconnect":
        pass


async def _problem(send: Send, status: int, title: str) -> None:
    body = orjson.dumps({"type": "about:blank", "title": title, "status": status})
    headers = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def main() -> None:
    settings = OriginSettings()
    uvicorn.run(
        Origin(settings.upstreams),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        ws="websockets-sansio",
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=2,
    )


if __name__ == "__main__":
    main()
