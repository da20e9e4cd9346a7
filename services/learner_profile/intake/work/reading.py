"""Reads the files of an archive: checked in a thread, block by block, while the blocks before go to the database."""

import asyncio
import io
from collections.abc import AsyncIterator, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import IO

from services.learner_profile.intake.domain.headers import read_header
from services.learner_profile.intake.domain.layout import Field, Layout
from services.learner_profile.intake.work.checks import METADATA_COLUMN, MODIFIED, Checked, Checks
from services.learner_profile.intake.work.frames import frame_of, has_edges
from services.learner_profile.intake.work.records import Block, FileRefused, Records
from services.learner_profile.intake.work.report import Report

_PEEK_BYTES = 256 * 1024
_BLOCKS_AHEAD = 3


@dataclass
class Reader:
    """One file, opened and with its header read."""

    records: Records
    checks: Checks
    malformed: int = 0
    apart: list[Records] = field(default_factory=list)
    """Blocks that had to be looked at again; other threads are at work on `records` meanwhile."""

    @property
    def refused(self) -> int:
        """Records that no check ever saw."""
        return self.malformed + sum(one.refused for one in (self.records, *self.apart))

    @property
    def refused_ids(self) -> list[str]:
        return [id_ for one in (self.records, *self.apart) for id_ in one.refused_ids]

    @property
    def columns(self) -> tuple[str, ...]:
        """The table's columns that the file tells."""
        fields = self.checks.header.fields
        told = tuple(one.column for one in fields if isinstance(one, Field) and one.column is not None)
        return (*told, METADATA_COLUMN) if any(isinstance(one, str) for one in fields) else told

    @property
    def tells_roles(self) -> bool:
        return {"role", "orgSourcedIds"} <= self.checks.header.present

    def blocks(self) -> Generator[Checked]:
        """The file's blocks, each checked while the next one is unpacked."""
        names = self.checks.names()
        places = [f"c{place}" for place in range(len(names))]
        for block in _one_ahead(self.records.blocks(len(names), self.checks.header.trailing)):
            frame, malformed = frame_of(block, places, self._sifted)
            if malformed:
                self.malformed += len(malformed)
                self.checks.report.note(self.records.file, "", "quote_malformed", malformed)
            renamed = frame.rename(dict(zip(places, names, strict=True)))
            yield self.checks.check(renamed, trim=has_edges(block.content))

    def _sifted(self, block: Block) -> Block:
        mine = self.records
        again = Records(io.BytesIO(), mine.file, mine.report, mine.width, mine.trailing, id_place=mine.id_place)
        self.apart.append(again)
        return again.sifted(block)


def _one_ahead(blocks: Iterator[Block]) -> Iterator[Block]:
    with ThreadPoolExecutor(1, thread_name_prefix="roster-unpacks") as thread:
        making = thread.submit(next, blocks, None)
        while (block := making.result()) is not None:
            making = thread.submit(next, blocks, None)
            yield block


def open_file(stream: IO[bytes], layout: Layout, report: Report, *, delta: bool) -> Reader:
    """Read the header of a file; raises `FileRefused` after noting why."""
    records = Records(stream, layout.file, report)
    header = read_header(records.header(), layout, delta=delta)
    for column, code in header.findings:
        report.note(layout.file, column, code, [1])
    for column, code in header.refusals:
        report.note(layout.file, column, code, [1])
    if header.refusals:
        raise FileRefused("")
    place = next(
        place for place, one in enumerate(header.fields) if isinstance(one, Field) and one.header == "sourcedId"
    )
    records.id_place = place
    return Reader(records, Checks(layout, header, report, delta))


@asynccontextmanager
async def ahead(blocks: Generator[Checked]) -> AsyncIterator[AsyncIterator[Checked]]:
    """The blocks, made in a thread of their own, a few of them before they are asked for."""
    made: asyncio.Queue[Checked | Exception | None] = asyncio.Queue(_BLOCKS_AHEAD)
    thread = ThreadPoolExecutor(1, thread_name_prefix="roster")
    making = asyncio.create_task(_make(blocks, thread, made))
    try:
        yield _taken(made)
    finally:
        making.cancel()
        await asyncio.gather(making, return_exceptions=True)
        # The threads may be reading from a stream that whoever leaves is about to close.
        await asyncio.to_thread(thread.shutdown)
        await asyncio.to_thread(blocks.close)


async def _make(
    blocks: Generator[Checked], thread: ThreadPoolExecutor, made: "asyncio.Queue[Checked | Exception | None]"
) -> None:
    loop = asyncio.get_running_loop()
    try:
        while (block := await loop.run_in_executor(thread, next, blocks, None)) is not None:
            await made.put(block)
    except Exception as failed:  # noqa: BLE001 - whoever takes the blocks raises it
        await made.put(failed)
    else:
        await made.put(None)


async def _taken(made: "asyncio.Queue[Checked | Exception | None]") -> AsyncIterator[Checked]:
    while (block := await made.get()) is not None:
        if isinstance(block, Exception):
            raise block
        yield block


def count_rows(stream: IO[bytes], file: str, report: Report) -> int:
    """The rows of a file that is not kept."""
    records = Records(stream, file, Report())
    try:
        width = len(records.header())
        rows = sum(len(block.rows) for block in records.blocks(width)) if width else 0
    except FileRefused:
        rows = 0
    report.note(file, "", "file_not_kept")
    return rows + records.refused


def looks_like_delta(stream: IO[bytes], layout: Layout) -> bool:
    """Whether each of the first rows has a time of modification, as only a delta must have; or one of them removes."""
    content = stream.read(_PEEK_BYTES)
    head = io.BytesIO(content[: content.rfind(b"\n") + 1] or content)
    try:
        first = next(open_file(head, layout, Report(), delta=False).blocks(), None)
    except FileRefused:
        return False
    if first is None:
        return False
    return bool(first.removals.height) or (bool(first.live.height) and not first.live[MODIFIED].null_count())
