"""Batch reads for the gateway: a noun with its plain fields, and sections that one SELECT adds as they are asked for.

A service declares each noun once; every combination of sections is composed into one statement, kept, and run as a hot read.
The answer is a JSON array, in the graph's own field names and shapes, of the objects that exist and the caller may see.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any
from uuid import UUID

from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Select,
    SQLColumnExpression,
    Text,
    Uuid,
    any_,
    bindparam,
    cast,
    exists,
    func,
    inspect,
    literal_column,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.orm import aliased

from kit.caller import VerifiedCaller
from kit.clock import Instant
from kit.database import Database
from kit.problems import BadInput
from kit.reads import HotRead

MOST_IDS = 1000
MOST_SECTIONS = 50
_MOST_STATEMENTS = 256

EMPTY_LIST: SQLColumnExpression[Any] = literal_column("'[]'::json")
Rows = Select[*tuple[Any, ...]]
Arguments = Mapping[str, Any]
Build = Callable[[Any, "Binds"], SQLColumnExpression[Any]]
"""From the noun's table and the section's bind parameters to one JSON expression, correlated on the table."""
Form = tuple[str, frozenset[str]]
"""A section's name and those of its arguments that are given: what a statement is composed for, whatever their values."""


class GraphModel(BaseModel):
    """Input in the graph's own camelCase; what is not declared is refused."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True)


class SectionRequest(GraphModel):
    key: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,99}$")]
    name: Annotated[str, Field(max_length=60)]
    args: dict[str, Any] = {}


class SectionsRequest(GraphModel):
    sections: Annotated[tuple[SectionRequest, ...], Field(max_length=MOST_SECTIONS)] = ()


class BatchRequest(SectionsRequest):
    ids: Annotated[tuple[UUID, ...], Field(max_length=MOST_IDS)]


class NoArguments(GraphModel):
    pass


class Page(GraphModel):
    """Relay's forward paging; a cursor is the id of the last node seen."""

    first: Annotated[int, Field(ge=0, le=1000)] = 20
    after: UUID | None = None


class PageAsOf(Page):
    as_of: Instant | None = None


@dataclass(frozen=True)
class Section:
    """A part of a noun that costs something, so that only who asks for it pays."""

    build: Build
    arguments: type[GraphModel] = NoArguments


@dataclass(frozen=True)
class Binds:
    """The bind parameters of one section: `binds("first", Integer)`; what is not `given` need not be in the statement at all."""

    prefix: str
    given: frozenset[str]

    def __call__(self, name: str, type_: Any) -> SQLColumnExpression[Any]:  # noqa: ANN401 - an SQL type
        return cast(bindparam(f"{self.prefix}{name}", type_=type_), type_)


@dataclass
class Single:
    """A noun of which the caller has exactly one: `where` finds it."""

    table: Any
    plain: Callable[[Any], Mapping[str, SQLColumnExpression[Any]]]
    where: Callable[[Any], ColumnElement[bool]]
    sections: Mapping[str, Section] = field(default_factory=dict)
    statements: dict[tuple[Form, ...], HotRead] = field(default_factory=dict)

    async def fetch(self, database: Database, caller: VerifiedCaller, wanted: SectionsRequest) -> Response:
        """The caller's own one, or JSON null."""
        read, values = prepared(self.statements, self.sections, wanted.sections, self._one)
        return answer(await read.fetch(database, caller, **values))

    def _one(self, forms: tuple[Form, ...]) -> Select[Any]:
        body = document_of(self.plain(self.table), self.sections, self.table, forms)
        return select(body).where(self.where(self.table)).limit(1)


@dataclass
class Noun:
    """One noun of the graph as this service tells it.

    `visible` is the access predicate, `plain` the fields everybody gets who may see the row at all; both take the table.
    """

    table: Any
    plain: Callable[[Any], Mapping[str, SQLColumnExpression[Any]]]
    visible: Callable[[Any], ColumnElement[bool]]
    sections: Mapping[str, Section] = field(default_factory=dict)
    statements: dict[tuple[Form, ...], HotRead] = field(default_factory=dict)

    async def fetch(self, database: Database, caller: VerifiedCaller, wanted: BatchRequest) -> Response:
        """The objects of these ids, in any order; unseen ones are absent."""
        read, values = prepared(self.statements, self.sections, wanted.sections, self._many)
        return answer(await read.fetch(database, caller, ids=list(wanted.ids), **values), empty=b"[]")

    def _many(self, forms: tuple[Form, ...]) -> Select[Any]:
        ids = bindparam("ids", type_=ARRAY(Uuid))
        return (
            select(func.json_agg(document_of(self.plain(self.table), self.sections, self.table, forms)))
            .where(self.table.district_id == func.trellis_district(), self.table.id == any_(ids))
            .where(self.visible(self.table))
        )


