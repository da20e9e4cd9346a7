"""Rules that the published schema keeps, so that an outage blanks a field and not the page."""

from collections.abc import Iterator

from graphql import GraphQLField, GraphQLObjectType, get_named_type, is_non_null_type, is_object_type

from gateway.execution.engine import Engine
from gateway.joins import carried_by, home_of, join_of


def fields(engine: Engine) -> Iterator[tuple[GraphQLObjectType, str, GraphQLField]]:
    for graphql_type in engine.documents.schema.type_map.values():
        if is_object_type(graphql_type) and not graphql_type.name.startswith("__"):
            for name, definition in graphql_type.fields.items():
                yield graphql_type, name, definition


def test_what_another_answer_supplies_is_nullable(engine: Engine) -> None:
    joined = [(kind.name, name) for kind, name, each in fields(engine) if join_of(each) and is_non_null_type(each.type)]
    assert joined == []


def test_what_an_object_does_not_come_with_is_nullable_and_has_a_home(engine: Engine) -> None:
    for kind, name, definition in fields(engine):
        carried = carried_by(definition)
        if carried is not None:
            named = get_named_type(definition.type)
            assert isinstance(named, GraphQLObjectType)
            assert home_of(named) is not None, (kind.name, name)
            missing = [each for each in named.fields.items() if each[0] not in carried and not join_of(each[1])]
            assert [each for each, declared in missing if is_non_null_type(declared.type)] == [], (kind.name, name)
            assert "id" in carried


def test_every_page_has_a_size_and_every_list_that_could_grow_is_a_connection(engine: Engine) -> None:
    for kind, name, definition in fields(engine):
        if get_named_type(definition.type).name.endswith("Connection"):
            assert "first" in definition.args, (kind.name, name)
