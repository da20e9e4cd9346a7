"""One page of a collection, or one object, in one SELECT and one round trip."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Text,
    and_,
    any_,
    bindparam,
    exists,
    func,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.ext.asyncio import AsyncSession

from kit.caller import VerifiedCaller
from kit.database import Database
from kit.problems import Forbidden
from kit.reads import HotRead
from services.learner_profile.oneroster.errors import InvalidFilterField, InvalidSelectionField, UnknownObject
from services.learner_profile.oneroster.queries.operations import COLLECTIONS, OPERATIONS, Operation, parent_id
from services.learner_profile.oneroster.schemas.addresses import Address
from services.learner_profile.oneroster.schemas.doors import DOORS
from services.learner_profile.oneroster.schemas.filters import Connective, Operator
from services.learner_profile.oneroster.schemas.parameters import Asked
from services.learner_profile.oneroster.schemas.resources import Member, Resource
from services.learner_profile.oneroster.schemas.scalars import Comparison
from services.learner_profile.roster.models import Demographic, Person

_SHAPES_REMEMBERED = 512


@dataclass(frozen=True)
class Shape:
    """What of a request decides its statement; requests of one shape share it."""

    version: str
    operation: str
    fields: tuple[str, ...] = ()
    sort: str = ""
    descending: bool = False
    filtered: tuple[tuple[str, Operator], ...] = ()
    joined: Connective = "and"


def shape(version: str, operation: str, asked: Asked) -> Shape:
    clauses = asked.filter.clauses if asked.filter else ()
    return Shape(
        version=version,
        operation=operation,
        fields=asked.fields,
        sort=asked.sort,
        descending=asked.descending,
        filtered=tuple((clause.field, clause.operator) for clause in clauses),
        joined=asked.filter.joined if asked.filter else "and",
    )


@dataclass(frozen=True)
class Page:
    """A body, how many objects there are in all, and the sourcedIds of the people that those in the body are about."""

    total: int
    body: bytes
    people: tuple[str, ...]


@dataclass(frozen=True)
class Statement:
    select: Select[Any]
    read: HotRead
    members: dict[str, Member]
    comparisons: tuple[Comparison, ...]

    def written(self, row: list[Any], address: Address) -> dict[str, Any]:
        """`row` begins with the person whom it is about, whatever members were selected."""
        pairs = zip(self.members.items(), row[1:], strict=True)
        found = ((name, member.write(value, address)) for (name, member), value in pairs)
        return {name: value for name, value in found if value is not None}


async def page(
    database: Database, caller: VerifiedCaller, shape: Shape, asked: Asked, ids: dict[str, str], address: Address
) -> Page:
    """The objects asked for in their envelope, and how many there are; raises `UnknownObject` for an unknown parent."""
    statement = _statement(_in_known_order(shape))
    values: dict[str, Any] = {"source": namespace(caller), "limit": asked.segment.limit, "offset": asked.segment.offset}
    values |= {f"{collection}_id": sourced_id for collection, sourced_id in ids.items()}
    clauses = asked.filter.clauses if asked.filter else ()
    for index, (clause, comparison) in enumerate(zip(clauses, statement.comparisons, strict=True)):
        values[f"filter_{index}"] = comparison.value(clause.value)
    found = orjson.loads(await statement.read.fetch(database, caller, **values) or b'{"found":false}')
    if not found["found"]:
        raise UnknownObject
    written = [statement.written(row, address) for row in found["rows"]]
    return Page(found["total"], orjson.dumps({_resource(shape).many: written}), named_in(found["rows"]))


async def one(database: Database, caller: VerifiedCaller, shape: Shape, sourced_id: str, address: Address) -> Page:
    """One object in its envelope; raises `UnknownObject`."""
    statement = _statement(shape)
    found = await statement.read.fetch(database, caller, source=namespace(caller), sourced_id=sourced_id)
    if found is None:
        raise UnknownObject
    row = orjson.loads(found)
    return Page(1, orjson.dumps({_resource(shape).one: statement.written(row, address)}), named_in([row]))


async def stored(
    session: AsyncSession, caller: VerifiedCaller, shape: Shape, sourced_id: str, address: Address
) -> bytes:
    """One of the client's own objects in its envelope, as the running transaction has it."""
    statement = _statement(shape)
    found = await session.execute(statement.select, {"source": caller.source, "sourced_id": sourced_id})
    return orjson.dumps({_resource(shape).one: statement.written(found.scalar_one(), address)})


def named_in(rows: list[list[Any]]) -> tuple[str, ...]:
    return tuple(row[0] for row in rows if row[0] is not None)


