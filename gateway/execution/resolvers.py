"""The declared joins as resolvers of the stock executor.

Strawberry owns the schema; the values it completes are the services' JSON, so each field of an output type gets the
resolver that its declaration asks for, and a union or an interface goes by `__typename`.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    is_abstract_type,
    is_introspection_type,
    is_object_type,
)

from gateway.execution.arguments import given
from gateway.execution.context import Context
from gateway.execution.loads import Loads
from gateway.execution.targets import canonical
from gateway.execution.writes import written
from gateway.joins import Blend, Held, Join, Lookup, Reference, Search, Section, Sole, Source, Write, home_of, join_of

Json = Any
Resolver = Callable[..., Any]
Info = GraphQLResolveInfo[Context]
_SOLE = "sole"


def install(schema: GraphQLSchema) -> None:
    for graphql_type in schema.type_map.values():
        if is_abstract_type(graphql_type):
            graphql_type.resolve_type = _by_typename
        elif is_object_type(graphql_type) and not is_introspection_type(graphql_type):
            graphql_type.is_type_of = None
            _install_fields(graphql_type, own=graphql_type in (schema.mutation_type, schema.subscription_type))


def _install_fields(graphql_type: GraphQLObjectType, *, own: bool) -> None:
    for name, definition in graphql_type.fields.items():
        resolver = _resolver(name, definition, home_of(graphql_type))
        if join_of(definition) is not None or not own:
            definition.resolve = resolver


def _resolver(name: str, definition: GraphQLField, home: Source | None) -> Resolver:
    join = join_of(definition)
    return _plain(name, home) if join is None else _joined(join, home)


def _plain(name: str, home: Source | None) -> Resolver:
    def resolve(parent: Mapping[str, Json], info: Info) -> Json:
        if name in parent or home is None or not home.keyed:
            return parent.get(name)
        return _from_home(_loads(info), home, parent["id"], name)

    return resolve


async def _from_home(loads: Loads, home: Source, wanted: str, name: str) -> Json:
    found = await loads.plain(home, wanted)
    return None if found is None else found.get(name)


def _joined(join: Join, home: Source | None) -> Resolver:
    async def resolve(parent: Mapping[str, Json], info: Info, **arguments: Json) -> Json:
        context: Context = info.context
        match join:
            case Write():
                return await written(context, join, given(arguments))
            case Reference():
                return await _referred(context.loads, join, parent, home)
            case _:
                return await _value(join, context.loads, parent, given(arguments))

    return resolve


async def _referred(loads: Loads, join: Reference, parent: Mapping[str, Json], home: Source | None) -> Json:
    wanted = parent.get(join.key)
    if join.key not in parent and home is not None and home.keyed:
        wanted = await _from_home(loads, home, parent["id"], join.key)
    return await _by_id(loads, join.source, wanted)


async def _value(
    join: Section | Lookup | Sole | Search | Blend,
    loads: Loads,
    parent: Mapping[str, Json],
    arguments: Mapping[str, Json],
) -> Json:
    match join:
        case Section(source, _):
            value = loads.section(join, _id_of(parent, source), arguments)
        case Lookup(source):
            value = _by_id(loads, source, canonical(arguments.get("id")))
        case Sole(source):
            value = loads.plain(source, _SOLE)
        case Search(service, path):
            value = loads.search(service, path, arguments)
        case Blend():
            value = _blended(join, loads, parent, arguments)
    return await value


async def _by_id(loads: Loads, source: Source, wanted: str | None) -> Json:
    return None if wanted is None else await loads.plain(source, wanted)


async def _blended(join: Blend, loads: Loads, parent: Mapping[str, Json], arguments: Mapping[str, Json]) -> Json:
    match join.first:
        case Section(source, _):
            first = await loads.section(join.first, _id_of(parent, source), join.first_arguments(arguments))
        case Held(key):
            first = parent.get(key)
    ids = join.ids(first)
    asked = join.then_arguments(arguments)
    values = await asyncio.gather(*(loads.section(join.then, wanted, asked) for wanted in ids))
    return join.blend(first, dict(zip(ids, values, strict=True)), arguments)


def _id_of(parent: Mapping[str, Json], source: Source) -> str:
    return str(parent["id"]) if source.keyed else _SOLE


def _loads(info: Info) -> Loads:
    context: Context = info.context
    return context.loads


def _by_typename(value: Mapping[str, Json], *_: object) -> str | None:
    return value.get("__typename")
