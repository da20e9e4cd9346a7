"""Operations that were seen before: parsed, limited, validated and compiled once, under their text."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    get_operation_ast,
    parse,
    recommended_rules,
    specified_rules,
    validate,
)
from graphql.execution.values import VariableValues, get_variable_values

from gateway.errors import BAD_INPUT, RefusedOperation, error
from gateway.execution import limits
from gateway.execution.compiler import compile_plan
from gateway.execution.plan import Plan
from gateway.execution.price import Price, price_of
from gateway.execution.selection import Selection, condition_variables, select
from gateway.execution.shapes import Unplannable

_RULES = (*specified_rules, *recommended_rules)
_MOST_ERRORS = 10
_VARIANTS = 16
_NOTHING = DocumentNode(definitions=())


@dataclass(frozen=True, slots=True)
class Compiled:
    """One operation under one set of values of its conditions."""

    price: Price
    plan: Plan | None
    """None where the stock executor runs it."""
    public: bool
    """Whether it asks about the schema alone, which anybody may."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """An operation that may run, with the variables of the request."""

    document: DocumentNode
    operation: OperationDefinitionNode
    variables: VariableValues
    compiled: Compiled


@dataclass(slots=True)
class _Known:
    document: DocumentNode
    conditions: frozenset[str] = frozenset()
    errors: Sequence[dict[str, Any]] = ()
    """What is wrong with it; such a document is remembered too."""
    variants: dict[tuple[Any, ...], Compiled] = field(default_factory=dict)


@dataclass(slots=True)
class Documents:
    """Bounded by the number of texts and by their length: a text of nobody's application goes first."""

    schema: GraphQLSchema
    most: int = 1_000
    most_characters: int = 4_000_000
    known: OrderedDict[str, _Known] = field(default_factory=OrderedDict)
    characters: int = 0

    def admit(self, text: str, name: str | None, given: Mapping[str, Any]) -> Admitted:
        """Raises `RefusedOperation` with every error of the document, the variables or the limits."""
        known = self._known(text)
        if known.errors:
            raise RefusedOperation(*known.errors)
        operation = get_operation_ast(known.document, name)
        if operation is None:
            raise RefusedOperation(error(BAD_INPUT, "The document has no such operation, or several and none is named"))
        variables = get_variable_values(self.schema, operation.variable_definitions or (), dict(given), _MOST_ERRORS)
        if isinstance(variables, list):
            raise RefusedOperation(*map(told, variables))
        compiled = self._compiled(known, operation, variables)
        compiled.price(variables)
        return Admitted(known.document, operation, variables, compiled)

    def _known(self, text: str) -> _Known:
        known = self.known.get(text)
        if known is not None:
            self.known.move_to_end(text)
            return known
        known = self.known[text] = _read(self.schema, text)
        self.characters += len(text)
        while len(self.known) > self.most or self.characters > self.most_characters:
            gone, _ = self.known.popitem(last=False)
            self.characters -= len(gone)
        return known

    def _compiled(self, known: _Known, operation: OperationDefinitionNode, variables: VariableValues) -> Compiled:
        conditions = {name: variables.coerced[name] for name in known.conditions if name in variables.coerced}
        variant = (operation.name.value if operation.name else None, *sorted(conditions.items()))
        if variant not in known.variants:
            if len(known.variants) >= _VARIANTS:
                known.variants.clear()
            known.variants[variant] = self._compile(known.document, operation, conditions)
        return known.variants[variant]

    def _compile(
        self, document: DocumentNode, operation: OperationDefinitionNode, conditions: Mapping[str, Any]
    ) -> Compiled:
        selection = select(self.schema, document, operation, conditions)
        root = self.schema.get_root_type(operation.operation)
        if root is None:
            raise RefusedOperation(error(BAD_INPUT, "The graph has no such operations"))
        public = all(nodes[0].name.value.startswith("__") for nodes in selection.of_root(root).values())
        return Compiled(price_of(selection, root), _plan(selection), public)


def _plan(selection: Selection) -> Plan | None:
    if selection.operation.operation is not OperationType.QUERY:
        return None
    try:
        return compile_plan(selection)
    except Unplannable:
        return None


def told(found: GraphQLError) -> dict[str, Any]:
    """A mistake in the request, as the front-end developer sees it."""
    told_error = error(BAD_INPUT, found.message)
    if found.locations:
        told_error["locations"] = [{"line": at.line, "column": at.column} for at in found.locations]
    return told_error


def _read(schema: GraphQLSchema, text: str) -> _Known:
    try:
        document = parse(text, max_lexical_tokens=limits.TOKENS, max_comments=limits.TOKENS)
        limits.check(document)
    except GraphQLError as wrong:
        return _Known(_NOTHING, errors=_syntax(wrong))
    except limits.TooMuch as too_much:
        return _Known(_NOTHING, errors=too_much.errors)
    errors = validate(schema, document, _RULES, max_errors=_MOST_ERRORS)
    if errors:
        return _Known(_NOTHING, errors=[told(wrong) for wrong in errors])
    return _Known(document, condition_variables(document))


def _syntax(wrong: GraphQLError) -> Sequence[dict[str, Any]]:
    if "Document contains more than" in wrong.message:
        return limits.TooMuch("tokens", limits.TOKENS).errors
    return [told(wrong)]
