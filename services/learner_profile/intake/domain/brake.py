"""When a run would remove so much that a person must confirm it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

FLOOR = 5
"""Fewer people or enrolments than this may always vanish."""


@dataclass(frozen=True, slots=True)
class Vanishing:
    """How many rows of one kind are active now (those that ended as planned left out), and how many would be no more."""

    active: int
    vanishing: int


def reasons_to_hold(vanishing: Mapping[str, Vanishing], emptied: Mapping[str, int], share: Decimal) -> list[str]:
    """Why a run must wait for a person, as stable words; an empty list where it need not.

    `vanishing` by file; `emptied` holds the bulk files that came without a single row, with the rows that are active now.
    """
    reasons = [f"emptied:{file}" for file, active in sorted(emptied.items()) if active]
    reasons += [
        f"vanishing:{file}"
        for file, change in sorted(vanishing.items())
        if change.vanishing >= FLOOR and change.vanishing > share * change.active and f"emptied:{file}" not in reasons
    ]
    return reasons
