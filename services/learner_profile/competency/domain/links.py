"""What is odd about the links of a package: cycles where there should be order, and ends that nobody holds."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator

from services.learner_profile.competency.domain.package import Association, Finding

_ORDERED = ("isChildOf", "precedes")


def cycles(associations: Iterable[Association]) -> Iterator[Finding]:
    """A warning for every `isChildOf` or `precedes` that lies on a cycle, or between two cycles."""
    of_type: dict[str, list[Association]] = defaultdict(list)
    for association in associations:
        of_type[association.type].append(association)
    for type_ in _ORDERED:
        for association in _peeled(of_type[type_]):
            yield Finding(association.pointer, "cycle", f"This {type_} is part of a cycle", "warning")


def dangling(associations: Iterable[Association], held: Collection[str]) -> Iterator[Finding]:
    """A warning for every association with an end outside `held`; it is kept and attaches when that end arrives."""
    for association in associations:
        for end in ("origin", "destination"):
            if getattr(association, end) not in held:
                pointer = f"{association.pointer}/{end}NodeURI"
                yield Finding(pointer, "external", "Points at what is not held here; kept", "warning")


def _peeled(edges: list[Association]) -> list[Association]:
    """What is left when edges that nothing enters, and edges that lead nowhere, are taken away until there are none."""
    return _after_peeling(_after_peeling(edges, "origin", "destination"), "destination", "origin")


def _after_peeling(edges: list[Association], near: str, far: str) -> list[Association]:
    entering = Counter(getattr(edge, far) for edge in edges)
    leaving: dict[str, list[str]] = defaultdict(list)
    for edge in edges:
        leaving[getattr(edge, near)].append(getattr(edge, far))
    free = [node for node in leaving if not entering[node]]
    taken: set[str] = set()
    while free:
        node = free.pop()
        taken.add(node)
        for neighbour in leaving[node]:
            entering[neighbour] -= 1
            if not entering[neighbour]:
                free.append(neighbour)
    return [edge for edge in edges if getattr(edge, near) not in taken]
