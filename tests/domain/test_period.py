from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.domain.period import Period, add_months, days_overdue, end_of_month
from dunning_sdk.errors import InvalidPeriodError

DAYS = st.dates(date(1970, 1, 1), date(2100, 12, 31))
PERIODS = st.builds(lambda day, n: Period(day, day + timedelta(n)), DAYS, st.integers(0, 400))


@pytest.mark.parametrize(
    ("as_of", "days"),
    [(date(2026, 3, 1), 0), (date(2026, 3, 2), 1), (date(2026, 2, 28), -1)],
)
def test_nothing_is_overdue_on_the_due_date(as_of, days):
    assert days_overdue(date(2026, 3, 1), as_of) == days


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 1, 15), 1, date(2026, 2, 15)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 31), -2, date(2025, 11, 30)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 5, 31), 0, date(2026, 5, 31)),
    ],
)
def test_months_end_on_the_same_day_number_or_the_last_day(day, n, expected):
    assert add_months(day, n) == expected


@pytest.mark.parametrize("n", [12 * 8000, -12 * 2026])
def test_months_that_lead_out_of_the_calendar_are_refused(n):
    with pytest.raises(InvalidPeriodError):
        add_months(date(2026, 1, 1), n)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 2, 1), date(2026, 2, 28)),
        (date(2028, 2, 29), date(2028, 2, 29)),
        (date(2026, 12, 31), date(2026, 12, 31)),
    ],
)
def test_the_end_of_the_month_is_its_last_day(day, expected):
    assert end_of_month(day) == expected


@given(day=DAYS, n=st.integers(-300, 300))
def test_months_move_to_the_month_meant(day, n):
    moved = add_months(day, n)

    assert (moved.year - day.year) * 12 + moved.month - day.month == n
    assert moved.day == min(day.day, end_of_month(moved).day)


def test_a_period_holds_its_start_and_not_its_end():
    period = Period(date(2026, 1, 1), date(2026, 2, 1))

    assert date(2026, 1, 1) in period
    assert date(2026, 1, 31) in period
    assert date(2026, 2, 1) not in period
    assert period.days == 31


def test_a_period_may_be_empty_and_not_negative():
    assert Period(date(2026, 1, 1), date(2026, 1, 1)).days == 0
    with pytest.raises(InvalidPeriodError):
        Period(date(2026, 1, 2), date(2026, 1, 1))


@given(one=PERIODS, other=PERIODS)
def test_an_overlap_holds_the_days_of_both(one, other):
    both = one.overlap(other)
    days = {one.start + timedelta(n) for n in range(one.days)}
    common = {day for day in days if day in other}

    assert both == other.overlap(one)
    assert common == (set() if both is None else {day for day in days if day in both})
