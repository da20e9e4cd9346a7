"""What an operation selects, object by object, with fragments expanded and fields of one response key merged."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    VariableNode,
    Visitor,
    visit,
)
from graphql.execution.collect_fields import (
    FieldDetails,
    FragmentDetails,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues

Selected = dict[str, list[FieldNode]]
"""The nodes of each response key, in the order of the answer."""


@dataclass(frozen=True, slots=True)
class Selection:
    """One operation of a document; `conditions` are the values of the variables that its directives ask for."""

    schema: GraphQLSchema
    fragments: dict[str, FragmentDetails]
    operation: OperationDefinitionNode
    conditions: VariableValues

    def of_root(self, root: GraphQLObjectType) -> Selected:
        collected = collect_fields(self.schema, self.fragments, self.conditions, root, self.operation)
        return _nodes(collected.grouped_field_set)

    def of_object(self, graphql_type: GraphQLObjectType, nodes: list[FieldNode]) -> Selected:
        details = [FieldDetails(node, None) for node in nodes]
        collected = collect_subfields(
            self.schema, self.fragments, self.conditions, self.operation, graphql_type, details
        )
        return _nodes(collected.grouped_field_set)


def select(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, conditions: Mapping[str, Any]
) -> Selection:
    return Selection(schema, fragments_of(document), operation, VariableValues({}, dict(conditions)))


def fragments_of(document: DocumentNode) -> dict[str, FragmentDetails]:
    found = (node for node in document.definitions if isinstance(node, FragmentDefinitionNode))
    return {node.name.value: FragmentDetails(node) for node in found}


def condition_variables(document: DocumentNode) -> frozenset[str]:
    """The variables on which `@skip` and `@include` depend; a plan holds for one set of their values."""
    found = _Conditions()
    visit(document, found)
    return frozenset(found.names)


class _Conditions(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_directive(self, node: Any, *_: Any) -> None:  # noqa: ANN401 - the library's signature
        self.names.update(_variables(node.arguments))


def _variables(arguments: Any) -> Iterator[str]:  # noqa: ANN401 - the library's nodes
    return (argument.value.name.value for argument in arguments or () if isinstance(argument.value, VariableNode))


def _nodes(grouped: Mapping[str, list[FieldDetails]]) -> Selected:
    return {key: [detail.node for detail in details] for key, details in grouped.items()}
