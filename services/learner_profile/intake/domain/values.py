"""How a single value of a file is read: what is unambiguous becomes its canonical text, the rest is refused.

A rule takes a value without surrounding blanks and answers the canonical text (as PostgreSQL reads it) and a code of
`problems`, or None where the value already was what OneRoster asks for. A refused value has no text.
"""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from functools import partial

import orjson

Reading = tuple[str | None, str | None]
Rule = Callable[[str], Reading]

_LONGEST_TEXT = 64 * 1024
_BOOLEANS = dict.fromkeys(("true", "t", "yes", "y", "1"), "true") | dict.fromkeys(
    ("false", "f", "no", "n", "0"), "false"
)
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_US_DATE = re.compile(r"(?P<m>\d{1,2})([/-])(?P<d>\d{1,2})\2(?P<y>\d{4})( 0?0:00(:00)?)?", re.ASCII)
_YEAR_FIRST = re.compile(r"(?P<y>\d{4})(?P<s>[/.-])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})([T ]00:00.*)?", re.ASCII)
_COMPACT = re.compile(r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)", re.ASCII)
_ISO_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})", re.ASCII)
_US_INSTANT = re.compile(
    r"(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4}) (?P<h>\d{1,2}):(?P<min>\d\d)(:(?P<s>\d\d))?", re.ASCII
)
_NUMBER = re.compile(r"[+-]?(\d{1,15}(\.\d{0,12})?|\.\d{1,12})", re.ASCII)
_EXTENSION = re.compile(r"ext:[A-Za-z0-9._-]+")
_YEARS = re.compile(r"(?P<from>\d{4})\s*[-/]\s*(?P<to>\d{4}|\d{2})", re.ASCII)
_PAIR = re.compile(r"\{[^{}]*\}")
_CEDS = ("IT", "PR", "PK", "TK", "KG", *(f"{grade:02}" for grade in range(1, 14)), "PS", "UG", "Other")
_GRADES = (
    {grade.casefold(): grade for grade in _CEDS}
    | {str(grade): f"{grade:02}" for grade in range(1, 14)}
    | dict.fromkeys(("k", "0", "00", "kg", "kindergarten", "kinder"), "KG")
    | dict.fromkeys(("pre-k", "prek", "p", "pre-kindergarten", "prekindergarten", "-1"), "PK")
    | {f"{grade}{_suffix}": f"{grade:02}" for grade in range(1, 14) for _suffix in ("st", "nd", "rd", "th")}
)


def boolean(value: str) -> Reading:
    """`true` or `false`; also TRUE, 1, yes and the like."""
    if value in ("true", "false"):
        return value, None
    read = _BOOLEANS.get(value.casefold())
    return read, "boolean_normalised" if read else "boolean_invalid"


def day(value: str) -> Reading:
    """A date; a month before a day where slashes stand, as the United States write it. Years have four digits."""
    if _ISO_DATE.fullmatch(value):
        return _date(int(value[:4]), int(value[5:7]), int(value[8:]), None)
    match = _US_DATE.fullmatch(value) or _YEAR_FIRST.fullmatch(value) or _COMPACT.fullmatch(value)
    if match is None:
        return None, "date_invalid"
    return _date(int(match["y"]), int(match["m"]), int(match["d"]), "date_normalised")


def _date(year: int, month: int, day_: int, code: str | None) -> Reading:
    try:
        return date(year, month, day_).isoformat(), code
    except ValueError:
        return None, "date_invalid"


def instant(value: str) -> Reading:
    """A date and time; without an offset it is taken as UTC."""
    try:
        text = _instant(value).astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        return None, "datetime_invalid"
    return text, None if _ISO_INSTANT.fullmatch(value) else "datetime_normalised"


