"""Arguments of a field, coerced as the specification says; once where they name no variable."""

from collections.abc import Callable, Mapping
from typing import Any

from graphql import FieldNode, GraphQLField, VariableNode, Visitor, visit
from graphql.execution.values import VariableValues, get_argument_values

Arguments = Callable[[VariableValues], dict[str, Any]]
"""The arguments under these variables; raises `GraphQLError` where a variable does not fit."""


def arguments_of(definition: GraphQLField, node: FieldNode) -> Arguments:
    if not _names_a_variable(node):
        constant = given(get_argument_values(definition, node))
        return lambda _: constant
    return lambda variables: given(get_argument_values(definition, node, variables))


def adapted(arguments: Arguments, adapt: Callable[[Mapping[str, Any]], dict[str, Any]]) -> Arguments:
    return lambda variables: adapt(arguments(variables))


def given(values: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments as a service is told them: absent and null mean the same."""
    return {name: value for name, value in values.items() if value is not None}


def _names_a_variable(node: FieldNode) -> bool:
    found = _Variables()
    for argument in node.arguments or ():
        visit(argument, found)
    return found.any


class _Variables(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.any = False

    def enter_variable(self, _: VariableNode, *__: Any) -> None:  # noqa: ANN401 - the library's signature
        self.any = True
