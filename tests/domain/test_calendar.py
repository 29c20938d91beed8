from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.domain import calendar
from dunning_sdk.domain.calendar import BusinessCalendar, Calendar, Roll
from dunning_sdk.errors import DomainError, InvalidPeriodError, UnknownCalendarError

FRANCE = BusinessCalendar("FR")
CALENDARS = st.sampled_from(
    [
        FRANCE,
        BusinessCalendar("FR", "ouvrables"),
        BusinessCalendar("FR", "calendaires"),
        BusinessCalendar("TARGET"),
        BusinessCalendar("SA"),
    ]
)
DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))


def is_holiday(code, day):
    return day in BusinessCalendar(code).holidays_in(day.year)


# Which days are holidays


def test_france_has_the_eleven_days_of_the_labor_code():
    assert list(FRANCE.holidays_in(2026)) == [
        date(2026, 1, 1),
        date(2026, 4, 6),
        date(2026, 5, 1),
        date(2026, 5, 8),
        date(2026, 5, 14),
        date(2026, 5, 25),
        date(2026, 7, 14),
        date(2026, 8, 15),
        date(2026, 11, 1),
        date(2026, 11, 11),
        date(2026, 12, 25),
    ]


@pytest.mark.parametrize("code", ["FR-57", "FR-6AE"])
def test_alsace_and_moselle_have_two_days_more(code):
    more = set(BusinessCalendar(code).holidays_in(2026)) - set(FRANCE.holidays_in(2026))

    assert more == {date(2026, 4, 3), date(2026, 12, 26)}


@pytest.mark.parametrize("code", ["FR-67", "FR-68", "FR-GES"])
def test_codes_that_the_library_would_answer_wrongly_are_refused(code):
    with pytest.raises(UnknownCalendarError) as caught:
        BusinessCalendar(code)

    assert "FR-57" in str(caught.value) or "FR-6AE" in str(caught.value)


def test_overseas_holidays_are_known():
    assert is_holiday("FR-974", date(2026, 12, 20))
    assert not is_holiday("FR", date(2026, 12, 20))


@pytest.mark.parametrize("code", ["GB", "UK"])
def test_great_britain_needs_its_part(code):
    with pytest.raises(UnknownCalendarError):
        BusinessCalendar(code)

    assert is_holiday("GB-ENG", date(2026, 8, 31))
    assert not is_holiday("GB-SCT", date(2026, 8, 31))


@pytest.mark.parametrize(
    ("code", "day"),
    [
        ("PL", date(2025, 12, 24)),
        ("IE", date(2023, 2, 6)),
        ("GB-ENG", date(2023, 5, 8)),
        ("IT", date(2026, 10, 4)),
        ("DE-BY", date(2026, 1, 6)),
        ("US", date(2021, 12, 31)),
    ],
)
def test_recent_and_observed_holidays_are_known(code, day):
    assert is_holiday(code, day)


@pytest.mark.parametrize("code", ["BE", "IT"])
def test_a_holiday_on_a_sunday_does_not_make_a_second_closed_day(code):
    easter = date(2026, 4, 5)
    days = BusinessCalendar(code).business_days_between(easter, easter + timedelta(7))

    assert days == 4


def test_target_is_closed_on_six_days_and_weekends():
    target = BusinessCalendar("TARGET")

    assert list(target.holidays_in(2026)) == [
        date(2026, 1, 1),
        date(2026, 4, 3),
        date(2026, 4, 6),
        date(2026, 5, 1),
        date(2026, 12, 25),
        date(2026, 12, 26),
    ]
    assert not target.is_business_day(date(2026, 7, 11))
    assert target.is_business_day(date(2026, 7, 14))


def test_target_has_no_ouvrables():
    with pytest.raises(UnknownCalendarError, match="Saturdays"):
        BusinessCalendar("TARGET", "ouvrables")


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [
        ("FR", "en", "Christmas Day"),
        ("FR", "fr", "Noël"),
        ("FR", "xx", "Christmas Day"),
        ("DE", "de", "Erster Weihnachtstag"),
        ("DE", "fr", "Christmas Day"),
        ("TARGET", "en", "Christmas Day"),
    ],
)
def test_names_are_english_unless_another_language_is_known(monkeypatch, code, language, name):
    monkeypatch.setenv("LANGUAGE", "uk")

    assert BusinessCalendar(code).holidays_in(2031, language=language)[date(2031, 12, 25)] == name


def test_a_year_cannot_be_changed_by_who_reads_it():
    with pytest.raises(TypeError):
        FRANCE.holidays_in(2026)[date(2026, 1, 2)] = "Free"


# Which days count


@pytest.mark.parametrize(("kind", "days"), [("ouvres", 5), ("ouvrables", 6), ("calendaires", 7)])
def test_a_plain_week_has_five_six_or_seven_days(kind, days):
    monday = date(2026, 9, 7)

    assert BusinessCalendar("FR", kind).business_days_between(monday, monday + timedelta(7)) == days


@pytest.mark.parametrize(("kind", "days"), [("ouvres", 4), ("ouvrables", 5), ("calendaires", 7)])
def test_a_holiday_in_the_week_counts_only_as_a_calendar_day(kind, days):
    monday = date(2026, 7, 13)

    assert BusinessCalendar("FR", kind).business_days_between(monday, monday + timedelta(7)) == days


