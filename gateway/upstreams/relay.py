"""What a call on behalf of a request carries on to a service."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Protocol

from kit.telemetry import relayed_headers

DEADLINE_HEADER = "X-Deadline-Ms"


class Call(Protocol):
    """One read of a service on behalf of a request; raises `UpstreamFailure`."""

    async def __call__(self, service: str, path: str, body: bytes) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Relay:
    """The caller's own token, the request's id and trace, and the moment after which nobody waits for the answer."""

    headers: list[tuple[str, str]]
    seconds: float
    deadline: float
    """On the monotonic clock."""

    def left(self) -> float:
        """Seconds until the deadline; never negative."""
        return max(0.0, self.deadline - time.monotonic())

    def renewed(self) -> Relay:
        return replace(self, deadline=time.monotonic() + self.seconds)


def relay(request_id: str, authorization: str | None, seconds: float) -> Relay:
    headers = relayed_headers(request_id)
    headers["Content-Type"] = "application/json"
    if authorization:
        headers["Authorization"] = authorization
    return Relay(list(headers.items()), seconds, time.monotonic() + seconds)
