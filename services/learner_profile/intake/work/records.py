"""Cuts a CSV file into blocks of whole records and sets aside the records that no reader should see.

A block leaves here as bytes in which every record has exactly the header's number of fields, so that a column reader takes
it at full speed. A block without quotes, NUL or blank lines, in valid UTF-8 and with the right number of commas is passed on
untouched; in any other one the lines are looked at one by one.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from services.learner_profile.intake.work.report import Report

BLOCK_BYTES = 4 * 1024**2
_LONGEST_LINE = 1024**2
_MOST_LINES_IN_A_RECORD = 400
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class FileRefused(Exception):  # noqa: N818 - a verdict about the input
    """Nothing more of the file can be read; `code` is one of `problems`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Block:
    """Whole records as bytes; `rows` are their numbers in the file, where the header is 1."""

    content: bytes
    rows: range | list[int]


@dataclass
class Records:
    """The records of one file. Read `header()` first, then `blocks()`."""

    stream: IO[bytes]
    file: str
    report: Report
    width: int = 0
    trailing: int = 0
    row: int = 1
    """The number of the last record read."""
    refused: int = 0
    refused_ids: list[str] = field(default_factory=list)
    id_place: int = 0
    """The place of the sourcedId in the header."""
    _rest: bytes = b""
    _replace_returns: bool = False
    _ended: bool = False
    _unfinished: bytes = b""
    _carried: bytes = b""

    def header(self) -> list[str]:
        """The names in the first record; raises `FileRefused`."""
        raw = self._lines()
        if raw.startswith(_UTF16):
            raise FileRefused("file_encoding")
        raw = raw.removeprefix(codecs.BOM_UTF8).lstrip(b"\r\n")
        first, _, self._rest = raw.partition(b"\n")
        try:
            return next(csv.reader([first.decode().rstrip("\r")], strict=True), [])
        except (UnicodeDecodeError, csv.Error) as unreadable:
            raise FileRefused("header_missing") from unreadable

    def blocks(self, width: int, trailing: int = 0) -> Iterator[Block]:
        """The records as blocks of `width` fields; `trailing` more, unnamed ones are cut off."""
        self.width, self.trailing = width, trailing
        while content := self._rest or self._lines():
            self._rest = b""
            block = self._whole(content) or self._sifted(self._unfinished + content)
            if block.rows:
                yield block
        if self._unfinished:
            block = self._sifted(self._unfinished, at_end=True)
            if block.rows:
                yield block

    def sifted(self, block: Block) -> Block:
        """What of a block can be used after all, where one record lacks as many commas as another has too many."""
        self.row = block.rows[0] - 1
        return self._sifted(block.content, at_end=True)

    def _lines(self) -> bytes:
        """The next bytes up to the end of a line."""
        parts: list[bytes] = [self._carried] if self._carried else []
        self._carried = b""
        while not self._ended:
            chunk = self.stream.read(BLOCK_BYTES)
            self._ended = not chunk
            chunk = self._with_newlines(chunk)
            cut = chunk.rfind(b"\n") + 1
            if cut:
                self._carried = chunk[cut:]
                return b"".join((*parts, chunk[:cut]))
            parts.append(chunk)
            if sum(map(len, parts)) > _LONGEST_LINE + BLOCK_BYTES:
                raise FileRefused("line_too_long")
        last = b"".join(parts)
        return last + b"\n" if last else b""

    def _with_newlines(self, chunk: bytes) -> bytes:
        """Files of old Macs end their lines in a carriage return alone."""
        if self.row == 1 and not self._replace_returns and b"\n" not in chunk and b"\r" in chunk:
            self._replace_returns = True
            self.report.note(self.file, "", "line_ends")
        return chunk.replace(b"\r", b"\n") if self._replace_returns else chunk

    def _whole(self, content: bytes) -> Block | None:
        """The content as it is, where nothing in it needs a closer look."""
        lines = content.count(b"\n")
        if (
            self._unfinished
            or self.trailing
            or b"\0" in content
            or not _is_regular(content, lines, self.width - 1)
            or (self.width == 1 and _has_blank_lines(content))
            or not is_utf8(content)
        ):
            return None
        first = self.row + 1
        self.row += lines
        return Block(content, range(first, first + lines))

    def _sifted(self, content: bytes, *, at_end: bool = False) -> Block:
        """The records of the content that can be used, each brought to the header's width."""
        self._unfinished = b""
        lines = content.split(b"\n")[:-1]
        kept: list[bytes] = []
        rows: list[int] = []
        at = 0
        while at < len(lines):
            used, record = self._record(lines, at, at_end=at_end or (self._ended and not self._carried))
            if not used:
                self._unfinished = b"\n".join(lines[at:]) + b"\n"
                break
            at += used
            usable = record and self._fitted(record)
            self.row += 1
            if usable:
                kept.append(usable)
                rows.append(self.row)
        return Block(b"\n".join(kept) + b"\n" if kept else b"", rows)

    def _record(self, lines: list[bytes], at: int, *, at_end: bool) -> tuple[int, bytes | None]:
        """How many lines the record at `at` takes, and its bytes; None where it is refused or blank, 0 lines where it goes on."""
        line = lines[at].removesuffix(b"\r")
        if code := _fault(line):
            self._refuse(code, line)
        if code or not line:
            return 1, None
        if line.count(b'"') % 2 == 0:
            return 1, line
        return self._quoted(lines[at : at + _MOST_LINES_IN_A_RECORD], at_end=at_end)

    def _quoted(self, lines: list[bytes], *, at_end: bool) -> tuple[int, bytes | None]:
        """A record with a quotation mark that its first line does not close."""
        reader = csv.reader((line.decode(errors="replace") + "\n" for line in lines), strict=True)
        try:
            fields = next(reader)
        except csv.Error as malformed:
            goes_on = "end of data" in str(malformed)
            if goes_on and not at_end and len(lines) < _MOST_LINES_IN_A_RECORD:
                return 0, None
            self._refuse("quote_unclosed" if goes_on else "quote_malformed", lines[0])
            return 1, None
        used = lines[: reader.line_num]
        fault = next((code for code in map(_fault, used) if code), None)
        if fault is not None:
            self._refuse(fault, used[0])
        return len(used), None if fault else requoted(fields)

    def _fitted(self, record: bytes) -> bytes | None:
        """The record with exactly the header's number of fields."""
        more = commas(record) + 1 - self.width
        if more < 0:
            self.report.note(self.file, "", "row_short", [self.row + 1])
            return record + b"," * -more
        # A blank after a comma betrays a comma that stands unquoted in a text and moved every field after it.
        if more and (not record.endswith(b"," * more) or (more != self.trailing and b", " in record)):
            self._refuse("row_too_long", record)
            return None
        if more != self.trailing:
            self.report.note(self.file, "", "trailing_comma", [self.row + 1])
        return record[: len(record) - more]

    def _refuse(self, code: str, line: bytes) -> None:
        """Refuse the record after the last one, and keep what looks like its sourcedId: it is not absent from the file."""
        self.refused += 1
        self.report.note(self.file, "", code, [self.row + 1])
        cells = line.split(b",", self.id_place + 1)
        if len(cells) > self.id_place:
            self.refused_ids.append(cells[self.id_place].decode(errors="ignore").replace("\0", "").strip(' "'))

        if code == "encoding_invalid" and _looks_like_cp1252(line):
            self.report.note_once(self.file, "", "encoding_cp1252")


