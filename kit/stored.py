"""Text as PostgreSQL can store it."""

_UNSTORABLE = frozenset(("\0", *map(chr, range(0xD800, 0xE000))))
"""NUL, and halves of surrogate pairs, which are no characters."""


def storable(text: str) -> str:
    """The text, for a Pydantic `AfterValidator`; a ValueError where it holds what cannot be stored."""
    if not _UNSTORABLE.isdisjoint(text):
        raise ValueError("holds what cannot be stored")
    return text
