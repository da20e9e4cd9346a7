"""Scores that came before something they need, for those who want to know what is missing."""

from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Text,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSON, aggregate_order_by

from kit.caller import VerifiedCaller
from kit.database import Database
from kit.graph import EMPTY_LIST, Rows
from kit.reads import HotRead
from services.learner_profile.gradebook.models import (
    AssessmentResult,
    AssessmentResultObjective,
    Result,
    ResultObjective,
)

_SOURCE: BindParameter[str] = bindparam("source", type_=Text())
_FIRST: BindParameter[int] = bindparam("first", type_=Integer())
_AFTER: BindParameter[str] = bindparam("after", type_=Text())


async def waiting(database: Database, caller: VerifiedCaller, *, first: int, after: str | None) -> bytes:
    """`{"waiting": [...], "counts": {"learner": 3}}` of the client's own scores; `after` is a `row` of the page before."""
    body = await _WAITING.fetch(database, caller, source=caller.source or "", first=first, after=after or "")
    return body or b"{}"


def _rows(result: Any, objective: Any, kind: str) -> Rows:  # noqa: ANN401 - tables
    own = and_(
        result.district_id == objective.district_id,
        result.source == objective.source,
        result.sourced_id == objective.result_sourced_id,
    )
    return (
        select(
            (literal_column(f"'{kind}:'") + objective.sourced_id).label("row"),
            objective.waiting_for,
            objective.result_sourced_id,
            objective.objective_id,
            result.item_sourced_id,
            result.student_sourced_id,
        )
        .join_from(objective, result, own, isouter=True)
        .where(
            objective.district_id == func.trellis_district(),
            objective.source == _SOURCE,
            objective.waiting_for.is_not(None),
        )
    )


def _statement() -> Rows:
    rows = union_all(
        _rows(Result, ResultObjective, "result"),
        _rows(AssessmentResult, AssessmentResultObjective, "assessment"),
    ).subquery("rows")
    page = (
        select(rows)
        .where(or_(_AFTER == "", tuple_(rows.c.row.collate("C")) > tuple_(_AFTER)))
        .order_by(rows.c.row.collate("C"))
        .limit(_FIRST)
        .subquery("page")
    )
    entry = func.json_build_object(
        "row", page.c.row,
        "waitingFor", page.c.waiting_for,
        "resultSourcedId", page.c.result_sourced_id,
        "itemSourcedId", page.c.item_sourced_id,
        "studentSourcedId", page.c.student_sourced_id,
        "learningObjectiveId", page.c.objective_id,
    )  # fmt: skip
    listed = func.json_agg(aggregate_order_by(entry, page.c.row.collate("C")), type_=JSON)
    counted = select(rows.c.waiting_for, func.count().label("n")).group_by(rows.c.waiting_for).subquery("counted")
    counts = select(func.json_object_agg(counted.c.waiting_for, counted.c.n, type_=JSON)).scalar_subquery()
    none: ColumnElement[Any] = literal_column("'{}'::json")
    return select(
        func.json_build_object(
            "waiting", select(func.coalesce(listed, EMPTY_LIST)).select_from(page).scalar_subquery(),
            "counts", func.coalesce(counts, none),
            type_=JSON,
        )
    )  # fmt: skip


_WAITING = HotRead(_statement())