def _is_regular(content: bytes, lines: int, separators: int) -> bool:
    """Whether no quoted field spans lines, and the commas outside quotes are as many as the header asks for."""
    if b'"' not in content:
        return content.count(b",") == lines * separators
    outside = b"".join(content.split(b'"')[::2])
    return outside.count(b"\n") == lines and outside.count(b",") == lines * separators


def _has_blank_lines(content: bytes) -> bool:
    """Asked of a file with one column only: in any other a blank line lacks commas, and finding one is dear."""
    return content.startswith((b"\n", b"\r\n")) or b"\n\n" in content or b"\n\r\n" in content


def _fault(line: bytes) -> str | None:
    if b"\0" in line:
        return "nul_character"
    return None if is_utf8(line) else "encoding_invalid"


def _looks_like_cp1252(line: bytes) -> bool:
    try:
        text = line.decode("cp1252")
    except UnicodeDecodeError:
        return False
    return all(letter.isalpha() for letter in text if not letter.isascii())


def is_utf8(content: bytes) -> bool:
    if content.isascii():
        return True
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def commas(record: bytes) -> int:
    """The commas of a record that stand outside quotation marks."""
    return b"".join(record.split(b'"')[::2]).count(b",") if b'"' in record else record.count(b",")


def requoted(fields: list[str]) -> bytes:
    """The fields as one record that any reader understands."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerow(fields)
    return written.getvalue().removesuffix("\r\n").encode()
