"""How large an operation may be, before anybody validates it: validation itself is expensive on hostile documents."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from gateway.errors import LIMIT_EXCEEDED, RefusedOperation, error

TOKENS = 2_000
DEPTH = 20
ALIASES = 30
ROOT_FIELDS = 15
DIRECTIVES = 50
FIELDS = 1_000
REPEATS = 20
DEFINITIONS = 50


class TooMuch(RefusedOperation):
    """A limit is passed; the error names it, so that a front-end developer knows what to split."""

    def __init__(self, limit: str, most: int) -> None:
        super().__init__(
            error(LIMIT_EXCEEDED, f"The operation passes a limit: {limit} at most {most}", limit=limit, most=most)
        )


def check(document: DocumentNode) -> None:
    """Raises `TooMuch`; fragments count as often as they are spread."""
    _hold("definitions", len(document.definitions), DEFINITIONS)
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            counted = _Count(fragments)
            _hold("root fields", sum(1 for _ in counted.fields(node.selection_set)), ROOT_FIELDS)
            counted.walk(node.selection_set, 1)
        elif isinstance(node, FragmentDefinitionNode):
            _Count(fragments).walk(node.selection_set, 1)


def _hold(limit: str, found: int, most: int) -> None:
    if found > most:
        raise TooMuch(limit, most)


@dataclass(slots=True)
class _Count:
    fragments: dict[str, FragmentDefinitionNode]
    seen: int = 0
    aliases: int = 0
    directives: int = 0
    spreading: list[str] = field(default_factory=list)

    def walk(self, selection: SelectionSetNode, depth: int) -> None:
        _hold("depth", depth, DEPTH)
        repeats: Counter[str] = Counter()
        for node in self.fields(selection):
            self.aliases += node.alias is not None
            _hold("aliases", self.aliases, ALIASES)
            repeats[node.alias.value if node.alias else node.name.value] += 1
            if node.selection_set:
                self.walk(node.selection_set, depth + 1)
        _hold("repeats of one field", max(repeats.values(), default=0), REPEATS)

    def fields(self, selection: SelectionSetNode) -> Iterator[FieldNode]:
        """The fields of one object, through its fragments; a fragment that spreads itself is left to validation."""
        for node in selection.selections:
            self.seen += 1
            self.directives += len(node.directives or ())
            _hold("fields", self.seen, FIELDS)
            _hold("directives", self.directives, DIRECTIVES)
            if isinstance(node, FieldNode):
                yield node
            else:
                yield from self._within(node)

    def _within(self, node: object) -> Iterator[FieldNode]:
        if not isinstance(node, FragmentSpreadNode):
            yield from self.fields(node.selection_set)  # type: ignore[attr-defined]
            return
        name = node.name.value
        if name in self.spreading or name not in self.fragments:
            return
        self.spreading.append(name)
        yield from self.fields(self.fragments[name].selection_set)
        self.spreading.pop()
