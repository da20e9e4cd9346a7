"""Results become evidence: a set at a time, in the transaction that changed the gradebook or brought what a result waited for."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.learner_profile.evidence.commands import MANY, Way, enter_ledger, record_all
from services.learner_profile.gradebook.queries.pieces import (
    BOOKS,
    Book,
    Cause,
    changed_count,
    changed_pieces,
    mark,
    waiting_count,
    waiting_pieces,
)

EVERY_CAUSE: Final[tuple[Cause, ...]] = ("result", "item", "scale")
_LACKS: Final = ("learner", "competency")


async def project_results(
    session: AsyncSession,
    source: str,
    *,
    causes: tuple[Cause, ...] = EVERY_CAUSE,
    books: Sequence[Book] = BOOKS,
    noted: bool = False,
) -> int:
    """Turn what this transaction wrote to a source's gradebook into evidence; returns how many rows the ledger gained.

    The rows are known by `changed_at = trellis_now()`. It is called once, after the last of them was written. `causes` and
    `books` narrow the search to what the transaction can have changed; `noted` as in `changed_pieces`.
    """
    alone = causes != ("result",)
    await enter_ledger(session, alone=alone)
    added = 0
    for book in books:
        concerned = await session.scalar(text(changed_count(book, causes)), {"source": source})
        if concerned:
            way = Way(alone=alone, many=concerned > MANY)
            added += await record_all(
                session, changed_pieces(book, causes, noted=noted), way, also=mark(book), source=source
            )
    return added


async def attach_waiting(session: AsyncSession, *, lacks: Sequence[str] = _LACKS) -> int:
    """Turn waiting scores into evidence after learners or competencies arrived; returns how many rows the ledger gained.

    Roster intake, roster push and framework import call it at the end of their transaction. It costs nothing while nothing waits.
    """
    await enter_ledger(session, alone=True)
    added, scope = 0, {"lacks": list(lacks)}
    for book in BOOKS:
        waiting = await session.scalar(text(waiting_count(book)), scope)
        if waiting:
            way = Way(alone=True, many=waiting > MANY)
            added += await record_all(session, waiting_pieces(book), way, also=mark(book), **scope)
    return added
