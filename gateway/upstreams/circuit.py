"""A service that failed several times in a row is left alone for a while, so that pages do not wait for it."""

import time
from collections.abc import Callable
from dataclasses import dataclass

FAILURES = 5
SECONDS = 2.0


@dataclass(slots=True)
class Circuit:
    """Open after `FAILURES` in a row; after `SECONDS` one call at a time tries whether the service is back."""

    now: Callable[[], float] = time.monotonic
    failures: int = 0
    opened_at: float = 0.0

    def admits(self) -> bool:
        if self.failures < FAILURES:
            return True
        if self.now() - self.opened_at < SECONDS:
            return False
        self.opened_at = self.now()
        return True

    def succeeded(self) -> None:
        self.failures = 0

    def failed(self) -> None:
        self.failures += 1
        self.opened_at = self.now()
