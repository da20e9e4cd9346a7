"""One page of a gradebook collection, or one object, in one SELECT and one round trip; the parts are those of rostering."""

from dataclasses import replace
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import BigInteger, ColumnElement, Select, Text, and_, bindparam, exists, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from kit.caller import VerifiedCaller
from kit.database import Database
from kit.problems import Forbidden
from kit.reads import HotRead
from services.learner_profile.gradebook.queries.operations import OPERATIONS, PARENTS, ROSTER_SOURCE, Operation
from services.learner_profile.gradebook.schemas.doors import DOORS
from services.learner_profile.gradebook.schemas.members import named
from services.learner_profile.gradebook.schemas.resources import Entry
from services.learner_profile.oneroster.errors import InvalidFilterField, InvalidSelectionField, UnknownObject
from services.learner_profile.oneroster.queries.pages import Page, Shape, Statement, named_by, named_in
from services.learner_profile.oneroster.schemas.addresses import Address
from services.learner_profile.oneroster.schemas.filters import Operator
from services.learner_profile.oneroster.schemas.parameters import Asked
from services.learner_profile.oneroster.schemas.scalars import Comparison

_SHAPES_REMEMBERED = 512
_SOURCE: Any = bindparam("source", type_=Text())


async def page(
    database: Database, caller: VerifiedCaller, shape: Shape, asked: Asked, ids: dict[str, str], address: Address
) -> Page:
    """The objects asked for in their envelope, and how many there are; raises `UnknownObject` for an unknown parent."""
    statement = _statement(_in_known_order(shape))
    values: dict[str, Any] = {**namespaces(caller), "limit": asked.segment.limit, "offset": asked.segment.offset}
    values |= {f"{parent}_id": sourced_id for parent, sourced_id in ids.items()}
    clauses = asked.filter.clauses if asked.filter else ()
    for index, (clause, comparison) in enumerate(zip(clauses, statement.comparisons, strict=True)):
        values[f"filter_{index}"] = comparison.value(clause.value)
    found = orjson.loads(await statement.read.fetch(database, caller, **values) or b'{"found":false}')
    if not found["found"]:
        raise UnknownObject
    written = [statement.written(row, address) for row in found["rows"]]
    return Page(found["total"], orjson.dumps({_entry(shape).many: written}), named_in(found["rows"]))


async def one(database: Database, caller: VerifiedCaller, shape: Shape, sourced_id: str, address: Address) -> Page:
    """One object in its envelope; raises `UnknownObject`."""
    statement = _statement(shape)
    found = await statement.read.fetch(database, caller, source=namespaces(caller)["source"], sourced_id=sourced_id)
    if found is None:
        raise UnknownObject
    row = orjson.loads(found)
    return Page(1, orjson.dumps({_entry(shape).one: statement.written(row, address)}), named_in([row]))


async def stored(
    session: AsyncSession, caller: VerifiedCaller, shape: Shape, sourced_id: str, address: Address
) -> bytes:
    """One object in its envelope, as the running transaction has it."""
    statement = _statement(shape)
    found = await session.execute(statement.select, {"source": caller.source, "sourced_id": sourced_id})
    return orjson.dumps({_entry(shape).one: statement.written(found.scalar_one(), address)})


def namespaces(caller: VerifiedCaller) -> dict[str, str]:
    """The source whose gradebook a client reads and writes, and the one in which its references to the roster resolve."""
    source = caller.source or caller.roster_source
    if not source:
        raise Forbidden("The client has no gradebook")
    return {"source": source, "roster_source": caller.roster_source or source}


def _entry(shape: Shape) -> Entry:
    return DOORS[shape.version].resources[OPERATIONS[shape.operation].resource]


def _in_known_order(shape: Shape) -> Shape:
    """OneRoster keeps the default order for a field that is not there."""
    head, _, rest = shape.sort.partition(".")
    member = _entry(shape).members.get(head)
    return shape if member and member.comparable(rest) is not None else replace(shape, sort="")


@lru_cache(_SHAPES_REMEMBERED)
def _statement(shape: Shape) -> Statement:
    operation, entry = OPERATIONS[shape.operation], _entry(shape)
    unknown = [name for name in shape.fields if name not in entry.members]
    if unknown:
        raise InvalidSelectionField("The selection names a field that this object does not have")
    members = {name: member for name, member in entry.members.items() if not shape.fields or name in shape.fields}
    row = func.json_build_array(named_by(entry), *(member.expression for member in members.values()))
    model: Any = entry.model
    own = (model.district_id == func.trellis_district(), model.source == _SOURCE, operation.condition)
    if operation.single:
        single = select(row).where(*own, model.sourced_id == bindparam("sourced_id", type_=Text()))
        return Statement(single, HotRead(single), members, ())
    comparisons = tuple(
        _comparison(entry, path, operator, f"filter_{index}") for index, (path, operator) in enumerate(shape.filtered)
    )
    paged = _paged(operation, model, row, (*own, _joined(comparisons, shape)), _order(entry, shape))
    return Statement(paged, HotRead(paged), members, comparisons)


def _paged(
    operation: Operation,
    model: Any,  # noqa: ANN401 - a table
    row: ColumnElement[Any],
    conditions: tuple[ColumnElement[bool], ...],
    order: tuple[ColumnElement[Any], ...],
) -> Select[Any]:
    total = select(func.count()).select_from(model).where(*conditions).scalar_subquery()
    rows = (
        select(row)
        .where(*conditions)
        .order_by(*order)
        .limit(bindparam("limit", type_=BigInteger()))
        .offset(bindparam("offset", type_=BigInteger()))
    )
    listed = func.array_to_json(func.array(rows.scalar_subquery()))
    known = and_(true(), *(parent_exists(name) for name in operation.parents))
    return select(func.json_build_object("found", known, "total", total, "rows", listed))


def parent_exists(name: str) -> ColumnElement[bool]:
    """Whether the object is there that the bind parameters `source`, `roster_source` and `<name>_id` name."""
    parent = PARENTS[name]
    source = ROSTER_SOURCE if parent.in_roster else _SOURCE
    mine = parent.model.source == source, parent.model.sourced_id == named(name)
    here = parent.model.district_id == func.trellis_district()
    return exists(select(1).select_from(parent.model).where(here, *mine, parent.condition))


def _comparison(entry: Entry, path: str, operator: Operator, name: str) -> Comparison:
    head, _, rest = path.partition(".")
    member = entry.members.get(head)
    found = member.compare(rest, operator, name) if member else None
    if found is None:
        raise InvalidFilterField("The filter names a field that this object does not have")
    return found


def _joined(comparisons: tuple[Comparison, ...], shape: Shape) -> ColumnElement[bool]:
    conditions = [comparison.condition for comparison in comparisons]
    return or_(*conditions) if shape.joined == "or" else and_(true(), *conditions)


def _order(entry: Entry, shape: Shape) -> tuple[ColumnElement[Any], ...]:
    head, _, rest = shape.sort.partition(".")
    member, model = entry.members.get(head), entry.model
    chosen = member.comparable(rest) if member else None
    own = model.sourced_id.expression
    if chosen is None:
        return (own.desc() if shape.descending else own.asc(),)
    return ((chosen.desc() if shape.descending else chosen.asc()).nulls_last(), own)
