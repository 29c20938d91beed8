from decimal import Decimal
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.dmn import analysis
from dunning_sdk.dmn.analysis import find_empty, find_gap, find_overlaps, find_unreached
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
def test_a_row_is_unreached_exactly_where_earlier_rows_hold_whenever_it_does(table):
    columns = columns_of(table)
    masks = [held(columns, point) for point in points()]

    found = {one.row: one.covered_by for one in find_unreached(columns, rows=len(table))}

    for row in range(len(table)):
        own = [mask for mask in masks if mask >> row & 1]
        decides = any(not mask & ((1 << row) - 1) for mask in own)
        assert (row + 1 in found) == (bool(own) and not decides)
    for row, covered_by in found.items():
        union = sum(1 << one - 1 for one in covered_by)
        assert all(mask & union for mask in masks if mask >> row - 1 & 1)


def test_no_row_is_named_that_is_not_needed_to_cover_another():
    columns = columns_of([("<= 3", "-"), ("-", "4"), ("> 3", "-"), ("[1..5]", "-"), ("1", "1")])

    found = [(one.row, one.covered_by) for one in find_unreached(columns, rows=5)]
    assert found == [(4, (1, 3)), (5, (1,))]


@given(table=TABLES)
def test_the_regions_of_a_gap_hold_no_row_and_cannot_grow(table):
    columns = columns_of(table)
    gap = find_gap(columns, rows=len(table))
    for region in gap.regions if gap else ():
        inside = [
            [value for value in WHOLE if bins >> column.find(value) & 1]
            for column, bins in zip(columns, region, strict=True)
        ]

        assert not any(held(columns, point) for point in product(*inside))
        for at, values in enumerate(inside):
            for value in set(WHOLE) - set(values):
                wider = [*inside[:at], [value], *inside[at + 1 :]]
                assert any(held(columns, point) for point in product(*wider))


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
    assert list(find_unreached(columns, rows=2)) == []


def test_an_opaque_cell_does_not_hide_a_gap_it_cannot_fill():
    columns = columns_of([("> limit", "1"), ("<= 3", "1")])

    assert find_gap(columns, rows=2).certain


def test_a_search_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(analysis, "GAP_STEPS_MAX", 0)

    gap = find_gap(columns_of([("<= 3", "<= 3"), ("> 2", "<= 3")]), rows=2)

    assert (gap.sample, gap.certain) == ((), False)
