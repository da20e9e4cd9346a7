"""How a header is read."""

import pytest

from services.learner_profile.intake.domain.files import ENROLLMENTS, USERS
from services.learner_profile.intake.domain.headers import is_one_edit, read_header
from services.learner_profile.intake.domain.layout import Field

GOOD = "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate"


def told(header: str) -> tuple[list[str | None], list[tuple[str, str]], list[tuple[str, str]]]:
    read = read_header(header.split(","), ENROLLMENTS, delta=False)
    names = [one.header if isinstance(one, Field) else one for one in read.fields]
    return names, list(read.findings), list(read.refusals)


def test_a_right_header_says_nothing() -> None:
    assert told(GOOD) == (GOOD.split(","), [], [])


@pytest.mark.parametrize(
    ("header", "findings"),
    [
        (GOOD.replace("status", "STATUS"), [("STATUS", "header_normalised")]),
        (GOOD.replace("userSourcedId", " userSourcedId "), [("userSourcedId", "header_normalised")]),
        (GOOD.replace("userSourcedId", "userSourcdId"), [("userSourcdId", "header_misspelt")]),
        (GOOD.replace("beginDate,endDate", "endDate,beginDate"), [("", "header_order")]),
        (GOOD.replace(",primary", ""), [("primary", "column_absent")]),
        (GOOD + ",,", []),
    ],
)
def test_what_has_one_reading_is_taken_with_a_warning(header: str, findings: list[tuple[str, str]]) -> None:
    names, found, refusals = told(header)
    assert (set(names) - set(GOOD.split(",")), found, refusals) == (set(), findings, [])


def test_an_unknown_column_is_ignored_and_an_extension_kept() -> None:
    names, found, _ = told(GOOD + ",shoeSize,metadata.house")
    assert names[-2:] == [None, "house"]
    assert found == [("shoeSize", "column_unknown")]


@pytest.mark.parametrize(
    ("header", "refusals"),
    [
        (GOOD.replace(",role", ""), [("role", "column_missing")]),
        (GOOD + ",role", [("role", "column_duplicate")]),
        (",,", [("", "header_missing")]),
        (",".join(["x"] * 600), [("", "column_excess")]),
    ],
)
def test_a_header_without_what_is_needed_is_refused(header: str, refusals: list[tuple[str, str]]) -> None:
    assert told(header)[2] == refusals


def test_a_row_in_the_place_of_the_header_is_not_repeated_in_the_report() -> None:
    _, findings, refusals = told("e-1,active,,cls-1,sch-1,Ann Lee,student,true,,")
    assert findings == []
    assert {code for _, code in refusals} == {"column_missing"}


def test_a_delta_needs_status_and_time() -> None:
    header = read_header(GOOD.replace("status,dateLastModified,", "").split(","), ENROLLMENTS, delta=True)
    assert header.refusals == (("status", "column_missing"), ("dateLastModified", "column_missing"))


def test_a_misspelt_column_beside_the_right_one_is_ignored() -> None:
    read = read_header(["sourcedId", "gradez", "grades"], USERS, delta=False)
    assert [one.header if isinstance(one, Field) else one for one in read.fields] == ["sourcedId", None, "grades"]


@pytest.mark.parametrize(
    ("one", "other", "is_so"),
    [
        ("abcd", "abcd", False),
        ("abcd", "abd", True),
        ("abcd", "abxd", True),
        ("abcd", "acbd", True),
        ("abcd", "abcde", True),
        ("abcd", "badc", False),
        ("abcd", "ab", False),
    ],
)
def test_one_edit(one: str, other: str, *, is_so: bool) -> None:
    assert is_one_edit(one, other) is is_so
    assert is_one_edit(other, one) is is_so
