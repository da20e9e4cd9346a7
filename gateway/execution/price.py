"""What an operation may bring: its objects counted beforehand, with the variables of the request put in.

Each object costs 1. A connection multiplies what one of its edges costs by its page size, `first`; a list without a page
size by `LISTED`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from graphql import (
    FieldNode,
    GraphQLCompositeType,
    GraphQLError,
    GraphQLObjectType,
    get_named_type,
    is_composite_type,
    is_introspection_type,
)
from graphql.execution.values import VariableValues

from gateway.errors import BAD_INPUT, LIMIT_EXCEEDED, RefusedOperation, error
from gateway.execution.arguments import arguments_of
from gateway.execution.fields import lists
from gateway.execution.selection import Selected, Selection

MOST = 100_000
PAGE = 1_000
LISTED = 10

Price = Callable[[VariableValues], int]


def price_of(selection: Selection, root: GraphQLObjectType) -> Price:
    """Raises `RefusedOperation` when called, for a page size out of bounds."""
    total = _Prices(selection).of_fields(root, selection.of_root(root), None)

    def price(variables: VariableValues) -> int:
        found = total(variables)
        if found > MOST:
            message = f"The operation may bring {found} objects, {MOST} at most: ask for smaller pages"
            raise RefusedOperation(error(LIMIT_EXCEEDED, message, limit="cost", most=MOST, found=found))
        return found

    return price


@dataclass(frozen=True, slots=True)
class _Prices:
    selection: Selection

    def of_fields(self, parent: GraphQLCompositeType, selected: Selected, page: Price | None) -> Price:
        """Of one object's fields; `page` is the page size of the connection that the object is."""
        prices = [self._of_field(parent, nodes, page) for nodes in selected.values()]
        needed = [price for price in prices if price is not None]
        return lambda variables: sum(price(variables) for price in needed)

    def _of_field(self, parent: GraphQLCompositeType, nodes: list[FieldNode], page: Price | None) -> Price | None:
        definition = getattr(parent, "fields", {}).get(nodes[0].name.value)
        named = get_named_type(definition.type) if definition else None
        if definition is None or not is_composite_type(named) or is_introspection_type(named):
            return None
        size = _page(definition, nodes[0]) if "first" in definition.args else None
        each = self._of_objects(named, nodes, size)
        if size is not None:
            # Asked even where no edge is selected, for its bounds.
            return lambda variables: 1 + each(variables) + 0 * size(variables)
        if not lists(definition.type):
            return lambda variables: 1 + each(variables)
        times = page or _listed
        return lambda variables: times(variables) * (1 + each(variables))

    def _of_objects(self, named: GraphQLCompositeType, nodes: list[FieldNode], size: Price | None) -> Price:
        possible = [named] if isinstance(named, GraphQLObjectType) else self.selection.schema.get_possible_types(named)
        prices = [self.of_fields(one, self.selection.of_object(one, nodes), size) for one in possible]
        if len(prices) == 1:
            return prices[0]
        return lambda variables: max(price(variables) for price in prices)


def _page(definition: object, node: FieldNode) -> Price:
    arguments = arguments_of(definition, node)  # type: ignore[arg-type]

    def page(variables: VariableValues) -> int:
        try:
            first = arguments(variables).get("first", PAGE)
        except GraphQLError:
            # Execution says what is wrong with the arguments; the field brings nothing.
            return 0
        if not 0 <= first <= PAGE:
            raise RefusedOperation(error(BAD_INPUT, f"A page holds between 0 and {PAGE}", argument="first"))
        return int(first)

    return page


def _listed(_: VariableValues) -> int:
    return LISTED
