"""Rules of plans: pure. The graph's diff is computed in SQL by the same rule; a test holds them equal."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal, NamedTuple

Party = Literal["LEARNER", "GUARDIAN", "TEACHER"]
Decision = Literal["AGREED", "DECLINED"]
State = Literal["PROPOSED", "ACTIVE", "REVISED", "CLOSED"]
Content = Mapping[str, str | Sequence[str] | None]
"""What a version says: by the name of each part one value, or the entries of a list."""

PARTIES: Final[tuple[Party, ...]] = ("LEARNER", "GUARDIAN", "TEACHER")
"""In the order in which missing approvals are told."""


class Change(NamedTuple):
    """A part that differs: `before` is None for what was added and `after` for what was taken out."""

    path: str
    before: str | None
    after: str | None


def state_after(is_agreed: bool, was_agreed: bool) -> State:  # noqa: FBT001 - two facts of the same kind
    """The state of a plan that is not closed.

    `is_agreed`: whoever has to has agreed to the version that stands; `was_agreed`: to an earlier one.
    """
    if is_agreed:
        return "ACTIVE"
    return "REVISED" if was_agreed else "PROPOSED"


def diff(before: Content, after: Content) -> list[Change]:
    """What differs, by path; lists are sets, so that an entry that moves is no change and one that changes is two."""
    old, new = _lines(before), _lines(after)
    changed = sorted(place for place in old.keys() | new.keys() if old.get(place) != new.get(place))
    return [Change(place[0], old.get(place), new.get(place)) for place in changed]


def _lines(content: Content) -> dict[tuple[str, str], str]:
    lines: dict[tuple[str, str], str] = {}
    for name, said in content.items():
        if isinstance(said, str):
            lines["/" + name, ""] = said
        elif said is not None:
            lines |= {("/" + name, entry): entry for entry in said}
    return lines
