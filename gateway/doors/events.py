"""Server-sent events, after the distinct connections mode of the graphql-sse protocol."""

import asyncio
from collections.abc import AsyncIterator

import orjson
from graphql import OperationType
from starlette.responses import Response, StreamingResponse

from gateway.doors.requests import EVENTS
from gateway.execution.context import Context
from gateway.execution.documents import Admitted
from gateway.execution.engine import Asked, Engine, body_of

HEARTBEAT_SECONDS = 15.0
_HEADERS = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}
_COMPLETE = b"event: complete\ndata:\n\n"
_SILENCE = b":\n\n"


def respond(engine: Engine, asked: Asked, admitted: Admitted, context: Context) -> Response:
    subscribed = admitted.operation.operation is OperationType.SUBSCRIPTION
    results = _results(engine, asked, context) if subscribed else _single(engine, asked, admitted, context)
    return StreamingResponse(_with_heartbeat(results), media_type=EVENTS, headers=_HEADERS)


async def _single(engine: Engine, asked: Asked, admitted: Admitted, context: Context) -> AsyncIterator[bytes]:
    yield await engine.answer(asked, admitted, context)


async def _results(engine: Engine, asked: Asked, context: Context) -> AsyncIterator[bytes]:
    stream = await engine.schema.stream(
        asked.text, variable_values=dict(asked.variables), context_value=context, operation_name=asked.name
    )
    try:
        async for result in stream:
            yield orjson.dumps(body_of(result))
    finally:
        await stream.aclose()


async def _with_heartbeat(results: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """A comment whenever nothing came for a while, so that proxies keep the connection."""
    upcoming = asyncio.ensure_future(anext(results, None))
    try:
        while True:
            done, _ = await asyncio.wait({upcoming}, timeout=HEARTBEAT_SECONDS)
            if not done:
                yield _SILENCE
                continue
            body = upcoming.result()
            if body is None:
                break
            yield b"event: next\ndata: " + body + b"\n\n"
            upcoming = asyncio.ensure_future(anext(results, None))
        yield _COMPLETE
    finally:
        upcoming.cancel()
        await asyncio.gather(upcoming, return_exceptions=True)
        await results.aclose()  # type: ignore[attr-defined]