def prepared(
    statements: dict[tuple[Form, ...], HotRead],
    sections: Mapping[str, Section],
    wanted: Sequence[SectionRequest],
    compose: Callable[[tuple[Form, ...]], Select[Any]],
) -> tuple[HotRead, dict[str, Any]]:
    """The statement for this combination of sections, composed once, and the values it takes."""
    forms, values = bound(sections, wanted)
    if forms not in statements:
        if len(statements) >= _MOST_STATEMENTS:
            statements.clear()
        statements[forms] = HotRead(compose(forms))
    return statements[forms], values


def document_of(
    plain: Mapping[str, SQLColumnExpression[Any]],
    sections: Mapping[str, Section],
    table: Any,  # noqa: ANN401 - a table
    forms: Sequence[Form],
) -> SQLColumnExpression[Any]:
    parts: list[Any] = []
    for name, column in plain.items():
        parts += [literal_column(f"'{name}'"), column]
    for index, (name, given) in enumerate(forms):
        binds = Binds(f"s{index}_", given)
        parts += [binds("key", Text), sections[name].build(table, binds)]
    return func.json_build_object(*parts, type_=JSON)


def bound(sections: Mapping[str, Section], wanted: Sequence[SectionRequest]) -> tuple[tuple[Form, ...], dict[str, Any]]:
    """Forms and bind values of the sections asked for; raises `BadInput` for a section or an argument that does not exist."""
    forms: list[Form] = []
    values: dict[str, Any] = {}
    for index, request in enumerate(wanted):
        section = sections.get(request.name)
        if section is None:
            raise BadInput(f"There is no section {request.name!r}")
        arguments = _arguments(section, request)
        given = {
            name: value for name in type(arguments).model_fields if (value := getattr(arguments, name)) is not None
        }
        forms.append((request.name, frozenset(given)))
        values |= {f"s{index}_{name}": value for name, value in given.items()} | {f"s{index}_key": request.key}
    return tuple(forms), values


def _arguments(section: Section, request: SectionRequest) -> GraphModel:
    try:
        return section.arguments.model_validate(request.args)
    except ValidationError as invalid:
        places = [
            {"place": f"{request.name}.{_path(error['loc'])}", "code": error["type"]} for error in invalid.errors()
        ]
        raise BadInput(errors=places) from invalid


def _path(location: tuple[int | str, ...]) -> str:
    return ".".join(map(str, location))


def answer(body: bytes | None, *, empty: bytes = b"null") -> Response:
    """The bytes as PostgreSQL wrote them."""
    return Response(body or empty, media_type="application/json")


def beyond(row: Any, keys: Sequence[str], binds: Binds) -> ColumnElement[bool]:  # noqa: ANN401 - a table
    """The row comes behind the one whose id is `after`, in ascending order of these columns; true when there is no `after`."""
    if "after" not in binds.given:
        return true()
    last = aliased(inspect(row).mapper.class_)
    place, seen = (tuple_(*(getattr(table, key) for key in keys)) for table in (row, last))
    return exists().where(last.district_id == func.trellis_district(), last.id == binds("after", Uuid), place > seen)


def connection(
    rows: Rows,
    order: Sequence[SQLColumnExpression[Any]],
    binds: Binds,
    outer: Any,  # noqa: ANN401 - a table
) -> SQLColumnExpression[Any]:
    """A Relay connection over `rows`, a SELECT of the columns `cursor` (uuid) and `node` (json), already cut off at `after`.

    `outer` is the table on which `rows` is correlated. One row more than `first` is read to know whether a page follows.
    An aggregate over a sorted subquery and nothing else takes its rows in that order, which spares it a sort of its own.
    """
    first = binds("first", Integer)
    page = rows.correlate(outer).order_by(*order).limit(first + 1).subquery()
    count: SQLColumnExpression[Any] = func.count()
    edges = func.array_agg(func.json_build_object("cursor", page.c.cursor, "node", page.c.node), type_=ARRAY(JSON))
    cursors = func.array_agg(page.c.cursor, type_=ARRAY(Uuid))
    info = func.json_build_object("hasNextPage", count > first, "endCursor", cursors[func.least(first, count)])
    shown = func.coalesce(func.array_to_json(edges[1:first]), EMPTY_LIST)
    return select(func.json_build_object("edges", shown, "pageInfo", info)).select_from(page).scalar_subquery()
