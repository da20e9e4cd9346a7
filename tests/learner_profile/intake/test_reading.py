"""Dirty files, read without a database."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.learner_profile.intake.domain.files import USERS
from services.learner_profile.intake.work import records
from services.learner_profile.intake.work.checks import Checked
from services.learner_profile.intake.work.reading import Reader, open_file
from services.learner_profile.intake.work.records import FileRefused
from services.learner_profile.intake.work.report import Report

HEADER = "sourcedId,status,dateLastModified,enabledUser,username,givenName,familyName,grades"
GOOD = "s-1,,,true,one,Ann,Lee,06"


def read(text: str | bytes, *, delta: bool = False) -> tuple[list[Checked], Report, Reader]:
    content = text if isinstance(text, bytes) else text.encode()
    report = Report()
    reader = open_file(io.BytesIO(content), USERS, report, delta=delta)
    return list(reader.blocks()), report, reader


def rows_of(lines: str | bytes) -> tuple[list[tuple[int, str | None, str | None]], list[tuple[int, str, str]]]:
    """(row, given name, family name) of the rows that are kept, and (row, column, code) of what was said about rows."""
    content = lines if isinstance(lines, bytes) else lines.encode()
    blocks, report, _ = read(HEADER.encode() + b"\n" + content)
    kept = [row for one in blocks for row in one.live.select("row", "given_name", "family_name").iter_rows()]
    said = [(one.row, one.column, one.code) for one in report.findings() if one.row > 1]
    return kept, said


@pytest.mark.parametrize(
    ("lines", "kept", "said"),
    [
        (GOOD, [(2, "Ann", "Lee")], []),
        (GOOD + "\r\n" + GOOD.replace("s-1", "s-2") + "\r\n", [(2, "Ann", "Lee"), (3, "Ann", "Lee")], []),
        ("\n" + GOOD, [(3, "Ann", "Lee")], []),
        (GOOD.replace("Ann", '"An\nn"') + "\n" + GOOD, [(2, "An\nn", "Lee"), (3, "Ann", "Lee")], []),
        (GOOD.replace("Ann", '"A""n""n"'), [(2, 'A"n"n', "Lee")], []),
        (GOOD.replace("Ann", 'A"nn'), [(2, 'A"nn', "Lee")], []),
        (GOOD.replace("Ann", '"Ann') + "\n" + GOOD, [(3, "Ann", "Lee")], [(2, "", "quote_unclosed")]),
        (GOOD.replace("Ann", '"An"n"') + "\n" + GOOD, [(3, "Ann", "Lee")], [(2, "", "quote_malformed")]),
        (GOOD.replace("Ann", '"An"n') + "\n" + GOOD, [(3, "Ann", "Lee")], [(2, "", "quote_malformed")]),
        (GOOD + ",,", [(2, "Ann", "Lee")], [(2, "", "trailing_comma")]),
        (GOOD + "\n\n" + GOOD + "," * 7, [(2, "Ann", "Lee"), (4, "Ann", "Lee")], [(4, "", "trailing_comma")]),
        (
            GOOD.removesuffix(",06") + "\n" + GOOD + ",",
            [(2, "Ann", "Lee"), (3, "Ann", "Lee")],
            [(2, "", "row_short"), (3, "", "trailing_comma")],
        ),
        (GOOD.replace("Lee", "Lee, Jr."), [], [(2, "", "row_too_long")]),
        (GOOD.replace(",06", ""), [(2, "Ann", "Lee")], [(2, "", "row_short")]),
        (GOOD.replace("Ann", " Ann\u00a0"), [(2, "Ann", "Lee")], [(2, "givenName", "whitespace_trimmed")]),
        (GOOD.replace("Ann", "  "), [], [(2, "givenName", "value_missing"), (2, "givenName", "whitespace_trimmed")]),
        (GOOD.replace("Ann", "A\0n"), [], [(2, "", "nul_character")]),
        (GOOD.replace("true", "TRUE"), [(2, "Ann", "Lee")], [(2, "enabledUser", "boolean_normalised")]),
        (GOOD.replace("06", "K"), [(2, "Ann", "Lee")], [(2, "grades", "grade_normalised")]),
        (GOOD.replace("s-1", "s" * 256), [], [(2, "sourcedId", "value_too_long")]),
        (GOOD.replace("s-1", ""), [], [(2, "sourcedId", "value_missing")]),
        (GOOD.replace("s-1,", "s-1,gone"), [], [(2, "status", "vocabulary_unknown")]),
    ],
)
def test_a_row_is_read_or_refused_by_itself(lines: str, kept: list[object], said: list[object]) -> None:
    assert rows_of(lines) == (kept, said)


def test_bytes_that_are_not_utf8_refuse_their_row_alone() -> None:
    kept, said = rows_of(GOOD.replace("Ann", "Zoë").encode() + b"\n" + GOOD.encode().replace(b"Ann", b"Zo\xeb"))
    assert kept == [(2, "Zoë", "Lee")]
    assert said == [(3, "", "encoding_invalid")]


def test_old_line_ends_and_a_byte_order_mark_are_taken() -> None:
    blocks, report, _ = read(b"\xef\xbb\xbf" + f"{HEADER}\r{GOOD}\r".encode())
    assert [one.live.height for one in blocks] == [1]
    assert [one.code for one in report.findings()][:1] == ["line_ends"]


def test_utf16_is_refused_as_a_file() -> None:
    with pytest.raises(FileRefused, match="file_encoding"):
        read(f"{HEADER}\n{GOOD}".encode("utf-16"))


def test_a_line_without_an_end_is_refused_before_it_fills_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "BLOCK_BYTES", 1024)
    monkeypatch.setattr(records, "_LONGEST_LINE", 4096)
    with pytest.raises(FileRefused, match="line_too_long"):
        read(f"{HEADER}\n{GOOD}\n" + "x" * 100_000)


@pytest.mark.parametrize("size", [16, 97, 300])
def test_where_a_block_ends_does_not_matter(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [GOOD.replace("s-1", f"s-{number}") for number in range(40)]
    lines[7] = lines[7].replace("Ann", '"A\nn\nn"')
    lines[9] = lines[9].replace("Ann", '"Ann')
    lines[11] = lines[11].replace("Ann", 'A"nn')
    whole = rows_of("\n".join(lines))
    monkeypatch.setattr(records, "BLOCK_BYTES", size)
    assert rows_of("\n".join(lines)) == whole
    assert len(whole[0]) == 39


cells = st.text(alphabet=st.sampled_from('ab,"\n\r \0\u00e9\u00a0\t;{}1/-=\\'), max_size=6)
values_ = st.sampled_from(["", "true", "TRUE", "active", "tobedeleted", "2026-01-05T00:00:00Z", "06", "K"]) | cells


@settings(max_examples=150, deadline=None)
@given(
    table=st.lists(st.lists(values_, min_size=1, max_size=10), max_size=25),
    quoted=st.booleans(),
    delta=st.booleans(),
    size=st.integers(min_value=8, max_value=400),
)
def test_whatever_the_file_holds_every_record_is_counted_once(
    *, table: list[list[str]], quoted: bool, delta: bool, size: int
) -> None:
    before, records.BLOCK_BYTES = records.BLOCK_BYTES, size
    try:
        blocks, report, reader = read(f"{HEADER}\n{written(table, quoted=quoted)}", delta=delta)
    finally:
        records.BLOCK_BYTES = before
    taken = [row for one in blocks for part in (one.live, one.removals) for row in part["row"]]
    refused = sum(one.refused for one in blocks) + reader.records.refused
    assert len(taken) == len(set(taken))
    assert len(taken) + refused <= reader.records.row - 1
    assert max((*taken, *(one.row for one in report.findings())), default=1) <= reader.records.row
    assert report.refused >= refused


def written(table: list[list[str]], *, quoted: bool) -> str:
    """The cells as CSV, or as somebody writes them who does not know of quoting."""
    if not quoted:
        return "".join(",".join(cells_) + "\n" for cells_ in table)
    text = io.StringIO()
    csv.writer(text).writerows(table)
    return text.getvalue()


def test_lists_become_arrays_whatever_they_hold() -> None:
    header = HEADER.replace("grades", "userIds,agentSourcedIds")
    lists = [
        ('"{Fed:1},{SIS:2}","a,b"', '{"{Fed:1}","{SIS:2}"}', '{"a","b"}'),
        ('{Fed:1},"a, b"', '{"{Fed:1}"}', '{"a","b"}'),
        ('{Fed:1},"{""a""}"', '{"{Fed:1}"}', '{"{\\"a\\"}"}'),
        ("{Fed:1},a", '{"{Fed:1}"}', '{"a"}'),
        (",", "{}", "{}"),
    ]
    lines = [f"s-{number},,,true,one,Ann,Lee,{told}" for number, (told, _, _) in enumerate(lists)]
    blocks, _, _ = read("\n".join([header, *lines, ""]))
    assert list(blocks[0].live.select("user_ids", "agent_sourced_ids").iter_rows()) == [one[1:] for one in lists]
