"""Order among competencies, in small and in real graphs."""

import csv
from itertools import pairwise
from pathlib import Path

import pytest

from services.learner_profile.pathway.domain.prerequisites import Edge, frontier, longest_path, ordered

_DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
_MAP = _DATA / "coherence-map"
_KHAN = _DATA / "khan-exercise-graph"

_CYCLIC: list[Edge] = [("a", "b"), ("b", "c"), ("c", "b"), ("c", "d"), ("lost", "a"), ("d", "gone")]


def test_a_cycle_is_one_place_in_the_order_and_loose_ends_are_named() -> None:
    order = ordered("dcba", _CYCLIC)
    assert order.components == (("a",), ("b", "c"), ("d",))
    assert order.cycles == (("b", "c"),)
    assert order.dangling == (("d", "gone"), ("lost", "a"))
    assert longest_path(order) == order.components
    assert ordered("abcd", reversed(_CYCLIC)) == order


def test_members_of_a_cycle_open_together_once_what_is_outside_is_mastered() -> None:
    order = ordered("abcd", _CYCLIC)
    assert frontier(order, ()) == {"a": ()}
    assert frontier(order, ("a",)) == {"b": ("a",), "c": ("a",)}
    assert frontier(order, ("a", "b")) == {"c": ("a",)}
    assert frontier(order, ("a", "c")) == {"b": ("a",), "d": ("c",)}
    assert frontier(order, "abcd") == {}


def test_what_needs_itself_is_a_cycle_and_can_still_be_started() -> None:
    order = ordered("a", [("a", "a")])
    assert (order.cycles, frontier(order, ())) == ((("a",),), {"a": ()})


def test_nothing_has_an_order_too() -> None:
    assert longest_path(ordered((), ())) == ()


def test_a_chain_longer_than_the_stack_is_ordered() -> None:
    nodes = [f"{number:05}" for number in range(20_000)]
    order = ordered(nodes, pairwise(nodes))
    assert [one[0] for one in order.components] == nodes


@pytest.mark.skipif(not _MAP.is_dir(), reason="the shared folder with real graphs is absent")
def test_a_real_map_of_standards_has_no_cycle_and_thirty_one_standards_on_its_longest_path() -> None:
    with (_MAP / "prerequisite_edges.csv").open(encoding="utf-8") as file:
        edges = [(row["from_code"], row["to_code"]) for row in csv.DictReader(file)]
    order = ordered({end for edge in edges for end in edge}, edges)
    place = {node: at for at, one in enumerate(order.components) for node in one}
    assert (len(edges), order.cycles, order.dangling, len(longest_path(order))) == (757, (), (), 31)
    assert all(place[start] < place[end] for start, end in edges)


@pytest.mark.skipif(not _KHAN.is_dir(), reason="the shared folder with real graphs is absent")
def test_a_real_graph_of_exercises_names_its_loose_ends() -> None:
    with (_KHAN / "exercises.csv").open(encoding="utf-8") as file:
        held = {row["slug"] for row in csv.DictReader(file)}
    with (_KHAN / "prerequisite_edges.csv").open(encoding="utf-8") as file:
        edges = [(row["from_slug"], row["to_slug"]) for row in csv.DictReader(file)]
    order = ordered(held, edges)
    assert len(order.dangling) == 11
    assert len(order.edges) + len(order.dangling) == len(set(edges))
