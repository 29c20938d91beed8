from decimal import Decimal
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.dmn import analysis
from dunning_sdk.dmn.analysis import find_covered, find_empty, find_gap, find_overlaps
from dunning_sdk.dmn.column import make_column
from dunning_sdk.feel.parser import parse_unary_tests

WHOLE = [Decimal(value) for value in range(-1, 6)]
ENDS = st.integers(0, 4).map(str)
CELLS = st.one_of(
    st.just("-"),
    ENDS,
    st.builds("{} {}".format, st.sampled_from(["<", "<=", ">", ">="]), ENDS),
    st.builds("[{}..{}]".format, ENDS, ENDS),
)
TABLES = st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5)


def columns_of(table, *, grain=Decimal(1)):
    return [
        make_column([parse_unary_tests(cell) for cell in cells], kind="number", grain=grain)
        for cells in zip(*table, strict=True)
    ]


def held(columns, point):
    rows = -1
    for column, value in zip(columns, point, strict=True):
        rows &= column.rows_for(value)
    return rows


def points():
    return product(WHOLE, WHOLE)


@given(table=TABLES)
def test_a_gap_is_found_exactly_where_there_is_one(table):
    columns = columns_of(table)

    gap = find_gap(columns, rows=len(table))

    assert (gap is not None) == any(not held(columns, point) for point in points())
    assert gap is None or (gap.certain and not held(columns, gap.sample))


@given(table=TABLES)
def test_overlaps_are_found_exactly_where_two_rows_hold(table):
    columns = columns_of(table)

    found = {(one.first, one.second) for one in find_overlaps(columns, rows=len(table))}

    seen = {
        (first + 1, second + 1)
        for point in points()
        for second in range(len(table))
        for first in range(second)
        if held(columns, point) >> first & 1 and held(columns, point) >> second & 1
    }
    assert found == seen


@given(table=TABLES)
def test_a_covered_row_never_holds_alone(table):
    columns = columns_of(table)

    for row, earlier in find_covered(columns, rows=len(table)):
        masks = [held(columns, point) for point in points()]
        assert all(mask >> earlier - 1 & 1 for mask in masks if mask >> row - 1 & 1)


def test_every_row_covered_by_one_earlier_row_is_found():
    columns = columns_of([("<= 3", "-"), ("[1..2]", "> 1"), ("-", "-"), ("4", "4")])

    assert list(find_covered(columns, rows=4)) == [(2, 1), (4, 3)]


def test_whole_numbers_leave_no_gap_between_three_and_four():
    table = [("<= 3", "-"), (">= 4", "-")]

    assert find_gap(columns_of(table), rows=2) is None
    assert find_gap(columns_of(table, grain=None), rows=2).sample[0] == Decimal("3.5")


def test_a_cell_that_no_value_fulfils_is_found():
    assert list(find_empty(columns_of([("-", "[4..3]"), ("-", "-")]), rows=2)) == [(1, 1)]


def test_an_opaque_cell_makes_a_finding_uncertain():
    columns = columns_of([("> limit", "-"), ("<= 3", "-")])

    (overlap,) = find_overlaps(columns, rows=2)
    assert (overlap.certain, find_gap(columns, rows=2).certain) == (False, False)
    assert list(find_covered(columns, rows=2)) == []


def test_an_opaque_cell_does_not_hide_a_gap_it_cannot_fill():
    columns = columns_of([("> limit", "1"), ("<= 3", "1")])

    assert find_gap(columns, rows=2).certain


def test_a_search_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(analysis, "GAP_STEPS_MAX", 1)

    gap = find_gap(columns_of([("<= 3", "<= 3"), ("> 3", "<= 3")]), rows=2)

    assert (gap.sample, gap.certain) == ((), False)
