"""Identifiers that we make."""

import secrets
import time
from uuid import UUID

_VERSION_AND_VARIANT = (0x7 << 76) | (0b10 << 62)


def uuid7() -> UUID:
    """A time-ordered UUID: 48 bits of milliseconds, 74 random bits (RFC 9562, section 5.7)."""
    milliseconds = time.time_ns() // 1_000_000
    random_a, random_b = secrets.randbits(12), secrets.randbits(62)
    return UUID(int=(milliseconds << 80) | (random_a << 64) | _VERSION_AND_VARIANT | random_b)


def uuid7_texts(count: int) -> list[str]:
    """As many version 7 UUIDs of this instant as hexadecimal texts, rising: their number is the counter (RFC 9562, section 6.2).

    Ids that rise with the rows they are given to spare an index half its work.
    """
    head, random = f"{time.time_ns() // 1_000_000:012x}7", secrets.token_hex(6 * count)
    return [f"{head}{at >> 12 & 0xFFF:03x}a{at & 0xFFF:03x}{random[12 * at : 12 * at + 12]}" for at in range(count)]
