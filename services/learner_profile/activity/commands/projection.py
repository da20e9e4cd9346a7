"""Observations become evidence: a set at a time, with what arrives, is mapped, or was waited for."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.learner_profile.activity.queries.pieces import MAPPED, MARK, TOLD, WAITING, count, pieces
from services.learner_profile.evidence.commands import MANY, Way, enter_ledger, record_all
from services.learner_profile.gradebook import commands as gradebook

_LACKS: Final = ("learner", "competency")


async def project_told(session: AsyncSession, source: str, event_ids: Sequence[str]) -> int:
    """Turn what these events show into evidence; returns how many rows the ledger gained."""
    await enter_ledger(session, alone=False)
    way = Way(many=len(event_ids) > MANY)
    return await record_all(session, pieces(TOLD), way, also=MARK, source=source, event_ids=list(event_ids))


async def attach_waiting(session: AsyncSession, *, lacks: Sequence[str] = _LACKS) -> int:
    """Turn waiting scores of the gradebook and waiting observations into evidence; returns what the ledger gained.

    Roster intake, roster push and framework import call it at the end of their transaction.
    """
    scores = await gradebook.attach_waiting(session, lacks=lacks)
    return scores + await _project_alone(session, WAITING, lacks=list(lacks))


async def project_mapped(session: AsyncSession, kind: str, spans: Sequence[tuple[str, str, str]]) -> int:
    """Bring evidence up to date with a mapping that changed; `spans` are (source, match, value), as they were and are."""
    sources, matches, values = (list(part) for part in zip(*spans, strict=True))
    return await _project_alone(session, MAPPED, kind=kind, sources=sources, matches=matches, values=values)


async def _project_alone(session: AsyncSession, concerned: str, **scope: object) -> int:
    await enter_ledger(session, alone=True)
    found = await session.scalar(text(count(concerned)), scope)
    if not found:
        return 0
    way = Way(alone=True, many=found > MANY)
    return await record_all(session, pieces(concerned), way, also=MARK, **scope)
