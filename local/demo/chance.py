"""Chance that depends on nothing but the seed and the name of the thing it decides about.

Any part of a district can therefore be made again by itself, in any order and on any machine, with the same outcome.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from hashlib import blake2b
from typing import TypeVar
from uuid import UUID, uuid5

_T = TypeVar("_T")
_IDS = UUID("3f0f5a0e-52c9-5b7e-8d0a-5d1f0a6c9b11")


class Dice:
    """512 bits drawn for one key, spent a few at a time."""

    __slots__ = ("_bits",)

    def __init__(self, *key: object) -> None:
        self._bits = int.from_bytes(blake2b(":".join(map(str, key)).encode()).digest())

    def roll(self, sides: int) -> int:
        """A whole number from 0 to sides - 1."""
        self._bits, result = divmod(self._bits, sides)
        return result

    def between(self, low: int, high: int) -> int:
        """A whole number from low to high, both included, with values in the middle likelier than at the ends."""
        return low + (self.roll(high - low + 1) + self.roll(high - low + 1)) // 2

    def pick(self, among: Sequence[_T]) -> _T:
        return among[self.roll(len(among))]

    def happens(self, percent: int) -> bool:
        return self.roll(100) < percent

    def day_before(self, end: date, days: int) -> date:
        return end - timedelta(days=self.roll(days))


def steady_id(*key: object) -> UUID:
    """The same UUID for the same key, so that a second load names the same record."""
    return uuid5(_IDS, ":".join(map(str, key)))
