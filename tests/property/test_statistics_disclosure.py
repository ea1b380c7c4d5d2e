"""Disclosure control: the worked table, and leaks planted for the auditor to find."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.disclosure import Statement, complementary, leaks, possible_values, rounded_between, small_counts

# recovered, improved, unchanged, deteriorated of three clinics
W36 = np.array([[12, 8, 9, 3], [15, 10, 7, 6], [20, 9, 11, 7]])


def name(row: int, column: int) -> str:
    return f"{'ABC'[row]}-{('recovered', 'improved', 'unchanged', 'deteriorated')[column]}"


def published(counts: np.ndarray, hidden: np.ndarray) -> list[Statement]:
    """What a table says: its visible cells, and the totals of all rows and columns."""
    cells = [(i, j) for i, j in product(*map(range, counts.shape)) if not hidden[i, j]]
    statements = [Statement({name(i, j): 1}, counts[i, j], counts[i, j]) for i, j in cells]
    for i in range(counts.shape[0]):
        total = counts[i, :].sum()
        statements.append(Statement({name(i, j): 1 for j in range(counts.shape[1])}, total, total))
    for j in range(counts.shape[1]):
        total = counts[:, j].sum()
        statements.append(Statement({name(i, j): 1 for i in range(counts.shape[0])}, total, total))
    return statements


def test_w36_the_cheapest_rectangle_is_hidden() -> None:
    hidden = complementary(W36, small_counts(W36, 4))
    assert {name(i, j) for i, j in np.argwhere(hidden)} == {"A-deteriorated", "A-unchanged", "B-deteriorated", "B-unchanged"}


def test_w36_the_audit_finds_a_range_of_nine() -> None:
    hidden = complementary(W36, small_counts(W36, 4))
    names = [name(i, j) for i, j in np.argwhere(hidden)]
    ranges = possible_values(published(W36, hidden), names)
    assert ranges["A-deteriorated"] == pytest.approx((0, 9))
    assert ranges["A-unchanged"] == pytest.approx((3, 12))
    assert ranges["B-deteriorated"] == pytest.approx((0, 9))
    assert ranges["B-unchanged"] == pytest.approx((4, 13))
    assert leaks(published(W36, hidden), names, width=5) == []


def test_the_audit_finds_a_cell_that_totals_give_away() -> None:
    """Hiding the small cell alone hides nothing: its row's total less the other cells is 3."""
    alone = small_counts(W36, 4)
    (leak,) = leaks(published(W36, alone), ["A-deteriorated"], width=5)
    assert (leak.lowest, leak.highest) == pytest.approx((3, 3))


def test_hiding_two_cells_of_a_row_is_not_enough() -> None:
    hidden = small_counts(W36, 4)
    hidden[0, 2] = True
    found = {leak.name for leak in leaks(published(W36, hidden), ["A-deteriorated", "A-unchanged"], width=5)}
    assert found == {"A-deteriorated", "A-unchanged"}


def test_the_audit_finds_a_month_between_two_rolling_years() -> None:
    """A year to October and a year to September, published exactly, give October's count away once last October's is known."""
    months = [f"month {number}" for number in range(13)]
    years = [Statement(dict.fromkeys(months[1:], 1), 41, 41), Statement(dict.fromkeys(months[:-1], 1), 40, 40)]
    last_october = Statement({"month 0": 1}, 2, 2)
    assert [leak.name for leak in leaks([*years, last_october], ["month 12"], width=5)] == ["month 12"]
    rounded = [Statement(year.weights, *rounded_between(40, 5, 4)) for year in years]
    assert leaks([*rounded, last_october], ["month 12"], width=5) == []


def test_the_audit_finds_a_clinic_in_the_network_less_all_others() -> None:
    network = Statement({"harbour": 1, "orchard": 1, "sparrow": 1}, 63, 63)
    exact = [network, Statement({"harbour": 1}, 40, 40), Statement({"orchard": 1}, 20, 20)]
    assert [leak.name for leak in leaks(exact, ["sparrow"], width=5)] == ["sparrow"]
    rounded = [network, Statement({"harbour": 1}, *rounded_between(40, 5, 4)), Statement({"orchard": 1}, *rounded_between(20, 5, 4))]
    assert leaks(rounded, ["sparrow"], width=5) == []


def test_the_audit_finds_a_person_in_a_restatement() -> None:
    """Published again with one more person, an exact figure says what became of the person who was added."""
    before, after = Statement({"before": 1}, 20, 20), Statement({"before": 1, "added": 1}, 21, 21)
    assert [leak.name for leak in leaks([before, after], ["added"], width=5)] == ["added"]


def test_the_audit_finds_a_count_behind_an_exact_percentage() -> None:
    """47.36842 % of at most 25 people is 9 of 19 and nothing else, whatever the count is rounded to."""
    rate = Statement({"count": 1, "people": -9 / 19}, 0, 0)
    people = Statement({"people": 1}, 18, 22)
    shown = Statement({"count": 1}, *rounded_between(10, 5, 4))
    assert [leak.name for leak in leaks([rate, people, shown], ["count"], width=5)] == ["count"]


def test_contradictory_figures_are_no_protection() -> None:
    with pytest.raises(ValueError, match="contradict"):
        possible_values([Statement({"a": 1}, 5, 5), Statement({"a": 1}, 6, 6)], ["a"])


def test_an_unbounded_count_is_free() -> None:
    assert possible_values([], ["a"]) == {"a": (0, np.inf)}


@given(st.integers(0, 500), st.sampled_from([4, 10]))
def test_a_reader_of_a_rounded_count_knows_no_more_than_its_bounds(count: int, limit: int) -> None:
    if not 1 <= count <= limit:
        shown = int(np.floor(count / 5 + 0.5)) * 5
        lowest, highest = rounded_between(shown, 5, limit)
        assert lowest <= count <= highest
        assert highest - lowest < 5


tables = st.integers(3, 6).flatmap(lambda columns: st.lists(st.lists(st.integers(0, 40), min_size=columns, max_size=columns), min_size=3, max_size=7))


@given(tables)
def test_every_small_cell_has_a_partner_in_its_row_and_column(table: list[list[int]]) -> None:
    counts = np.array(table) + 1  # a zero protects nothing, so that among zeros a cell may stay alone
    small = small_counts(counts, 4)
    hidden = complementary(counts, small)
    assert hidden[small].all()
    assert all(hidden[i].sum() > 1 and hidden[:, j].sum() > 1 for i, j in np.argwhere(small))


@given(tables)
def test_no_hidden_cell_of_a_protected_table_is_known_exactly(table: list[list[int]]) -> None:
    counts = np.array(table) + 1  # without zeros every small cell finds a rectangle
    small = small_counts(counts, 4)
    hidden = complementary(counts, small)
    names = {(i, j): f"{i},{j}" for i, j in product(*map(range, counts.shape))}
    statements = [Statement({names[i, j]: 1}, counts[i, j], counts[i, j]) for i, j in names if not hidden[i, j]]
    rows, columns = (range(size) for size in counts.shape)
    statements += [Statement({names[i, j]: 1 for j in columns}, counts[i].sum(), counts[i].sum()) for i in rows]
    statements += [Statement({names[i, j]: 1 for i in rows}, counts[:, j].sum(), counts[:, j].sum()) for j in columns]
    assert leaks(statements, [names[i, j] for i, j in np.argwhere(small)], width=1) == []