@pytest.mark.parametrize(
    ("code", "day", "works"),
    [
        ("SA", date(2026, 9, 4), False),
        ("SA", date(2026, 9, 6), True),
        ("AE", date(2021, 9, 3), False),
        ("AE", date(2021, 9, 5), True),
        ("AE", date(2026, 9, 4), True),
        ("AE", date(2026, 9, 6), False),
    ],
)
def test_weekends_follow_country_and_date(code, day, works):
    assert BusinessCalendar(code).is_business_day(day) is works


def test_where_the_weekend_holds_friday_it_is_the_weekly_rest_day():
    ouvrables = BusinessCalendar("SA", "ouvrables")

    assert not ouvrables.is_business_day(date(2026, 9, 4))
    assert ouvrables.is_business_day(date(2026, 9, 5))


def test_a_day_with_a_time_is_refused():
    with pytest.raises(DomainError, match="without a time"):
        FRANCE.is_business_day(datetime(2026, 9, 7, tzinfo=UTC))


@pytest.mark.parametrize(("code", "year"), [("FR", 1969), ("FR", 2101), ("TARGET", 1998)])
def test_a_year_whose_holidays_are_not_known_is_refused(code, year):
    with pytest.raises(InvalidPeriodError):
        BusinessCalendar(code).is_business_day(date(year, 6, 1))
    with pytest.raises(InvalidPeriodError):
        BusinessCalendar(code).holidays_in(year)


@pytest.mark.parametrize(
    "code", ["XX", "FRA", "fr", "Target", "", "GB-ENGLAND", "FR-", "FR Zone A"]
)
def test_an_unknown_code_is_refused(code):
    with pytest.raises(UnknownCalendarError):
        BusinessCalendar(code)


@pytest.mark.parametrize(
    ("code", "near"), [("DE-BYE", "DE-BY"), ("FRA", "FR"), ("GB-ENGLAND", "GB-ENG")]
)
def test_an_unknown_code_names_the_nearest(code, near):
    with pytest.raises(UnknownCalendarError, match=f"Did you mean .*{near}"):
        BusinessCalendar(code)


def test_an_unknown_kind_names_the_nearest():
    with pytest.raises(UnknownCalendarError, match="Use ouvrables"):
        BusinessCalendar("FR", "ouvrable")


# Moving


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("ouvres", date(2026, 11, 25)),
        ("ouvrables", date(2026, 11, 24)),
        ("calendaires", date(2026, 11, 23)),
    ],
)
def test_three_days_from_a_friday(kind, expected):
    assert BusinessCalendar("FR", kind).add_business_days(date(2026, 11, 20), 3) == expected


def test_business_days_jump_over_holidays_and_the_year():
    assert FRANCE.add_business_days(date(2026, 12, 31), 1) == date(2027, 1, 4)
    assert FRANCE.add_business_days(date(2027, 1, 4), -1) == date(2026, 12, 31)
    assert FRANCE.add_business_days(date(2026, 5, 13), 1) == date(2026, 5, 15)


def test_no_business_days_leave_the_day_as_it_is():
    assert FRANCE.add_business_days(date(2026, 11, 1), 0) == date(2026, 11, 1)


@pytest.mark.parametrize(
    ("roll", "expected"),
    [
        (Roll.NONE, date(2026, 10, 31)),
        (Roll.FOLLOWING, date(2026, 11, 2)),
        (Roll.MODIFIED_FOLLOWING, date(2026, 10, 30)),
        (Roll.PRECEDING, date(2026, 10, 30)),
    ],
)
def test_a_saturday_at_the_end_of_a_month_rolls_as_told(roll, expected):
    assert FRANCE.shift(date(2026, 10, 31), roll) == expected


def test_modified_following_stays_following_within_the_month():
    assert FRANCE.shift(date(2026, 10, 10), Roll.MODIFIED_FOLLOWING) == date(2026, 10, 12)


def test_a_time_limit_that_ends_on_a_saturday_moves_to_monday():
    """Code de procédure civile, article 642."""
    assert FRANCE.shift(date(2026, 9, 12), Roll.FOLLOWING) == date(2026, 9, 14)


@given(each=CALENDARS, day=DAYS, roll=st.sampled_from(Roll))
def test_a_business_day_does_not_move_and_a_moved_day_is_one(each, day, roll):
    moved = each.shift(day, roll)

    assert roll is Roll.NONE or each.is_business_day(moved)
    assert not each.is_business_day(day) or moved == day
    assert roll is not Roll.MODIFIED_FOLLOWING or moved.month == day.month


@given(each=CALENDARS, day=DAYS, n=st.integers(1, 60))
def test_adding_and_counting_agree(each, day, n):
    moved = each.add_business_days(day, n)

    assert each.is_business_day(moved)
    assert each.business_days_between(day + timedelta(1), moved) == n - 1
    if each.is_business_day(day):
        assert each.add_business_days(moved, -n) == day


def test_counting_backwards_is_refused():
    with pytest.raises(InvalidPeriodError):
        FRANCE.business_days_between(date(2026, 1, 2), date(2026, 1, 1))


def test_a_business_calendar_is_a_calendar_and_equal_by_value():
    provided: Calendar = FRANCE

    assert provided == BusinessCalendar("FR", "ouvres")
    assert hash(provided) == hash(BusinessCalendar("FR"))


def test_plain_date_arithmetic_is_at_hand_beside_the_calendar():
    assert calendar.end_of_month(date(2026, 2, 3)) == date(2026, 2, 28)
    assert calendar.add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert calendar.days_overdue(date(2026, 1, 31), date(2026, 2, 1)) == 1
    assert calendar.Period(date(2026, 1, 1), date(2026, 1, 8)).days == 7
