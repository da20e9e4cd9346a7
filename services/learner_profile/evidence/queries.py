"""What the ledger says, now or as it was known at an instant."""

from typing import Any
from uuid import UUID

from sqlalchemy import SQLColumnExpression, Text, Uuid, and_, cast, exists, func, select, tuple_
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from kit.graph import Binds, Page, Rows, Section, connection
from services.learner_profile.competency.models import Competency
from services.learner_profile.competency.queries import competency_reference
from services.learner_profile.evidence.models import Evidence

EvidenceTable = type[Evidence]


def stands(piece: EvidenceTable, as_of: Any = None) -> SQLColumnExpression[bool]:  # noqa: ANN401 - an instant as an SQL expression
    """Whether this revision is the one that counts: the highest known and not withdrawn, at `as_of` or now.

    As of an instant a piece counts if it had happened and was recorded by then. That a later revision is not the first is
    said as well, because the index of corrections takes just that.
    """
    later = aliased(Evidence)
    superseded = and_(
        later.district_id == piece.district_id,
        later.source == piece.source,
        later.source_event_id == piece.source_event_id,
        later.revision > piece.revision,
        later.revision > 1,
    )
    if as_of is None:
        return and_(piece.state == "active", ~exists().where(superseded))
    return and_(
        piece.state == "active",
        piece.occurred_at <= as_of,
        piece.recorded_at <= as_of,
        ~exists().where(superseded, later.recorded_at <= as_of),
    )


def evidence_document(piece: Any, competency: Any) -> SQLColumnExpression[Any]:  # noqa: ANN401 - tables
    """A piece of evidence in the graph's shape."""
    return func.json_build_object(
        "id", piece.id,
        "sourceEventId", piece.source_event_id,
        "occurredAt", piece.occurred_at,
        "recordedAt", piece.recorded_at,
        "score", piece.score,
        "kind", piece.kind,
        "title", piece.title,
        "competency", competency_reference(competency),
        type_=JSON,
    )  # fmt: skip


def _evidence(person: Any, binds: Binds) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    """The learner's evidence, latest first."""
    piece, last, competency = aliased(Evidence), aliased(Evidence), aliased(Competency)
    place = (
        select(last.occurred_at, last.id)
        .where(last.district_id == person.district_id, last.learner_id == person.id, last.id == binds("after", Uuid))
        .correlate(person)
    )
    rows: Rows = (
        select(piece.id.label("cursor"), evidence_document(piece, competency).label("node"))
        .join(competency, and_(competency.district_id == piece.district_id, competency.id == piece.competency_id))
        .where(piece.district_id == person.district_id, piece.learner_id == person.id, stands(piece))
    )
    if "after" in binds.given:
        rows = rows.where(tuple_(piece.occurred_at, piece.id) < place.scalar_subquery())
    return connection(rows, (piece.occurred_at.desc(), piece.id.desc()), binds, person)


SECTIONS: dict[str, Section] = {"evidence": Section(_evidence, Page)}
"""Sections of the noun `learners`."""


async def one(session: AsyncSession, evidence_id: UUID) -> bytes:
    """One piece in the graph's shape, as the running transaction has it."""
    document = cast(evidence_document(Evidence, Competency), Text)
    found = (
        select(document)
        .join(Competency, and_(Competency.district_id == Evidence.district_id, Competency.id == Evidence.competency_id))
        .where(Evidence.district_id == func.trellis_district(), Evidence.id == evidence_id)
    )
    return str((await session.execute(found)).scalar_one()).encode()
