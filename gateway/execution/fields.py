"""A selected field, and the GraphQL types as annotations."""

from types import GenericAlias
from typing import Any, NamedTuple

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLObjectType,
    get_named_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
    print_ast,
)

from gateway.execution.arguments import Arguments, arguments_of
from gateway.execution.places import Step
from gateway.execution.shapes import Unplannable
from gateway.joins import Blend, Join, Reference, Section, Source, carried_by, home_of, join_of


class Wanted(NamedTuple):
    """A field that is selected: its response key, its nodes, its definition and what feeds it."""

    key: str
    nodes: list[FieldNode]
    definition: GraphQLField
    join: Join | None

    @property
    def name(self) -> str:
        return self.nodes[0].name.value

    @property
    def arguments(self) -> Arguments:
        return arguments_of(self.definition, self.nodes[0])

    @property
    def text(self) -> str:
        """Equal for fields that ask for the same under the same key."""
        return "\n".join(print_ast(node) for node in self.nodes)

    @property
    def selection_text(self) -> str:
        """Equal for fields that select the same of their objects."""
        return "\n".join(print_ast(node.selection_set) for node in self.nodes if node.selection_set)

    @property
    def step(self) -> Step:
        """To the field's objects; a section comes under the response key, for it was asked for under that."""
        source = self.name if self.join is None else self.key
        return Step(source, self.key, many=lists(self.definition.type) > 0)

    @property
    def nullable(self) -> bool:
        return not is_non_null_type(self.definition.type)

    @property
    def carried(self) -> frozenset[str] | None:
        return carried_by(self.definition)

    @property
    def object_type(self) -> GraphQLObjectType:
        """Of the field's object or objects; an interface or a union is left to the stock executor."""
        named = get_named_type(self.definition.type)
        if not is_object_type(named) or lists(self.definition.type) > 1:
            raise Unplannable(self.name)
        return named

    def annotation(self, inner: Any) -> Any:  # noqa: ANN401 - type annotations
        """Of the field's value, without its outermost null, where `inner` is that of its leaf or object."""
        return _nested(self.definition.type, inner)


def lists(graphql_type: Any) -> int:  # noqa: ANN401 - wrapping types of every kind
    """How many lists the type has around its objects or leaves."""
    found = 0
    while hasattr(graphql_type, "of_type"):
        found += is_list_type(graphql_type)
        graphql_type = graphql_type.of_type
    return found


def wanted(graphql_type: GraphQLObjectType, key: str, nodes: list[FieldNode]) -> Wanted:
    name = nodes[0].name.value
    if name not in graphql_type.fields:
        raise Unplannable("introspection")
    definition = graphql_type.fields[name]
    join = join_of(definition)
    if join is not None and key != name and key in graphql_type.fields:
        raise Unplannable("a section under the key of a plain field")
    return Wanted(key, nodes, definition, join)


def other_source(
    graphql_type: GraphQLObjectType, field: Wanted, source: Source | None, carried: frozenset[str] | None
) -> Source | None:
    """The read that must add the field; None where the objects at hand hold it or `source`, which answers them, can add it."""
    match field.join:
        case Section(needed, _) | Blend(first=Section(needed, _)):
            return None if needed == source else needed
        case None:
            held = field.name
        case Reference(_, key):
            held = key
        case _:
            return None
    return None if carried is None or held in carried else home_of(graphql_type)


def _nested(graphql_type: Any, inner: Any) -> Any:  # noqa: ANN401 - type annotations
    bare = graphql_type.of_type if is_non_null_type(graphql_type) else graphql_type
    if not is_list_type(bare):
        return inner
    item = _nested(bare.of_type, inner)
    return GenericAlias(list, (item if is_non_null_type(bare.of_type) else item | None,))
