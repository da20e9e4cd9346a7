"""The order that `precedes` associations put on competencies, even where other people's data has cycles or loose ends.

Competencies on a common cycle form one component; between components there is always an order. Components are found with two
depth-first searches (S. R. Kosaraju; M. Sharir, "A strong-connectivity algorithm", 1981), kept on a stack of their own because a
chain of prerequisites may be longer than Python's.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

Edge = tuple[str, str]
"""The prerequisite, then what it opens."""
Component = tuple[str, ...]
"""Members in alphabetical order; most have one."""


@dataclass(frozen=True, slots=True)
class Order:
    """Prerequisites made sense of."""

    components: tuple[Component, ...]
    """Every held competency once, prerequisites before what they open."""
    cycles: tuple[Component, ...]
    """Components that need themselves, in the same order."""
    dangling: tuple[Edge, ...]
    """Edges with an end that is not held. They order nothing and close nothing."""
    edges: frozenset[Edge]
    """Edges with both ends held."""


def ordered(held: Collection[str], edges: Iterable[Edge]) -> Order:
    """The order of the `held` competencies; the same input, in whatever sequence, gives the same order."""
    known = set(held)
    told = set(edges)
    inner = frozenset(edge for edge in told if known.issuperset(edge))
    after = _neighbours(inner)
    before = _neighbours((end, start) for start, end in inner)
    last_first = reversed(list(_finished(sorted(known), after, set())))
    seen: set[str] = set()
    components = tuple(tuple(sorted(_finished([node], before, seen))) for node in last_first if node not in seen)
    cycles = tuple(one for one in components if len(one) > 1 or (one[0], one[0]) in inner)
    return Order(components, cycles, tuple(sorted(told - inner)), inner)


def longest_path(order: Order) -> tuple[Component, ...]:
    """The longest chain of components, a cycle counting once; of chains equally long, the first in alphabetical order of its ends."""
    component_of = {node: one for one in order.components for node in one}
    before = _outside(order)
    best: dict[Component, tuple[Component, ...]] = {}
    for component in order.components:
        chains = [best[component_of[node]] for node in before[component]]
        best[component] = (*max(chains, key=len, default=()), component)
    return max((best[one] for one in sorted(best)), key=len, default=())


def frontier(order: Order, mastered: Collection[str]) -> Mapping[str, tuple[str, ...]]:
    """What can be started next, in order, each with the prerequisites outside its own cycle that opened it.

    A competency is open when it is not mastered and everything that its component needs from outside is. Members of a cycle
    therefore open together. A prerequisite that is not held closes nothing: nobody could ever master it here.
    """
    done = set(mastered)
    before = _outside(order)
    return {
        node: before[component]
        for component in order.components
        if done.issuperset(before[component])
        for node in component
        if node not in done
    }


def _outside(order: Order) -> dict[Component, tuple[str, ...]]:
    """What each component needs from other components."""
    before = _neighbours((end, start) for start, end in order.edges)
    return {
        component: tuple(sorted({start for node in component for start in before.get(node, ())} - set(component)))
        for component in order.components
    }


def _neighbours(edges: Iterable[Edge]) -> dict[str, list[str]]:
    neighbours: dict[str, list[str]] = defaultdict(list)
    for start, end in sorted(edges):
        neighbours[start].append(end)
    return dict(neighbours)


def _finished(roots: Iterable[str], neighbours: Mapping[str, list[str]], seen: set[str]) -> Iterator[str]:
    """Nodes that can be reached from the roots and are not yet in `seen`, each after everything found below it."""
    for root in roots:
        if root in seen:
            continue
        seen.add(root)
        stack = [(root, iter(neighbours.get(root, ())))]
        while stack:
            node, below = stack[-1]
            found = next((one for one in below if one not in seen), None)
            if found is None:
                stack.pop()
                yield node
            else:
                seen.add(found)
                stack.append((found, iter(neighbours.get(found, ()))))
