"""The parts that portfolios are decided by, held against what they stand for."""

from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunning_sdk.domain.calendar import BusinessCalendar, Roll
from dunning_sdk.domain.period import end_of_month
from dunning_sdk.errors import FactTypeError
from dunning_sdk.portfolio.arrow import from_arrow
from dunning_sdk.portfolio.book import compile_book
from dunning_sdk.portfolio.column import NO_DAY, Column, Kind, day_of, number_of
from dunning_sdk.portfolio.columns import grouped
from dunning_sdk.portfolio.days import Days
from dunning_sdk.portfolio.due import ahead
from dunning_sdk.portfolio.interest import Account, count_interest
from dunning_sdk.portfolio.rates import RateTable
from dunning_sdk.portfolio.report import Paths, Report
from tests.portfolio.portfolios import fast_payment, law

FIRST = number_of(date(2026, 1, 1))
WHOLE = 10**8 * 365


@given(
    principal=st.integers(0, 10**15),
    rate=st.integers(0, 10**8),
    days=st.integers(0, 60),
    paid=st.integers(0, 10**15),
)
@settings(max_examples=50, deadline=None)
def test_interest_is_exact_however_large_the_amount(principal, rate, days, paid):
    sums = np.arange(100, dtype=np.int64) * rate
    nothing = np.zeros(100, dtype=np.int64)
    table = RateTable(first=FIRST, scaled=sums, unknown=nothing, doubtful=nothing, lifted=nothing)
    account = Account(
        principal=np.array([principal]),
        start=np.array([FIRST], dtype=np.int32),
        end=np.array([FIRST + days + 20], dtype=np.int32),
        paid_on=np.array([[FIRST + days]]),
        paid=np.array([[paid]]),
        pause_start=np.zeros((0, 1), dtype=np.int64),
        pause_end=np.zeros((0, 1), dtype=np.int64),
    )

    left = principal - min(paid, principal)
    exact = principal * rate * days + left * rate * 20
    assert (2 * exact + WHOLE) // (2 * WHOLE) == count_interest(account, table).minor[0]


@given(st.lists(st.integers(-700_000, 2_900_000), min_size=1), st.integers(-700_000, 2_900_000))
@settings(max_examples=50, deadline=None)
def test_days_ahead_are_those_after_the_day(days, as_of):
    wanted = [day if day > as_of else NO_DAY for day in days]

    assert wanted == ahead(np.array(days, dtype=np.int32), as_of).tolist()


def test_no_day_is_ahead_of_nothing():
    days = np.array([NO_DAY, -NO_DAY], dtype=np.int32)

    assert ahead(days, number_of(date(2026, 7, 14))).tolist() == [NO_DAY, NO_DAY]


@pytest.mark.parametrize("roll", [Roll.FOLLOWING, Roll.MODIFIED_FOLLOWING, Roll.PRECEDING])
def test_days_move_as_the_calendar_moves_them(roll):
    calendar, first = BusinessCalendar("FR"), date(2025, 12, 20)
    days = [first + timedelta(days=at) for at in range(60)]
    numbers = np.array([*map(number_of, days), NO_DAY], dtype=np.int32)

    moved = Days("FR").shifted(numbers, roll)

    assert [*(number_of(calendar.shift(day, roll)) for day in days), NO_DAY] == moved.tolist()


def test_months_end_where_they_end():
    days = [date(2028, 2, 1), date(2026, 12, 31), date(2027, 4, 30)]

    ends = Days("FR").month_ends(np.array([number_of(day) for day in days], dtype=np.int32))

    assert [*map(end_of_month, days)] == [day_of(int(end)) for end in ends]


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 10**9)), min_size=1))
@settings(max_examples=50, deadline=None)
def test_rows_are_grouped_by_all_they_agree_in(rows):
    parts = np.array(rows, dtype=np.int64).T

    first, which = grouped(*parts)

    for at, row in enumerate(rows):
        assert rows[first[which[at]]] == row
    assert len(set(rows)) == len(first)


def test_a_scale_of_numbers_is_kept_in_arrow_and_a_wrong_type_refused():
    pa = pytest.importorskip("pyarrow")
    compiled = compile_book(fast_payment(), operator="financier", law=law())
    wrong = pa.table({"receivable.due_on": pa.array(["2026-03-10"])})
    words = pa.table({"currency": pa.array([1])})

    with pytest.raises(FactTypeError):
        from_arrow(wrong, compiled.schema)
    with pytest.raises(FactTypeError):
        from_arrow(words.to_batches()[0], compiled.schema)


def test_a_column_gives_back_what_was_put_in():
    texts = Column.texts(["a", None, "b", "a"])
    day = Column.of(Kind.DAY, np.array(["2026-03-10", "NaT"], dtype="datetime64[D]"))
    share = Column.of(Kind.NUMBER, np.array([25]), scale=2)
    channels = Column.of(Kind.SET, np.array([2]), words=("email", "sms"))

    assert [texts.value(row) for row in range(4)] == ["a", None, "b", "a"]
    assert [date(2026, 3, 10), None] == [day.value(0), day.value(1)]
    assert Fraction(1, 4) == Fraction(share.value(0))
    assert frozenset({"sms"}) == channels.value(0)
    assert [Column.constant(Kind.DAY, None, 2).value(row) for row in range(2)] == [None, None]


def test_reports_add_up():
    one = Report(rows=2, verdicts={"due": 1}, due={"first": 1}, paths={"a": Paths(columns=2)})
    other = Report(rows=1, verdicts={"held": 1}, paths={"a": Paths(one_by_one=1)})

    assert one + other == Report(
        rows=3,
        verdicts={"due": 1, "held": 1},
        due={"first": 1},
        paths={"a": Paths(columns=2, one_by_one=1)},
    )
