"""What of a table of people may be published: no cell under ten, and none that the others give away.

A table is `schools x groups` with its margins: the cells of a school add up to the school's total, the cells of a group over
all schools to the group's total. Whoever knows the published cells can solve for a hidden one exactly when its edge is a
bridge in the graph whose nodes are the lines of the table and whose edges are the hidden cells (D. Gusfield, A graph theoretic
approach to statistical data security, SIAM J. Comput. 17(3), 1988). Cells are therefore hidden until no bridge is left, and
until those hidden in a line stand together for ten people at least.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

SMALLEST: Final = 10
"""Counts of people below this are not shown."""

ALL: Final = ""
"""The name of the total among groups, and of the whole district among schools."""

Cell = tuple[str, str]
"""(school, group); either may be `ALL`."""
Node = tuple[int, str]
"""A line of the table: (0, school) or (1, group)."""


def hidden_cells(counts: Mapping[Cell, int]) -> set[Cell]:
    """Which cells not to publish, given the inner cells' counts; margins follow from them. Empty cells are no secret.

    The margin of all groups is hidden where a school itself is small, so that the same total may stand beside several tables
    of the same schools.
    """
    table = with_margins(counts)
    hidden = {cell for cell, people in table.items() if 0 < people < SMALLEST}
    hidden |= _further_totals(table, hidden)
    while more := _next(table, hidden):
        hidden |= more
    return hidden


def with_margins(counts: Mapping[Cell, int]) -> dict[Cell, int]:
    """The counts with the totals of every school, of every group and of the district."""
    table: dict[Cell, int] = defaultdict(int)
    for (school, group), people in counts.items():
        for cell in ((school, group), (school, ALL), (ALL, group), (ALL, ALL)):
            table[cell] += people
    return dict(table)


def _further_totals(table: Mapping[Cell, int], hidden: set[Cell]) -> set[Cell]:
    """Totals of schools, the smallest first, that have to go with small schools, whatever table they stand beside."""
    totals = sorted((people, cell) for cell, people in table.items() if cell[1] == ALL and cell[0] != ALL and people)
    chosen = [cell for _, cell in totals if cell in hidden]
    if not chosen:
        return set()
    for _, cell in totals:
        if len(chosen) > 1 and sum(table[one] for one in chosen) >= SMALLEST:
            break
        if cell not in chosen:
            chosen.append(cell)
    return set(chosen)


def _next(table: Mapping[Cell, int], hidden: set[Cell]) -> set[Cell]:
    """What has to be hidden further; nothing once no hidden cell can be found out."""
    for line in _lines(table):
        unseen = [cell for cell in line if cell in hidden]
        if unseen and sum(table[cell] for cell in unseen if ALL not in cell) < SMALLEST and _inner(unseen):
            further = _smallest(line, table, hidden)
            if further:
                return {further}
    for bridge in _bridges(hidden):
        if table[bridge] < SMALLEST and (further := _beside(bridge, table, hidden)):
            return {further}
    return set()


def _beside(bridge: Cell, table: Mapping[Cell, int], hidden: set[Cell]) -> Cell | None:
    """What hides a small cell that the published ones give away: the smallest that mends it alone, or else the smallest."""
    shown = sorted(_shown(table, hidden), key=lambda cell: _order(cell, table))
    return next((cell for cell in shown if bridge not in _bridges(hidden | {cell})), shown[0] if shown else None)


def _inner(cells: Iterable[Cell]) -> bool:
    return any(ALL not in cell for cell in cells)


def _lines(table: Mapping[Cell, int]) -> Iterator[list[Cell]]:
    for side in (0, 1):
        for name in sorted({cell[side] for cell in table}):
            yield [cell for cell in table if cell[side] == name]


def _smallest(line: Iterable[Cell], table: Mapping[Cell, int], hidden: set[Cell]) -> Cell | None:
    """The smallest cell of a line that is still shown."""
    return min(_shown({cell: table[cell] for cell in line}, hidden), key=lambda cell: _order(cell, table), default=None)


def _shown(table: Mapping[Cell, int], hidden: set[Cell]) -> list[Cell]:
    """What may still be hidden; the totals of schools stay as they are."""
    return [cell for cell, people in table.items() if people and cell not in hidden and cell[1] != ALL]


def _order(cell: Cell, table: Mapping[Cell, int]) -> tuple[bool, int, Cell]:
    """Small cells go first, a group's total last."""
    return cell[0] == ALL, table[cell], cell


def _bridges(hidden: set[Cell]) -> list[Cell]:
    """The hidden cells on no cycle, by chain decomposition (J. M. Schmidt, Information Processing Letters 113, 2013)."""
    beside: dict[Node, list[Node]] = defaultdict(list)
    for school, group in sorted(hidden):
        beside[0, school].append((1, group))
        beside[1, group].append((0, school))
    parents: dict[Node, Node | None] = {}
    for root in beside:
        _walk(root, beside, parents)
    on_a_cycle = _chained(parents, beside)
    return sorted(cell for cell in hidden if cell not in on_a_cycle)


def _walk(root: Node, beside: Mapping[Node, list[Node]], parents: dict[Node, Node | None]) -> None:
    """Depth first, so that every edge outside the tree leads from a node to one of its ancestors."""
    ahead: list[tuple[Node, Node | None]] = [(root, None)]
    while ahead:
        node, parent = ahead.pop()
        if node not in parents:
            parents[node] = parent
            ahead += [(further, node) for further in beside[node] if further not in parents]


def _chained(parents: Mapping[Node, Node | None], beside: Mapping[Node, list[Node]]) -> set[Cell]:
    """The edges of all chains: from each node along its edges to descendants outside the tree, and back up the tree."""
    seen: set[Node] = set()
    chained: set[Cell] = set()
    order = {node: number for number, node in enumerate(parents)}
    for node in parents:
        for below in (one for one in beside[node] if order[one] > order[node] and parents[one] != node):
            seen.add(node)
            chained.add(_cell(node, below))
            climbing: Node | None = below
            while climbing is not None and climbing not in seen:
                seen.add(climbing)
                above = parents[climbing]
                if above is not None:
                    chained.add(_cell(climbing, above))
                climbing = above
    return chained


def _cell(one: Node, other: Node) -> Cell:
    return (one[1], other[1]) if one[0] == 0 else (other[1], one[1])
