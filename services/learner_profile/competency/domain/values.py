"""Single values of a CASE package: what can be read is read, what cannot is None."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

DEEPEST: Final = 60
"""More levels of nesting than any package has, and fewer than any of our parsers takes."""
_LONGEST_LABEL = 2000
ASSOCIATION_TYPES = (
    "isChildOf",
    "isPeerOf",
    "isPartOf",
    "exactMatchOf",
    "precedes",
    "isRelatedTo",
    "replacedBy",
    "exemplar",
    "hasSkillLevel",
    "isTranslationOf",
)
_TYPES_BY_LOWER = {name.lower(): name for name in ASSOCIATION_TYPES}


def unstorable(raw: Any) -> Iterator[tuple[str, str, str]]:  # noqa: ANN401 - anything JSON can hold
    """Where a value is nested too deep or holds what the database cannot store; at most one place of each kind."""
    waiting: list[tuple[str, int, Any]] = [("", 0, raw)]
    found: set[str] = set()
    while waiting:
        pointer, depth, value = waiting.pop()
        code = _flaw(value, depth)
        if code and code not in found:
            found.add(code)
            yield pointer, code, _FLAWS[code]
        if depth <= DEEPEST:
            waiting.extend(_members(pointer, depth, value))


_FLAWS = {
    "nul_character": "A string holds U+0000, which cannot be stored",
    "too_deep": f"Nesting goes deeper than {DEEPEST} levels",
}


def _flaw(value: Any, depth: int) -> str | None:  # noqa: ANN401 - anything JSON can hold
    if isinstance(value, str):
        return "nul_character" if "\0" in value else None
    if isinstance(value, dict) and any("\0" in name for name in value):
        return "nul_character"
    return "too_deep" if depth > DEEPEST and isinstance(value, dict | list) else None


def _members(pointer: str, depth: int, value: Any) -> Iterator[tuple[str, int, Any]]:  # noqa: ANN401 - anything JSON can hold
    if not isinstance(value, dict | list):
        return
    named = value.items() if isinstance(value, dict) else enumerate(value)
    for name, member in named:
        if isinstance(member, str | dict | list):
            yield f"{pointer}/{_escaped(str(name))}", depth + 1, member


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1").replace("\0", "\\u0000")


def uuid_text(value: Any) -> str | None:  # noqa: ANN401 - anything JSON can hold
    """A UUID in lower case, or None."""
    try:
        return str(UUID(value.strip())) if isinstance(value, str) else None
    except ValueError:
        return None


def node_of(value: Any) -> str | None:  # noqa: ANN401 - anything JSON can hold
    """The identifier of an association's end: of a link object, or the last part of a bare URI."""
    if isinstance(value, dict):
        identifier = label(value.get("identifier"))
        return (uuid_text(identifier) or identifier) if identifier else node_of(value.get("uri"))
    uri = label(value)
    last = uri.rstrip("/").rsplit("/", 1)[-1] if uri else None
    return uuid_text(last) or last


def association_type(value: Any) -> str | None:  # noqa: ANN401 - anything JSON can hold
    """The type as CASE spells it; a type that CASE does not know stays as it is."""
    given = label(value)
    return _TYPES_BY_LOWER.get(given.lower(), given) if given else None


def label(value: Any) -> str | None:  # noqa: ANN401 - anything JSON can hold
    """A short text, or None where there is none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value).strip()[:_LONGEST_LABEL] or None


def labels(value: Any) -> list[str]:  # noqa: ANN401 - anything JSON can hold
    """The texts of a list, or of a text that stands where a list should."""
    values = value if isinstance(value, list) else [value]
    return [text for text in map(label, values) if text]


def instant(value: Any) -> datetime | None:  # noqa: ANN401 - anything JSON can hold
    """An instant; one without a zone is taken as UTC."""
    try:
        read = datetime.fromisoformat(value.strip()) if isinstance(value, str) else None
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC) if read else None
    except (ValueError, OverflowError):
        return None


def day(value: Any) -> date | None:  # noqa: ANN401 - anything JSON can hold
    """A calendar day, also where a whole instant was written."""
    try:
        return date.fromisoformat(value.strip()[:10]) if isinstance(value, str) else None
    except ValueError:
        return None
