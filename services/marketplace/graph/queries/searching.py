"""Search: what matches, how much of it there is, and what could narrow it - one statement.

The words are looked up by `search_resources`, a definer function that searches only what the caller's district may see and so
can use the index that row security would keep a query from.
"""

from typing import Any

from fastapi.responses import Response
from sqlalchemy import (
    ARRAY,
    CTE,
    Integer,
    Select,
    SQLColumnExpression,
    Text,
    Uuid,
    any_,
    bindparam,
    cast,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSON, aggregate_order_by
from sqlalchemy.orm import aliased

from kit.caller import VerifiedCaller
from kit.database import Database
from kit.graph import EMPTY_LIST, answer
from kit.reads import HotRead
from services.marketplace.catalog.models import Alignment, Resource
from services.marketplace.graph.queries import resources
from services.marketplace.graph.schemas import ResourceFilter, ResourceSearch
from services.marketplace.heard.models import Competency


async def search(database: Database, caller: VerifiedCaller, wanted: ResourceSearch) -> Response:
    """A page of what matches, with the count of all of it and facets over it."""
    chosen = wanted.filter or ResourceFilter()
    body = await _SEARCH.fetch(
        database,
        caller,
        text=(wanted.text or "").strip() or None,
        kinds=_list(chosen.kinds),
        licences=_list(chosen.licences),
        grades=_list(chosen.grades),
        competencies=_list(chosen.competency_ids),
        first=wanted.first,
        after=wanted.after,
    )
    return answer(body)


def _list(values: tuple[Any, ...] | None) -> list[Any] | None:
    return None if values is None else list(values)


def _given(name: str, type_: Any) -> SQLColumnExpression[Any]:  # noqa: ANN401 - an SQL type
    return cast(bindparam(name, type_=type_), type_)


def _matching() -> CTE:
    found = func.search_resources(_given("text", Text)).table_valued("id", "rank", name="found")
    row = aliased(Resource, name="r")
    order = (found.c.rank.desc(), row.title, row.id)
    statement = (
        select(row.id, row.kind, row.licence, row.title, func.row_number().over(order_by=order).label("n"))
        .join(found, found.c.id == row.id)
        .where(row.district_id == func.trellis_district(), *_filters(row))
    )
    return statement.cte("matching")


def _filters(row: type[Resource]) -> tuple[Any, ...]:
    kinds, licences = _given("kinds", ARRAY(Text)), _given("licences", ARRAY(Text))
    grades, competencies = _given("grades", ARRAY(Text)), _given("competencies", ARRAY(Uuid))
    serves = (
        select(Alignment.resource_id)
        .join(
            Competency,
            (Competency.district_id == Alignment.district_id) & (Competency.identifier == Alignment.identifier),
        )
        .where(Competency.id == any_(competencies), Competency.state == "active")
    )
    return (
        or_(kinds.is_(None), row.kind == any_(kinds)),
        or_(licences.is_(None), row.licence == any_(licences)),
        or_(grades.is_(None), row.grades.op("&&")(grades)),
        or_(competencies.is_(None), row.id.in_(serves)),
    )


def _page(matching: CTE) -> SQLColumnExpression[Any]:
    first, after = _given("first", Integer), _given("after", Uuid)
    start = func.coalesce(select(matching.c.n).where(matching.c.id == after).scalar_subquery(), literal_column("0"))
    row = aliased(Resource, name="shown")
    because = func.json_build_array(
        literal_column("'Matches '") + func.coalesce(_given("text", Text), literal_column("'everything'"))
    )
    edge = func.json_build_object("cursor", row.id, "node", resources.json_of(resources.fields(row, because)))
    statement = (
        select(func.coalesce(func.json_agg(aggregate_order_by(edge, matching.c.n), type_=JSON), EMPTY_LIST))
        .select_from(matching)
        .join(row, row.id == matching.c.id)
        .where(row.district_id == func.trellis_district(), matching.c.n > start, matching.c.n <= start + first)
    )
    return statement.scalar_subquery()


def _page_info(matching: CTE) -> SQLColumnExpression[Any]:
    first, after = _given("first", Integer), _given("after", Uuid)
    start = func.coalesce(select(matching.c.n).where(matching.c.id == after).scalar_subquery(), literal_column("0"))
    end = (
        select(matching.c.id)
        .where(matching.c.n > start, matching.c.n <= start + first)
        .order_by(matching.c.n.desc())
        .limit(1)
        .scalar_subquery()
    )
    more = select(func.count() > 0).where(matching.c.n > start + first).scalar_subquery()
    return func.json_build_object("hasNextPage", more, "endCursor", end)


def _facet(matching: CTE, name: str) -> SQLColumnExpression[Any]:
    column = matching.c[name]
    counted = (
        select(column.label("value"), func.count().label("count"))
        .where(column.is_not(None))
        .group_by(column)
        .order_by(func.count().desc(), column)
        .limit(50)
        .subquery()
    )
    value = func.json_build_object("value", counted.c.value, "count", counted.c.count)
    values = select(func.coalesce(func.json_agg(value), EMPTY_LIST)).select_from(counted).scalar_subquery()
    return func.json_build_object("name", literal_column(f"'{name}'"), "values", values)


def _statement() -> Select[Any]:
    matching = _matching()
    facets = func.json_build_array(_facet(matching, "kind"), _facet(matching, "licence"))
    total = select(func.count()).select_from(matching).scalar_subquery()
    parts = {"edges": _page(matching), "pageInfo": _page_info(matching), "totalCount": total, "facets": facets}
    return select(resources.json_of(parts))


_SEARCH = HotRead(_statement())
