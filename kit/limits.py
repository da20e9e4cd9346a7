"""Bodies are bounded before anybody reads them."""

from contextlib import suppress

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kit.problems import BadInput, Problem, TooLarge, respond


class BodyLimit:
    """Refuses a body that is, or turns out to be, larger than the limit; `exempt` doors bound their own.

    Such a door is a (method, path); a path that ends with a slash stands for all below it.
    """

    def __init__(self, app: ASGIApp, most: int, exempt: frozenset[tuple[str, str]] = frozenset()) -> None:
        self.app = app
        self.most = most
        self.exempt = exempt

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._bounds_itself(scope["method"], scope["path"]):
            await self.app(scope, receive, send)
            return
        refusal = self._declared_too_large(Headers(scope=scope))
        if refusal is not None:
            await respond(refusal)(scope, receive, send)
            return
        await self._bounded(scope, receive, send)

    def _bounds_itself(self, method: str, path: str) -> bool:
        return any(
            method == verb and (path == door or (door.endswith("/") and path.startswith(door)))
            for verb, door in self.exempt
        )

    def _declared_too_large(self, headers: Headers) -> Problem | None:
        declared = headers.get("content-length")
        if declared is None:
            return None
        if not (declared.isascii() and declared.isdigit()):
            return BadInput("Content-Length is a number of bytes")
        return TooLarge(limitBytes=self.most) if int(declared[:20]) > self.most else None

    async def _bounded(self, scope: Scope, receive: Receive, send: Send) -> None:
        seen = 0
        started = False

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self.most:
                raise TooLarge(limitBytes=self.most)
            return message

        async def noted(message: Message) -> None:
            nonlocal started
            if started or seen <= self.most:
                started = True
                await send(message)

        with suppress(TooLarge):
            await self.app(scope, counted, noted)
        if seen > self.most and not started:
            await respond(TooLarge(limitBytes=self.most))(scope, receive, send)
