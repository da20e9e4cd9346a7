"""What may be published of a table of people."""

from collections.abc import Mapping
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from services.learner_profile.insight.domain.suppression import ALL, SMALLEST, Cell, hidden_cells, with_margins

_COUNTS = st.dictionaries(
    st.tuples(st.sampled_from(["a", "b", "c", "d", "e"]), st.sampled_from(["X", "Y", "Z", "W"])),
    st.sampled_from([1, 3, 5, 9, 10, 11, 30, 80]),
    min_size=1,
    max_size=20,
)


@settings(max_examples=400, deadline=None)
@given(counts=_COUNTS)
def test_no_small_number_can_be_found_by_adding_and_subtracting_what_is_shown(counts: dict[Cell, int]) -> None:
    """Against linear algebra: a hidden number is known when its axis lies in the span of the equations of the lines."""
    table, hidden = with_margins(counts), hidden_cells(counts)
    assert {cell for cell, people in table.items() if people < SMALLEST} <= hidden
    known = _determined(table, sorted(hidden))
    assert {cell for cell in known if table[cell] < SMALLEST} == set()


def test_nothing_is_hidden_where_nothing_is_small() -> None:
    assert hidden_cells({("a", "X"): 10, ("a", "Y"): 12, ("b", "X"): 30}) == set()


def test_a_single_small_group_takes_its_complement_along_in_its_school_and_in_another() -> None:
    counts = {("a", "ELL"): 4, ("a", "NOT"): 50, ("b", "ELL"): 20, ("b", "NOT"): 60}
    assert hidden_cells(counts) == {("a", "ELL"), ("a", "NOT"), ("b", "ELL"), ("b", "NOT")}


def test_the_total_of_a_small_school_hides_that_of_another() -> None:
    hidden = hidden_cells({("a", "X"): 6, ("b", "X"): 20, ("c", "X"): 90})
    assert {("a", ALL), ("b", ALL)} <= hidden
    assert ("c", ALL) not in hidden


def _determined(table: Mapping[Cell, int], hidden: list[Cell]) -> set[Cell]:
    """The hidden cells that the published ones determine, by Gaussian elimination over the equations of all lines."""
    equations = [
        [Fraction((-1 if cell[1 - side] == ALL else 1) if cell[side] == name else 0) for cell in hidden]
        for side in (0, 1)
        for name in {cell[side] for cell in table}
    ]
    solved = [row for row in _reduced(equations) if sum(1 for value in row if value) == 1]
    return {cell for row in solved for cell, value in zip(hidden, row, strict=True) if value}


def _reduced(rows: list[list[Fraction]]) -> list[list[Fraction]]:
    """Reduced row echelon form."""
    done: list[list[Fraction]] = []
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((row for row in rows if row[column]), None)
        if pivot is None:
            continue
        rows = [row for row in rows if row is not pivot]
        pivot = [value / pivot[column] for value in pivot]
        rows, done = ([_less(row, pivot, column) for row in part] for part in (rows, done))
        done.append(pivot)
    return done


def _less(row: list[Fraction], pivot: list[Fraction], column: int) -> list[Fraction]:
    return [value - row[column] * taken for value, taken in zip(row, pivot, strict=True)]
