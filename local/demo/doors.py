"""The public doors as a system outside would use them: a token by client credentials, patience, and plain refusals."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import httpx

_PATIENCE = 6
_AT_ONCE = 4
_RENEW_BEFORE_SECONDS = 30
_TRY_LATER = frozenset({429, 502, 503, 504})


class Refused(Exception):  # noqa: N818 - what a door says
    """A door refused what the demo brought; the message holds its answer."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Credentials:
    client_id: str
    secret: str = field(repr=False)


@dataclass
class Door:
    """Requests of one client, or of one person whose token `renew` fetches, at one origin."""

    http: httpx.AsyncClient
    renew: Callable[[], Awaitable[tuple[str, float]]]
    """A token and the seconds that it lives."""
    token: str = field(default="", repr=False)
    expires_at: float = 0.0
    renewing: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def find(self, path: str, **parameters: Any) -> Any:  # noqa: ANN401 - JSON
        """The JSON below this path, or None where there is nothing to see."""
        response = await self._send("GET", path, params=parameters or None)
        return None if response.status_code == httpx.codes.NOT_FOUND else _accepted(response).json()

    async def put(self, path: str, body: Any) -> None:  # noqa: ANN401 - JSON
        _accepted(await self._send("PUT", path, json=body))

    async def post(self, path: str, **content: Any) -> httpx.Response:  # noqa: ANN401 - httpx's own arguments
        return _accepted(await self._send("POST", path, **content))

    async def put_all(self, bodies: Iterable[tuple[str, Any]]) -> int:
        """Put many objects, a few at a time, and return how many."""
        places = asyncio.Semaphore(_AT_ONCE)

        async def put(path: str, body: Any) -> None:  # noqa: ANN401 - JSON
            async with places:
                await self.put(path, body)

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(put(path, body)) for path, body in bodies]
        return len(tasks)

    async def _send(self, method: str, path: str, **content: Any) -> httpx.Response:  # noqa: ANN401 - httpx's own arguments
        """Send again, later and later, while the other side is not there or asks for patience."""
        given = content.pop("headers", {})
        for attempt in range(_PATIENCE):
            try:
                headers = {"Authorization": f"Bearer {await self._token()}", **given}
                response = await self.http.request(method, path, headers=headers, **content)
            except httpx.TransportError:
                if attempt + 1 == _PATIENCE:
                    raise
            else:
                if response.status_code not in _TRY_LATER or attempt + 1 == _PATIENCE:
                    return response
            await asyncio.sleep(0.2 * 2**attempt)
        raise AssertionError  # the last attempt returned or raised

    async def _token(self) -> str:
        async with self.renewing:
            if time.monotonic() > self.expires_at - _RENEW_BEFORE_SECONDS:
                self.token, lifetime = await self.renew()
                self.expires_at = time.monotonic() + lifetime
            return self.token


def client_door(http: httpx.AsyncClient, credentials: Credentials) -> Door:
    """The doors as a client sees them."""

    async def renew() -> tuple[str, float]:
        answer = await http.post(
            "/oauth2/token",
            data={"grant_type": "client_credentials"},
            auth=(credentials.client_id, credentials.secret),
        )
        granted = _accepted(answer).json()
        return granted["access_token"], granted["expires_in"]

    return Door(http, renew)


def person_door(http: httpx.AsyncClient, issuer: str, sourced_id: str) -> Door:
    """The doors as a person sees them who signs in at the district's own provider (RFC 8693)."""

    async def renew() -> tuple[str, float]:
        signed_in = _accepted(await http.post(f"{issuer}/token", data={"persona": sourced_id})).json()
        exchange = {
            "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
            "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
            "subject_token": signed_in["id_token"],
        }
        granted = _accepted(await http.post("/oauth2/token", data=exchange)).json()
        return granted["access_token"], granted["expires_in"]

    return Door(http, renew)


def _accepted(response: httpx.Response) -> httpx.Response:
    if response.is_success:
        return response
    request = response.request
    said = f"{request.method} {request.url.path} was answered {response.status_code}: {response.text[:1000]}"
    raise Refused(said, response.status_code)
