"""Segments of a collection: `limit` and `offset`, and the links between them (RFC 8288)."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from services.learner_profile.oneroster.errors import InvalidParameter

DEFAULT_LIMIT = 100
MOST = 10_000
_FARTHEST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Segment:
    limit: int = DEFAULT_LIMIT
    offset: int = 0


def segment(limit: str | None, offset: str | None) -> Segment:
    """The segment asked for; a limit that is too large is lowered to `MOST`, anything but a number is refused."""
    rows = DEFAULT_LIMIT if limit is None else _number("limit", limit)
    if rows == 0:
        raise InvalidParameter("limit is at least 1")
    return Segment(min(rows, MOST), 0 if offset is None else _number("offset", offset))


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise InvalidParameter(f"{name} is a whole number that is not negative")
    return int(text) if len(text) < len(str(_FARTHEST)) else min(int(text[:20]), _FARTHEST)


def links(address: str, query: Iterable[tuple[str, str]], here: Segment, total: int) -> str:
    """The `Link` header: first and last always, prev and next where there is one; every other parameter is kept."""
    kept = [(name, value) for name, value in query if name not in {"limit", "offset"}]
    last = max(total - 1, 0) // here.limit * here.limit
    offsets = {"first": 0, "last": last}
    if here.offset > 0:
        offsets["prev"] = max(min(here.offset, total) - here.limit, 0)
    if here.offset + here.limit < total:
        offsets["next"] = here.offset + here.limit
    return ", ".join(_link(address, kept, here.limit, offset, relation) for relation, offset in offsets.items())


def _link(address: str, kept: list[tuple[str, str]], limit: int, offset: int, relation: str) -> str:
    pairs = [*kept, ("limit", str(limit)), ("offset", str(offset))]
    query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)
    return f'<{address}?{query}>; rel="{relation}"'
