"""Reading what clients send: strict about what JSON is, tolerant about what is unambiguous."""

import json
import math
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, NoReturn

from services.learner_profile.oneroster.errors import InvalidPayload, MalformedJson, MissingEnvelope

LONGEST_ID = 255
_DEEPEST = 20
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ].*)?")
_EXTENSION = re.compile(r"ext:[a-zA-Z0-9._-]{1,64}")


def read(body: bytes) -> Any:  # noqa: ANN401 - JSON
    """The body as JSON; refuses invalid UTF-8, duplicate members, numbers that are none, NUL and lone surrogates."""
    try:
        text = body.decode("utf-8-sig")
        found = json.loads(text, object_pairs_hook=_members, parse_constant=_no_number, parse_float=_finite)
    except (ValueError, RecursionError) as malformed:
        raise MalformedJson from malformed
    _inspect(found, "", 0)
    return found


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise InvalidPayload("", f"the member {json.dumps(twice[:80])} occurs more than once in one object")
    return found


def _no_number(text: str) -> NoReturn:
    raise ValueError(text)


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _no_number(text)


def _inspect(found: Any, place: str, depth: int) -> None:  # noqa: ANN401 - JSON
    if depth > _DEEPEST:
        raise InvalidPayload(place, f"is nested deeper than {_DEEPEST} levels")
    if isinstance(found, str):
        _inspect_text(found, place)
    for name, member in _members_of(found):
        if isinstance(name, str):
            _inspect_text(name, place)
        _inspect(member, pointer(place, name), depth + 1)


def _members_of(found: Any) -> Iterable[tuple[str | int, Any]]:  # noqa: ANN401 - JSON
    if isinstance(found, dict):
        return found.items()
    return enumerate(found) if isinstance(found, list) else ()


def _inspect_text(text: str, place: str) -> None:
    if _UNSTORABLE.search(text):
        raise InvalidPayload(place, "holds a NUL or half a surrogate pair, which no text may")


def pointer(place: str, member: str | int) -> str:
    """The JSON pointer (RFC 6901) of a member of what is at `place`."""
    name = str(member)[:80].replace("~", "~0").replace("/", "~1")
    return place + "/" + name.encode("utf-8", "replace").decode()


def only(found: Any, one: str) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """The record in the envelope `{one: {…}}`; raises `MissingEnvelope`."""
    if isinstance(found, dict) and isinstance(found.get(one), dict):
        return dict(found[one])
    raise MissingEnvelope(f"/{one}", f"the record stands in the member {one}, as an object")


def records(found: Any, one: str, many: str) -> list[tuple[str, dict[str, Any]]]:  # noqa: ANN401 - JSON
    """The records in an envelope, `{one: {…}}` or `{many: [{…}, …]}`, each with its place; raises `MissingEnvelope`."""
    if isinstance(found, dict) and isinstance(found.get(many), list):
        return [(place, record(item, place)) for place, item in items(found[many], f"/{many}")]
    return [(f"/{one}", only(found, one))]


def record(value: Any, place: str) -> dict[str, Any]:  # noqa: ANN401 - JSON
    if not isinstance(value, dict):
        raise InvalidPayload(place, "is an object")
    return value


def items(value: Any, place: str) -> list[tuple[str, Any]]:  # noqa: ANN401 - JSON
    """The items of a list, each with its place; null is an empty list."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise InvalidPayload(place, "is a list")
    return [(pointer(place, index), item) for index, item in enumerate(value)]


def text(value: Any, place: str) -> str | None:  # noqa: ANN401 - JSON
    """A text without blanks around it; blank is the same as null."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise InvalidPayload(place, "is a text")
    return value.strip() or None


def code(value: Any, place: str) -> str | None:  # noqa: ANN401 - JSON
    """A text, or the whole number that many clients send for one."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else text(value, place)


def identifier(value: Any, place: str) -> str:  # noqa: ANN401 - JSON
    """A sourcedId: between 1 and 255 characters."""
    found = code(value, place)
    if not found or len(found) > LONGEST_ID:
        raise InvalidPayload(place, f"is a sourcedId of 1 to {LONGEST_ID} characters")
    return found


def reference(value: Any, place: str) -> str:  # noqa: ANN401 - JSON
    """The sourcedId in a GUIDRef; its href and type may be missing."""
    return identifier(record(value, place).get("sourcedId"), pointer(place, "sourcedId"))


def word(value: Any, place: str, vocabulary: tuple[str, ...], *, closed: bool = False) -> str | None:  # noqa: ANN401 - JSON
    """A word of the vocabulary whatever its case or, where that is not closed, an extension (`ext:…`)."""
    found = text(value, place)
    if found is None or (_EXTENSION.fullmatch(found) and not closed):
        return found
    known = {known.lower(): known for known in vocabulary}
    if found.lower() not in known:
        raise InvalidPayload(place, f"is one of {', '.join(vocabulary)}{'' if closed else ' or ext:…'}")
    return known[found.lower()]


def flag(value: Any, place: str) -> bool | None:  # noqa: ANN401 - JSON
    """`true` or `false`, as JSON or in quotes."""
    if value is None or isinstance(value, bool):
        return value
    known = {"true": True, "false": False, "": None}
    found = value.strip().lower() if isinstance(value, str) else None
    if found is None or found not in known:
        raise InvalidPayload(place, "is true or false")
    return known[found]


def day(value: Any, place: str) -> date | None:  # noqa: ANN401 - JSON
    """A day, `YYYY-MM-DD`; a time behind it is dropped."""
    written = text(value, place)
    if written is None:
        return None
    found = _DAY.fullmatch(written)
    try:
        return date.fromisoformat(found[1] if found else "")
    except ValueError as malformed:
        raise InvalidPayload(place, "is a day, YYYY-MM-DD") from malformed


def instant(value: Any, place: str) -> datetime | None:  # noqa: ANN401 - JSON
    """An instant in ISO 8601; without an offset it is UTC."""
    written = text(value, place)
    if written is None:
        return None
    try:
        found = datetime.fromisoformat(written)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as malformed:
        raise InvalidPayload(place, "is an instant, YYYY-MM-DDThh:mm:ssZ") from malformed