def named_by(resource: Resource) -> ColumnElement[Any]:
    """The sourcedId of the person whom an object is about; null for one that is about nobody."""
    own: ColumnElement[Any] = null()
    if resource.model in {Person, Demographic}:
        own = resource.model.sourced_id.expression
    columns = ("person_sourced_id", "student_sourced_id")
    return next((getattr(resource.model, name) for name in columns if hasattr(resource.model, name)), own)


def namespace(caller: VerifiedCaller) -> str:
    """The source whose roster a client reads."""
    source = caller.roster_source or caller.source
    if not source:
        raise Forbidden("The client has no roster")
    return source


def _resource(shape: Shape) -> Resource:
    return DOORS[shape.version].resources[OPERATIONS[shape.operation].resource]


def _in_known_order(shape: Shape) -> Shape:
    """OneRoster keeps the default order for a field that is not there; neither is one that the caller may not read."""
    head, _, rest = shape.sort.partition(".")
    member = _resource(shape).members.get(head)
    return shape if member and member.comparable(rest) is not None else replace(shape, sort="")


@lru_cache(_SHAPES_REMEMBERED)
def _statement(shape: Shape) -> Statement:
    operation, resource = OPERATIONS[shape.operation], _resource(shape)
    members = _selected(resource, shape.fields)
    row = func.json_build_array(named_by(resource), *(member.expression for member in members.values()))
    if operation.single:
        own = select(row).where(
            *_scope(operation, resource), resource.model.sourced_id == bindparam("sourced_id", type_=Text())
        )
        return Statement(own, HotRead(own), members, ())
    comparisons = tuple(
        _comparison(resource, path, operator, f"filter_{index}")
        for index, (path, operator) in enumerate(shape.filtered)
    )
    conditions = (*_scope(operation, resource), _joined(comparisons, shape.joined))
    paged = _paged(operation, resource, row, conditions, shape)
    return Statement(paged, HotRead(paged), members, comparisons)


def _paged(
    operation: Operation,
    resource: Resource,
    row: ColumnElement[Any],
    conditions: tuple[ColumnElement[bool], ...],
    shape: Shape,
) -> Select[Any]:
    own, source = resource.model.sourced_id, resource.model.source == bindparam("source", type_=Text())
    order = _order(resource, shape)
    total = select(func.count()).select_from(resource.model).where(*conditions).scalar_subquery()
    segment = (
        select(own)
        .where(*conditions)
        .order_by(*order)
        .limit(bindparam("limit", type_=BigInteger()))
        .offset(bindparam("offset", type_=BigInteger()))
        .correlate(None)
    )
    # The members are put together for the segment only, not for the rows that an offset skips.
    rows = select(row).where(source, own == any_(func.array(segment.scalar_subquery()))).order_by(*order)
    listed = func.array_to_json(func.array(rows.scalar_subquery()))
    return select(func.json_build_object("found", _parents_exist(operation), "total", total, "rows", listed))


def _scope(operation: Operation, resource: Resource) -> tuple[ColumnElement[bool], ...]:
    return resource.model.source == bindparam("source", type_=Text()), operation.condition


def _parents_exist(operation: Operation) -> ColumnElement[bool]:
    return and_(true(), *(_parent_exists(collection) for collection in operation.parents))


def _parent_exists(name: str) -> ColumnElement[bool]:
    collection = COLLECTIONS[name]
    model = DOORS["v1p2"].resources[collection.resource].model
    mine = model.source == bindparam("source", type_=Text()), model.sourced_id == parent_id(name)
    return exists(select(1).select_from(model).where(*mine, collection.condition))


def _selected(resource: Resource, fields: tuple[str, ...]) -> dict[str, Member]:
    unknown = [name for name in fields if name not in resource.members]
    if unknown:
        raise InvalidSelectionField("The selection names a field that this object does not have")
    return {name: member for name, member in resource.members.items() if not fields or name in fields}


def _comparison(resource: Resource, path: str, operator: Operator, name: str) -> Comparison:
    head, _, rest = path.partition(".")
    member = resource.members.get(head)
    found = member.compare(rest, operator, name) if member else None
    if found is None:
        raise InvalidFilterField("The filter names a field that this object does not have")
    return found


def _joined(comparisons: tuple[Comparison, ...], joined: Connective) -> ColumnElement[bool]:
    conditions = [comparison.condition for comparison in comparisons]
    return or_(*conditions) if joined == "or" else and_(true(), *conditions)


def _order(resource: Resource, shape: Shape) -> tuple[ColumnElement[Any], ...]:
    """By the field asked for and then by sourcedId, so that segments never overlap."""
    head, _, rest = shape.sort.partition(".")
    own = resource.model.sourced_id.expression
    chosen = resource.members[head].comparable(rest) if head else None
    if chosen is None:
        return (own.desc() if shape.descending else own.asc(),)
    return ((chosen.desc() if shape.descending else chosen.asc()).nulls_last(), own)
