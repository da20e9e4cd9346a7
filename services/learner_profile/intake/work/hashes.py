"""What is stored of a source, as hashes of rows, asked for on a connection of its own while the files are read.

The database needs as long to tell them as the files take to be read, so that neither should wait for the other. They say what
the rows were when the run began: a row that somebody pushes meanwhile has no hash from then on, and the next run compares it.
"""

import asyncio
import io
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

import asyncpg
import polars as pl
from sqlalchemy.ext.asyncio import AsyncSession

from services.learner_profile.intake.domain.layout import Layout
from services.learner_profile.intake.work.checks import HASH
from services.learner_profile.intake.work.staging import raw_connection

Hashes = asyncio.Future[pl.Series]


@dataclass(frozen=True)
class StoredHashes:
    """The answers, in the order of the files; a failure to ask is raised to whoever waits for one."""

    answers: dict[str, Hashes]

    async def of(self, layout: Layout) -> pl.Series:
        """The hashes of the active rows, sorted; 0 stands for a row whose hash is not known."""
        return await self.answers[layout.file]


@asynccontextmanager
async def asked_ahead(
    transaction: Callable[[], AbstractAsyncContextManager[AsyncSession]],
    district_id: UUID,
    source: str,
    layouts: Iterable[Layout],
) -> AsyncIterator[StoredHashes]:
    """Ask for the hashes of these files, one after the other."""
    loop = asyncio.get_running_loop()
    wanted = list(layouts)
    hashes = StoredHashes({layout.file: loop.create_future() for layout in wanted})
    asking = asyncio.create_task(_ask(transaction, district_id, source, wanted, hashes))
    try:
        yield hashes
    finally:
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)


async def _ask(
    transaction: Callable[[], AbstractAsyncContextManager[AsyncSession]],
    district_id: UUID,
    source: str,
    layouts: list[Layout],
    hashes: StoredHashes,
) -> None:
    try:
        async with transaction() as session:
            connection = await raw_connection(session)
            for layout in layouts:
                hashes.answers[layout.file].set_result(await _stored(connection, district_id, source, layout))
    except Exception as failed:  # noqa: BLE001 - whoever waits for an answer raises it
        for answer in hashes.answers.values():
            if not answer.done():
                answer.set_exception(failed)
                answer.exception()  # an answer that nobody waits for any more is no mishap


async def _stored(
    connection: "asyncpg.Connection[asyncpg.Record]", district_id: UUID, source: str, layout: Layout
) -> pl.Series:
    written = io.BytesIO()
    query = f"""select coalesce(row_hash, 0) from "{layout.table}"
                 where district_id = $1 and source = $2 and status = 'active'"""
    await connection.copy_from_query(query, district_id, source, output=written, format="csv")
    if not written.getbuffer().nbytes:
        return pl.Series(HASH, [], dtype=pl.Int64)
    return await asyncio.to_thread(_sorted, written.getvalue())


def _sorted(written: bytes) -> pl.Series:
    return pl.read_csv(written, has_header=False, schema={HASH: pl.Int64})[HASH].sort()
