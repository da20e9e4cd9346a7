"""A body becomes JSON that can be kept: bounded in depth and size, without credentials, and storable."""

from typing import Any, Final

import orjson

MOST_DEPTH: Final = 40
MOST_VALUES: Final = 200_000
_CREDENTIALS: Final = frozenset(
    {
        "accesstoken", "apikey", "authorization", "clientsecret", "cookie", "credential", "credentials", "idtoken",
        "launchtoken", "oauthsignature", "oauthtoken", "passwd", "password", "refreshtoken", "secret", "sessiontoken",
        "token",
    }
)  # fmt: skip
"""Members that are dropped wherever they stand, written without case, hyphens and underscores."""


class Unreadable(ValueError):  # noqa: N818 - what a body is
    """The body is no JSON that can be kept; the text says why."""


def read(body: bytes) -> Any:  # noqa: ANN401 - JSON
    """The body's value; raises `Unreadable`."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as malformed:
        raise Unreadable(f"no JSON at line {malformed.lineno}, column {malformed.colno}") from malformed
    _refuse_unstorable(body, value)
    return value


def _refuse_unstorable(body: bytes, value: Any) -> None:  # noqa: ANN401 - JSON
    """Drop credentials in place; raises `Unreadable` for a NUL in a text, and for what is too deep or too much."""
    has_nul = b"\\u0000" in body
    level, seen = [value], 0
    for _ in range(MOST_DEPTH):
        seen += len(level)
        if seen > MOST_VALUES:
            raise Unreadable("more values than an event can have")
        if has_nul and any(_holds_nul(one) for one in level):
            raise Unreadable("a text holds a NUL")
        level = [inner for one in level for inner in _inside(one)]
        if not level:
            return
    raise Unreadable("nested too deeply")


def _holds_nul(value: object) -> bool:
    return "\0" in value if isinstance(value, str) else isinstance(value, dict) and any("\0" in key for key in value)


def _inside(value: object) -> list[Any]:
    if isinstance(value, list):
        return value
    if not isinstance(value, dict):
        return []
    for key in [key for key in value if _is_credential(key)]:
        del value[key]
    return list(value.values())


def _is_credential(key: str) -> bool:
    return key.lower().replace("_", "").replace("-", "") in _CREDENTIALS
