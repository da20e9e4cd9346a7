"""Who may tell what, and what a rating comes to."""

from decimal import Decimal

import pytest

from services.learner_profile.profile.domain import Party, may_move, may_tell, normalised, rater_of


@pytest.mark.parametrize(
    ("party", "kind", "content", "may"),
    [
        ("SELF", "INTEREST", {"basis": "STATED"}, True),
        ("SELF", "INTEREST", {"basis": "OBSERVED"}, False),
        ("TEACHER", "PREFERENCE", {"basis": "OBSERVED"}, True),
        ("TEACHER", "PREFERENCE", {"basis": "STATED"}, False),
        ("GUARDIAN", "INTEREST", {"basis": "STATED"}, False),
        ("SELF", "MILESTONE", {"state": "SUBMITTED"}, True),
        ("SELF", "MILESTONE", {"state": "VERIFIED"}, False),
        ("COUNSELOR", "MILESTONE", {"state": "WAIVED"}, True),
        ("CLASSMATE", "SKILL_RATING", {}, True),
        ("OTHER", "SKILL_RATING", {}, False),
        ("GUARDIAN", "DIGITAL_ACCESS", {}, True),
        ("COUNSELOR", "COURSE_RECORD", {"state": "COMPLETED"}, False),
        (None, "INTEREST", {"basis": "STATED"}, False),
    ],
)
def test_each_part_of_the_profile_has_those_who_tell_it(
    party: Party | None, kind: str, content: dict[str, str], *, may: bool
) -> None:
    assert may_tell(frozenset({party} if party else ()), kind, content) is may


@pytest.mark.parametrize(
    ("rating", "lowest", "highest", "expected"),
    [("3", "1", "5", "0.5000"), ("1", "1", "4", "0.0000"), ("2", "1", "4", "0.3333"), ("3", "1", "4", "0.6667")],
)
def test_ratings_on_different_scales_compare(rating: str, lowest: str, highest: str, expected: str) -> None:
    assert normalised(Decimal(rating), Decimal(lowest), Decimal(highest)) == Decimal(expected)


def test_somebody_who_stands_in_two_ways_may_what_either_may() -> None:
    both: frozenset[Party] = frozenset({"GUARDIAN", "TEACHER"})
    assert may_tell(both, "INTEREST", {"basis": "OBSERVED"})
    assert may_tell(both, "DIGITAL_ACCESS", {})
    assert rater_of(both) == "TEACHER"


@pytest.mark.parametrize(
    ("party", "before", "after", "may"),
    [
        ("SELF", None, "SUBMITTED", True),
        ("SELF", "NOT_STARTED", "SUBMITTED", True),
        ("SELF", "SUBMITTED", "NOT_STARTED", False),
        ("SELF", "VERIFIED", "SUBMITTED", False),
        ("COUNSELOR", "SUBMITTED", "VERIFIED", True),
        ("COUNSELOR", "NOT_STARTED", "VERIFIED", False),
        ("COUNSELOR", "WAIVED", "NOT_STARTED", True),
        ("COUNSELOR", "RUNNING", "VERIFIED", True),
    ],
)
def test_states_go_one_way_and_what_was_verified_is_the_counselors(
    party: Party, before: str | None, after: str, *, may: bool
) -> None:
    assert may_move(frozenset({party}), before, after) is may