def _instant(value: str) -> datetime:
    match = _US_INSTANT.fullmatch(value)
    if match is not None:
        year_, month, day_, hour, minute, second = (int(match[name] or 0) for name in ("y", "m", "d", "h", "min", "s"))
        return datetime(year_, month, day_, hour, minute, second, tzinfo=UTC)
    if _US_DATE.fullmatch(value):
        return datetime.fromisoformat(day(value)[0] or value).replace(tzinfo=UTC)
    read = datetime.fromisoformat(value)
    return read if read.tzinfo is not None else read.replace(tzinfo=UTC)


def day_or_instant(value: str) -> Reading:
    """An instant; a bare date is its midnight in UTC, which is how a line item's dates are told in CSV."""
    read, code = day(value)
    return (f"{read}T00:00:00+00:00", code) if read else instant(value)


def year(value: str) -> Reading:
    """The calendar year in which a school year ends; `2026-2027` and `2026-27` mean 2027."""
    if re.fullmatch(r"[12]\d{3}", value, re.ASCII):
        return value, None
    match = _YEARS.fullmatch(value)
    if match is None or (int(match["from"]) + 1) % 100 != int(match["to"]) % 100:
        return None, "year_invalid"
    return str(int(match["from"]) + 1), "year_normalised"


def number(value: str) -> Reading:
    return (value, None) if _NUMBER.fullmatch(value) else (None, "number_invalid")


def word_of(vocabulary: Iterable[str], synonyms: dict[str, str] | None = None, *, extensible: bool = True) -> Rule:
    """A rule for a vocabulary: case, blanks, hyphens and underscores do not matter; `ext:` words are the sender's own."""
    exact = frozenset(vocabulary)
    loose = {_loose(word): word for word in exact} | {_loose(word): meant for word, meant in (synonyms or {}).items()}
    return partial(_word, exact=exact, loose=loose, extensible=extensible)


def _word(value: str, *, exact: frozenset[str], loose: dict[str, str], extensible: bool) -> Reading:
    if value in exact or (extensible and _EXTENSION.fullmatch(value)):
        return value, None
    read = loose.get(_loose(value))
    return read, "vocabulary_normalised" if read else "vocabulary_unknown"


def _loose(word: str) -> str:
    return re.sub(r"[\s_-]", "", word).casefold()


def grades(value: str) -> Reading:
    """A list of CEDS grade levels, as a PostgreSQL array."""
    read: list[str] = []
    changed = False
    for part in _parts(value):
        grade = _GRADES.get(part.casefold())
        if grade is None:
            return None, "grade_unknown"
        changed = changed or grade != part
        read.append(grade)
    return array(read), "grade_normalised" if changed else None


def texts(value: str) -> Reading:
    """A comma-separated list, as a PostgreSQL array."""
    return array(_parts(value)), None


def user_ids(value: str) -> Reading:
    """`{type:identifier}` pairs, as a PostgreSQL array."""
    pairs = _PAIR.findall(value)
    if pairs and not _PAIR.sub("", value).strip(", "):
        return array(pairs), None
    loose = [part if part.startswith("{") else f"{{{part}}}" if ":" in part else part for part in _parts(value)]
    return array(loose), "user_id_malformed"


def scale_steps(value: str) -> Reading:
    """`{left:right}` pairs of a score scale, as JSON."""
    pairs = [pair[1:-1].split(":", 1) for pair in _PAIR.findall(value)]
    if not pairs or _PAIR.sub("", value).strip(", ") or any(len(pair) != 2 for pair in pairs):  # noqa: PLR2004 - a pair
        return None, "scale_invalid"
    steps = [{"itemValueLHS": left.strip(), "itemValueRHS": right.strip()} for left, right in pairs]
    return orjson.dumps(steps).decode(), None


def long_text(value: str) -> Reading:
    return (value, None) if len(value) <= _LONGEST_TEXT else (None, "value_too_long")


def array(parts: Iterable[str]) -> str:
    """The parts as the text of a PostgreSQL array."""
    return "{" + ",".join('"' + part.replace("\\", r"\\").replace('"', r"\"") + '"' for part in parts) + "}"


def _parts(value: str) -> list[str]:
    return [part for part in (part.strip() for part in value.split(",")) if part]
