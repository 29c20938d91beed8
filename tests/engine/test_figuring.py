"""The figures of days: kept once a day, two years long, and what follows from them."""

from datetime import date, timedelta
from decimal import Decimal

from dunning_sdk.engine.figuring import (
    KEPT_DAYS,
    Figures,
    days_of_sales_owed,
    effectiveness,
    figures_on,
    keep_figures,
    kept_figures,
    unsound_figures,
)
from dunning_sdk.store.memory import MemoryStore
from tests.contracts.reading_contract import ON, day, owing, promise, put

END = Figures(on=ON, currency="EUR", open_minor=400_00, overdue_minor=100_00)


def test_a_day_is_kept_once_with_what_is_expected_by_week():
    store = MemoryStore("t1")
    with store.begin() as session:
        late = owing("R1", due=-9, stops=(promise(until=8),))
        put(session, late, owing("R2", due=-2), owing("R3", due=3), owing("R4", currency="USD"))
        keep_figures(session, ON)
        put(session, late)
        keep_figures(session, ON)

        euros, dollars = kept_figures(session, ON)
        assert (euros.open_minor, euros.overdue_minor, euros.count) == (300, 200, 3)
        assert euros.expected_minor[:3] == (100, 100, 0)
        assert dollars.expected_minor[0] == 100
        aged = session.open_sums("due_on", (day(-5), ON))
        assert figures_on(session, ON, aged=aged, not_due=2) == (euros, dollars)
        assert kept_figures(session, day(1)) == ()


def test_days_of_more_than_two_years_ago_are_dropped():
    with MemoryStore("t1").begin() as session:
        assert list(unsound_figures(session)) == []
        put(session, owing("R1"))
        keep_figures(session, ON - timedelta(days=KEPT_DAYS + 1))
        keep_figures(session, ON)

        assert [one.on for one in kept_figures(session, date.min)] == [ON]


def test_measures_follow_from_two_days():
    assert days_of_sales_owed(END, issued_minor=900_00, days=90) == 40
    assert days_of_sales_owed(END, issued_minor=0, days=90) is None
    assert effectiveness(500_00, END, issued_minor=900_00) == Decimal("90.9")
    assert effectiveness(0, END, issued_minor=300_00) is None
