"""Source systems and what is held of them, for those who answer for the district's data: sections of the district."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    SQLColumnExpression,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.orm import aliased

from kit.graph import EMPTY_LIST, Binds, Rows, Section
from services.learner_profile import access
from services.learner_profile.evidence.models import Evidence
from services.learner_profile.gradebook.models import AssessmentResult, Result
from services.learner_profile.profile.models import Assessment, ProfileEntry
from services.learner_profile.roster.models import SourceSystem

_PEOPLE = "people"
"""Stands for everybody who told something in person; who that was is no part of a catalogue."""


def is_stale(system: type[SourceSystem]) -> ColumnElement[bool]:
    """Something is expected of a live source, and nothing good has come for longer than that, or never."""
    return and_(
        system.state == "live",
        system.expected_every.is_not(None),
        or_(system.last_good_run_at.is_(None), system.last_good_run_at + system.expected_every < func.trellis_now()),
    )


def _sources(_: Any, __: Binds) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    system = aliased(SourceSystem)
    node = func.json_build_object(
        "name", system.name,
        "source", system.source,
        "owner", system.owner,
        "state", func.upper(system.state),
        "lastGoodRunAt", system.last_good_run_at,
        "isStale", is_stale(system),
        type_=JSON,
    )  # fmt: skip
    own = system.district_id == func.trellis_district()
    return _shown(select(node.label("node")).where(own).order_by(system.source))


def _catalog(_: Any, __: Binds) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    held = union_all(_entries(), _pieces(), *(_results(*one) for one in _RESULTS)).subquery()
    node = func.json_build_object(
        "family", held.c.family,
        "kind", held.c.kind,
        "type", held.c.type,
        "source", held.c.source,
        "records", held.c.records,
        type_=JSON,
    )  # fmt: skip
    return _shown(select(node.label("node")).order_by(held.c.family, held.c.kind, held.c.type, held.c.source))


def _entries() -> Rows:
    """Of assessment results with the type of their assessment: formative, interim, high stakes or growth."""
    entry, scored = aliased(ProfileEntry), aliased(Assessment)
    definition = and_(
        entry.kind == "ASSESSMENT_RESULT",
        scored.district_id == entry.district_id,
        scored.identifier == entry.content["assessment"].astext,
    )
    counted = _counted("PROFILE", entry.kind, scored.type, _teller(entry.source)).select_from(entry)
    own = entry.district_id == func.trellis_district(), entry.revision == 1
    return counted.outerjoin(scored, definition).where(*own)


def _pieces() -> Rows:
    piece = aliased(Evidence)
    own = piece.district_id == func.trellis_district(), piece.revision == 1
    return _counted("EVIDENCE", piece.kind, None, _teller(piece.source)).where(*own)


_RESULTS = (("RESULT", Result), ("ASSESSMENT_RESULT", AssessmentResult))


def _results(kind: str, book: Any) -> Rows:  # noqa: ANN401 - a table
    table = aliased(book)
    own = table.district_id == func.trellis_district(), table.status == "active"
    return _counted("GRADEBOOK", literal(kind), None, table.source).where(*own)


def _counted(family: str, kind: Any, type_: Any, source: Any) -> Rows:  # noqa: ANN401 - columns
    columns = kind.label("kind"), (cast(null(), Text) if type_ is None else type_).label("type"), source.label("source")
    return select(literal(family).label("family"), *columns, func.count().label("records")).group_by(
        "kind", "type", "source"
    )


def _teller(source: SQLColumnExpression[str]) -> SQLColumnExpression[str]:
    return case((source.like("person:%"), _PEOPLE), else_=source)


def _shown(rows: Rows) -> SQLColumnExpression[Any]:
    """Null to everybody but those who answer for the district's data."""
    listed = rows.subquery()
    every = select(func.coalesce(func.json_agg(listed.c.node), EMPTY_LIST)).scalar_subquery()
    return case((access.holds_role("data_steward", "district_leader"), every))


DISTRICT_SECTIONS = {"sources": Section(_sources), "dataCatalog": Section(_catalog)}
