"""What every standard's events have in common once they are read."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from hashlib import blake2b
from typing import Any, Final, Literal

import orjson

Json = dict[str, Any]
Standard = Literal["caliper", "xapi", "ags"]

MOST_NAME: Final = 500
"""How long an event's, an actor's or an object's name may be; longer ones cannot be keys."""
_PLACES: Final = Decimal("0.000001")
_LARGEST: Final = Decimal(10) ** 12
_IDENTIFIER: Final = re.compile(r"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Shown:
    """What an event shows of a learner; `score` is from 0 to 1 and None where the event says too little to know it."""

    actor: str | None
    objects: tuple[str, ...]
    identifiers: tuple[str, ...] = ()
    score: Decimal | None = None
    raw_score: Decimal | None = None
    kind: str = "activity"
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """One event as its sender told it."""

    standard: Standard
    event_id: str
    type: str
    content: Json
    occurred_at: datetime
    sent_at: datetime
    digest: str
    actor: str | None = None
    verb: str | None = None
    object_id: str | None = None
    voids: str | None = None
    shown: Shown | None = field(default=None)


def digest_of(content: object) -> str:
    """The same for the same JSON, however its members are ordered."""
    return blake2b(orjson.dumps(content, option=orjson.OPT_SORT_KEYS), digest_size=16).hexdigest()


def share(given: object, most: object, least: object = 0) -> Decimal | None:
    """Where a score lies between its bounds, from 0 to 1, rounded half up to six places; None where that is not said."""
    value, low, high = number(given), number(least), number(most)
    if value is None or low is None or high is None or high <= low:
        return None
    return min(max((value - low) / (high - low), Decimal(0)), Decimal(1)).quantize(_PLACES, ROUND_HALF_UP)


def number(value: object) -> Decimal | None:
    """A number that a score can be."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    exact = Decimal(str(value))
    return exact if exact.is_finite() and abs(exact) <= _LARGEST else None


def instant(value: object) -> datetime | None:
    """An aware instant from an ISO 8601 text; one without an offset is taken as UTC."""
    if not isinstance(value, str):
        return None
    try:
        said = datetime.fromisoformat(value)
        return (said if said.tzinfo else said.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def name(value: object) -> str | None:
    """A text that can be a key."""
    return value if isinstance(value, str) and 0 < len(value) <= MOST_NAME else None


def names(values: Iterable[object]) -> tuple[str, ...]:
    """Those of the values that can be keys, each once, in their order."""
    return tuple(dict.fromkeys(found for value in values if (found := name(value))))


def case_identifiers(values: Iterable[object]) -> tuple[str, ...]:
    """The CASE identifiers in which these URIs end."""
    ends = (_IDENTIFIER.search(value) for value in values if isinstance(value, str))
    return tuple(dict.fromkeys(end[1].lower() for end in ends if end))
