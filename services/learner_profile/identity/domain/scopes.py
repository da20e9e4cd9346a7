"""Scopes: blank-separated tokens, of which a request may take fewer than were granted (RFC 6749, section 3.3)."""

import re
from collections.abc import Sequence

from services.learner_profile.identity.domain.refusals import InvalidScope

_TOKEN = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]{1,200}")


def narrowed(granted: Sequence[str], asked: str | None) -> list[str]:
    """What was asked for in the order of the grant, all of it where nothing was; `InvalidScope` for anything else."""
    if asked is None:
        return list(granted)
    wanted = set(asked.split(" ")) - {""}
    if not wanted or not wanted <= set(granted):
        raise InvalidScope
    return [scope for scope in granted if scope in wanted]


def is_scope(text: str) -> bool:
    return _TOKEN.fullmatch(text) is not None
