"""Time limits, day by day: month ends, leap years, closed days, the reform of 2026, terms."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.errors import InvalidPeriodError, LawError, ParameterNotFoundError
from dunning_sdk.law.parameter import Unit
from dunning_sdk.law.terms import EndOfMonth, Start, caps_of, latest_due_on, moved_due_on
from dunning_sdk.law.time_limit import add_period, time_limit
from tests.law.build import STATUTES

SERVICE = "fr.payment-order.service"
OPPOSITION = "fr.payment-order.opposition"
ENFORCEABLE = "fr.payment-order.enforceable"
OVERSEAS = ("fr.time-limits.distance-overseas",)
ABROAD = ("fr.time-limits.distance-abroad",)
A, B = EndOfMonth.DAYS_THEN_END, EndOfMonth.END_THEN_DAYS

# Event, number, unit, last day before it moves.
PERIODS = """
2026-01-31 1 months 2026-02-28
2028-01-31 1 months 2028-02-29
2026-02-28 1 months 2026-03-28
2028-02-29 1 months 2028-03-29
2026-08-31 1 months 2026-09-30
2026-11-30 3 months 2027-02-28
2027-11-30 3 months 2028-02-29
2026-12-31 2 months 2027-02-28
2026-10-31 6 months 2027-04-30
2028-02-29 5 years 2033-02-28
2028-02-29 4 years 2032-02-29
2024-02-29 2 years 2026-02-28
2026-03-31 5 years 2031-03-31
2026-02-20 15 days 2026-03-07
2028-02-20 15 days 2028-03-06
2026-12-24 8 days 2027-01-01
2026-03-15 -15 days 2026-02-28
2028-03-15 -15 days 2028-02-29
"""

# Parameter, order (picks the value), event, last day, why.
LIMITS = """
service 2026-08-31 2026-08-31 2027-03-01 order before the reform: 6 months to Sunday 28 February
service 2026-08-28 2026-08-28 2027-03-01 6 months to Sunday 28 February
service 2026-08-27 2026-08-27 2027-03-01 6 months to Saturday 27 February
service 2026-08-26 2026-08-26 2027-02-26 6 months to a Friday
service 2026-09-01 2026-09-01 2026-12-01 first order under the reform: 3 months
service 2026-09-05 2026-09-05 2026-12-07 3 months to Saturday 5 December
service 2026-09-25 2026-09-25 2026-12-28 Christmas Day is a Friday
service 2026-10-01 2026-10-01 2027-01-04 1 January is a Friday
service 2026-11-30 2026-11-30 2027-03-01 no 30 February; the 28th is a Sunday
service 2025-11-08 2025-11-08 2026-05-11 6 months to 8 May, a holiday on a Friday
service 2025-11-14 2025-11-14 2026-05-15 6 months to Ascension Day, a Thursday
service 2025-11-25 2025-11-25 2026-05-26 6 months to Whit Monday
service 2027-11-30 2027-11-30 2028-02-29 3 months to the last day of a leap February
opposition 2026-09-10 2026-09-30 2026-10-30 one month from service
opposition 2026-09-10 2026-10-31 2026-11-30 no 31 November
opposition 2026-09-10 2026-10-11 2026-11-12 11 November is a holiday
opposition 2026-09-10 2026-11-26 2026-12-28 26 December is a Saturday
opposition 2026-01-05 2026-01-31 2026-03-02 28 February is a Saturday
opposition 2026-03-02 2026-03-06 2026-04-07 Easter Monday
opposition 2026-06-01 2026-06-14 2026-07-15 14 July
enforceable 2026-08-31 2026-09-30 2026-10-30 an older order: one month
enforceable 2026-09-01 2026-09-30 2026-11-30 an order under the reform: two months
enforceable 2026-09-01 2026-12-31 2027-03-01 no 31 February; the 28th is a Sunday
consignment 2026-09-10 2026-10-10 2026-10-26 15 days to Sunday 25 October
consignment 2026-09-10 2026-10-27 2026-11-12 15 days to 11 November
counsel 2026-09-10 2026-10-05 2026-10-20 15 days to a Tuesday
"""


def rows(text):
    return [line.split(maxsplit=4) for line in text.strip().splitlines()]


def day(text):
    return date.fromisoformat(text)


@pytest.mark.parametrize(("event", "number", "unit", "expected"), rows(PERIODS))
def test_a_period_ends_on_the_same_day_number_or_the_last_of_the_month(
    event, number, unit, expected
):
    assert add_period(day(event), int(number), Unit(unit)) == day(expected)


@pytest.mark.parametrize(("name", "order", "event", "expected", "why"), rows(LIMITS))
def test_a_time_limit_moves_off_closed_days(name, order, event, expected, why):
    found = time_limit(STATUTES, f"fr.payment-order.{name}", day(event), picked_on=day(order))

    assert found.ends_on == day(expected), why
    assert found.moved == (found.nominal_on != found.ends_on)
    assert any("CPC 642" in source for source in found.sources)
    assert found.confidence.verified


def test_there_are_more_than_forty_dated_cases():
    assert len(rows(PERIODS)) + len(rows(LIMITS)) >= 40


@pytest.mark.parametrize(
    ("issued", "plain", "by_a", "by_b"),
    [
        ("2026-01-15", "2026-03-16", "2026-03-31", "2026-03-17"),
        ("2026-02-15", "2026-04-16", "2026-04-30", "2026-04-14"),
        ("2026-03-10", "2026-05-09", "2026-04-30", "2026-05-15"),
        ("2026-10-22", "2026-12-21", "2026-12-31", "2026-12-15"),
        ("2026-12-31", "2027-03-01", "2027-02-28", "2027-02-14"),
        ("2028-01-15", "2028-03-15", "2028-02-29", "2028-03-16"),
    ],
)
def test_the_caps_of_french_terms_by_both_methods(issued, plain, by_a, by_b):
    caps = {(cap.parameter.name, cap.method): cap for cap in caps_of(STATUTES, "FR", day(issued))}

    assert latest_due_on(STATUTES, "FR", day(issued)) == day(plain)
    assert caps["maximum", None].latest_on == day(plain)
    assert latest_due_on(STATUTES, "FR", day(issued), method=A) == day(by_a)
    assert caps["end-of-month", A].latest_on == day(by_a)
    assert caps["end-of-month", B].latest_on == day(by_b)


def test_each_term_is_counted_from_its_own_day():
    issued, delivered = date(2026, 3, 2), date(2026, 2, 10)
    caps = {cap.parameter.name: cap for cap in caps_of(STATUTES, "FR", issued,
                                                       delivered_on=delivered)}  # fmt: skip

    assert caps["perishables"].latest_on == date(2026, 3, 12)
    assert caps["fresh-meat"].latest_on == date(2026, 3, 2)
    assert caps["alcohol"].latest_on == date(2026, 3, 30)
    assert caps["alcohol"].start is Start.END_OF_DELIVERY_MONTH
    assert caps["road-freight"].latest_on == date(2026, 4, 1)
    assert caps["public-health"].latest_on == date(2026, 4, 21)


def test_rules_not_yet_known_are_left_out():
    names = {cap.parameter.name for cap in caps_of(STATUTES, "FR", date(2016, 1, 4))}

    assert "maximum" in names
    assert not {"standard", "perishables"} & names


def test_distance_prolongs_a_time_limit():
    served = date(2026, 10, 15)

    assert time_limit(STATUTES, OPPOSITION, served).ends_on == date(2026, 11, 16)
    assert time_limit(STATUTES, OPPOSITION, served, added=OVERSEAS).ends_on == date(2026, 12, 15)
    abroad = time_limit(STATUTES, OPPOSITION, served, added=ABROAD)
    assert abroad.ends_on == date(2027, 1, 15)
    assert abroad.confidence == "B"


def test_a_period_before_an_event_ends_on_its_day():
    writ = "fr.merits.writ-before-hearing"
    found = time_limit(STATUTES, writ, date(2026, 10, 12), backward=True)

    assert (found.ends_on, found.moved) == (date(2026, 9, 27), False)
    assert found.days_left(date(2026, 9, 20)) == 7
    assert found.days_left(date(2026, 9, 28)) == -1


def test_what_memory_says_is_named_as_unverified():
    found = time_limit(STATUTES, "de.payment-order.opposition", date(2026, 9, 4))

    assert found.ends_on == date(2026, 9, 18)
    assert found.unverified == ("de.payment-order.opposition", "de.time-limits.rolls")
    assert not found.confidence.verified


def test_a_host_may_drop_the_rule_that_moves():
    plain = dict(STATUTES.parameters)
    del plain["fr.time-limits.rolls"]
    without = type(STATUTES)(parameters=plain)

    assert time_limit(without, SERVICE, date(2026, 8, 31)).ends_on == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("code", "due", "moved"),
    [
        ("FR", "2026-05-01", "2026-05-01"),
        ("ES", "2026-05-02", "2026-05-02"),
        ("DE", "2026-05-01", "2026-05-04"),
        ("PL", "2026-05-03", "2026-05-04"),
        ("GB", "2026-05-04", "2026-05-04"),
        ("UK", "2026-05-02", "2026-05-02"),
    ],
)
def test_a_due_date_moves_only_where_the_law_moves_it(code, due, moved):
    assert moved_due_on(STATUTES, code, day(due)) == day(moved)


def test_bad_questions_are_one_error_each():
    with pytest.raises(LawError, match="no period"):
        time_limit(STATUTES, "fr.payment-order.counsel-above", date(2026, 9, 1))
    with pytest.raises(ParameterNotFoundError, match="the first is from 2015-01-01"):
        time_limit(STATUTES, SERVICE, date(2014, 1, 1))
    with pytest.raises(ParameterNotFoundError, match="Did you mean"):
        time_limit(STATUTES, "fr.payment-order.servise", date(2026, 1, 1))
    with pytest.raises(LawError, match="cannot be counted"):
        add_period(date(2026, 1, 1), 1, Unit.MONEY)
    with pytest.raises(InvalidPeriodError, match="out of the calendar"):
        add_period(date(9999, 12, 1), 60, Unit.DAYS)
    with pytest.raises(LawError, match="No law is known"):
        caps_of(STATUTES, "XX", date(2026, 1, 1))


@given(st.dates(date(2016, 1, 1), date(2029, 12, 31)), st.integers(0, 40))
def test_a_later_event_never_gives_an_earlier_end(event_on, later):
    first = time_limit(STATUTES, SERVICE, event_on, picked_on=date(2026, 9, 1))
    second = time_limit(
        STATUTES, SERVICE, date.fromordinal(event_on.toordinal() + later),
        picked_on=date(2026, 9, 1),
    )  # fmt: skip

    assert first.from_on < first.nominal_on <= first.ends_on <= second.ends_on
    assert first.ends_on.weekday() < 5
