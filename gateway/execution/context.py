"""What one request brings to its execution."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from gateway.execution.loads import Loads
from gateway.upstreams.relay import Relay
from gateway.upstreams.services import Services
from kit.caller import VerifiedCaller


@dataclass(slots=True)
class Context:
    """Strawberry's context: the caller, what calls on the caller's behalf carry, and the reads made so far."""

    services: Services
    relay: Relay
    caller: VerifiedCaller | None
    connection_params: dict[str, Any] | None = None
    """Of a websocket, whose operations share one context until each takes its own."""
    _loads: Loads | None = field(default=None, init=False)

    @property
    def loads(self) -> Loads:
        if self._loads is None:
            self._loads = Loads(self.services.reader(self.relay))
        return self._loads

    def of_operation(self) -> Context:
        """A websocket's operations begin with time of their own; any other request is one operation."""
        if self.connection_params is None:
            return self
        return replace(self, relay=self.relay.renewed())

    def renew(self) -> None:
        """Before the next event of a subscription: what was read for the one before may have changed."""
        self.relay = self.relay.renewed()
        self._loads = None
