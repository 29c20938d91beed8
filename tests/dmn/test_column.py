import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.dmn.column import make_column
from dunning_sdk.feel.evaluator import compile_unary_tests
from dunning_sdk.feel.parser import parse_unary_tests

NUMBERS = st.integers(-6, 6).map(lambda half: Decimal(half) / 2)
ENDS = NUMBERS.map(str)
RANGES = st.builds(
    lambda ends, opening, closing: f"{opening}{min(ends)}..{max(ends)}{closing}",
    st.sets(NUMBERS, min_size=2, max_size=2),
    st.sampled_from("[("),
    st.sampled_from("])"),
)
COMPARISONS = st.builds("{} {}".format, st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), ENDS)
ATOMS = st.one_of(ENDS, COMPARISONS, RANGES, st.just("null"))
CELLS = st.one_of(
    st.just("-"),
    st.lists(ATOMS, min_size=1, max_size=3).map(", ".join),
    st.lists(ATOMS, min_size=1, max_size=2).map(lambda atoms: f"not({', '.join(atoms)})"),
)


@given(cells=st.lists(CELLS, min_size=1, max_size=4), value=st.none() | NUMBERS)
def test_bins_allow_the_rows_that_feel_allows(cells, value):
    nodes = [parse_unary_tests(cell) for cell in cells]

    rows = make_column(nodes, kind="number", nullable=True).rows_for(value)

    held = [compile_unary_tests(node)({}, value) is True for node in nodes]
    assert [bool(rows >> row & 1) for row in range(len(nodes))] == held


@given(cells=st.lists(CELLS, min_size=1, max_size=4))
def test_live_bins_hold_their_sample_and_void_bins_no_whole_number(cells):
    column = make_column(
        [parse_unary_tests(cell) for cell in cells], kind="number", grain=Decimal(1), nullable=True
    )

    inside = {column.find(Decimal(value)) for value in range(-10, 10)}
    live = {at for at, _ in enumerate(column.samples) if column.live >> at & 1}
    assert live - {len(column.samples) - 1} == inside
    assert all(column.find(column.samples[at]) == at for at in live)


@given(cells=st.lists(CELLS, min_size=1, max_size=4), value=st.integers(-10, 10))
def test_rows_change_from_one_whole_number_to_the_next_at_edges_only(cells, value):
    column = make_column([parse_unary_tests(cell) for cell in cells], kind="number")

    changes = column.rows_for(Decimal(value)) != column.rows_for(Decimal(value - 1))
    assert changes == (value in column.edges())


def test_dates_have_edges_as_ordinals():
    cells = [parse_unary_tests('< date("2026-03-01")'), parse_unary_tests('@"2026-03-05"')]
    column = make_column(cells, kind="date")

    days = [datetime.date.fromordinal(edge).isoformat() for edge in column.edges()]
    assert days == ["2026-03-01", "2026-03-05", "2026-03-06"]


def test_a_closed_list_has_no_other_value():
    cells = [parse_unary_tests('"a"'), parse_unary_tests('not("a")')]

    closed = make_column(cells, kind="string", values=("a", "b"))
    open_ = make_column(cells, kind="string")

    assert [closed.rows_for(value) for value in "ab"] == [0b01, 0b10]
    assert [bin(column.live) for column in (closed, open_)] == ["0b11", "0b11"]
    assert open_.rows_for("anything") == 0b10


def test_booleans_are_both_there():
    column = make_column([parse_unary_tests("true"), None], kind="boolean")

    assert [column.rows_for(value) for value in (True, False)] == [0b11, 0b10]
    assert column.edges() is None


@pytest.mark.parametrize(
    "cell", ["> limit", "abs(?) > 3", '"text"', 'date("not a date")', "[1..limit]", "[a, 1]"]
)
def test_a_cell_that_is_not_made_of_constants_is_opaque(cell):
    column = make_column([parse_unary_tests(cell), parse_unary_tests("1")], kind="number")

    assert column.bins_by_row[0] is None
    assert column.rows_for(Decimal(99)) == 0b01
    assert column.edges() is None


def test_texts_are_not_put_in_order():
    column = make_column([parse_unary_tests('< "b"'), parse_unary_tests('"b"')], kind="string")

    assert column.bins_by_row[0] is None


def test_a_list_holds_its_items():
    column = make_column([parse_unary_tests("[1, 3]")], kind="number")

    assert [column.rows_for(Decimal(value)) for value in (1, 2, 3)] == [1, 0, 1]


def test_null_is_live_where_it_may_be_and_is_asked_for():
    asked = make_column([parse_unary_tests("null")], kind="number", nullable=True)
    never = make_column([parse_unary_tests("null")], kind="number")

    assert [column.live >> 1 & 1 for column in (asked, never)] == [1, 0]


def test_a_range_that_ends_before_it_begins_holds_nothing_and_its_negation_is_opaque():
    cells = [parse_unary_tests("[2..1]"), parse_unary_tests("not([2..1])")]

    assert make_column(cells, kind="number").bins_by_row == (0, None)
