"""Failed attempts, counted in this process: a replica more means a limit as much higher, which a random secret can bear.

The key is the client id together with the address that the attempt came from, so that nobody can lock a client out from elsewhere.
What the limit saves is the database's work; guessing a secret of 256 bits is hopeless with or without it.
"""

from collections import OrderedDict
from dataclasses import dataclass, field

_MOST_FAILURES = 10
_WINDOW_SECONDS = 60.0
_MOST_KEYS = 10_000
Key = tuple[str, str]


@dataclass
class Failures:
    """Counts by key over a window that begins with the first failure; times are seconds of a monotonic clock."""

    seen: OrderedDict[Key, tuple[float, int]] = field(default_factory=OrderedDict)

    def too_many(self, key: Key, now: float) -> bool:
        began, count = self.seen.get(key, (now, 0))
        return count >= _MOST_FAILURES and now - began < _WINDOW_SECONDS

    def add(self, key: Key, now: float) -> None:
        began, count = self.seen.pop(key, (now, 0))
        self.seen[key] = (began, count + 1) if now - began < _WINDOW_SECONDS else (now, 1)
        if len(self.seen) > _MOST_KEYS:
            self.seen.popitem(last=False)

    def forget(self, key: Key) -> None:
        self.seen.pop(key, None)
