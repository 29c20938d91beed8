"""Be the built-in functions on dates, times and durations.

Decides what DMN 1.5, 10.3.4.1 and 10.3.4.7 say. ``now`` and ``today`` ask the clock
of the evaluation.

>>> months_between(datetime.date(2026, 1, 31), datetime.date(2027, 1, 30)).total
11
"""

import datetime
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from dunning_sdk.feel.arithmetic import as_moment
from dunning_sdk.feel.durations import NANOSECONDS, DaysDuration, MonthsDuration, parse_duration
from dunning_sdk.feel.environment import Evaluation
from dunning_sdk.feel.signatures import function
from dunning_sdk.feel.temporal import (
    Date,
    DateTime,
    Time,
    make_date,
    make_time,
    parse_date,
    parse_date_time,
    parse_time,
)
from dunning_sdk.feel.values import NUMBERS, Function, OperandError, Value, admit
from dunning_sdk.feel.zones import zone_offset

_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def _whole(number: Decimal) -> int:
    if number != int(number):
        raise OperandError("a part that is no whole number")
    return int(number)


def date_of_parts(year: Decimal, month: Decimal, day: Decimal) -> Date:
    """Return the date with these parts."""
    return make_date(_whole(year), _whole(month), _whole(day))


def date_of(moment: Date | DateTime) -> Date:
    """Return the date of a moment."""
    return moment.date if isinstance(moment, DateTime) else moment


def moment_of_parts(day: Date | DateTime, time: Time) -> DateTime:
    """Return the moment at a date and a time."""
    return DateTime(date_of(day), time)


def moment_of(text: str) -> DateTime:
    """Read a date and time; a date alone is its midnight."""
    return DateTime(parse_date(text), Time(0)) if "T" not in text else parse_date_time(text)


def moment_in_zone(moment: Date | DateTime, zone: str) -> DateTime:
    """Return a moment seen in a zone: moved there, or, when it is local, taken to be there."""
    full = as_moment(moment)
    if zone_offset(zone, full.date) is None:
        raise OperandError("no such time zone")
    return DateTime(full.date, Time(full.time.nanoseconds, None, zone))


def time_of_parts(
    hour: Decimal, minute: Decimal, second: Decimal, offset: DaysDuration | None = None
) -> Time:
    """Return the time with these parts."""
    nanoseconds = int(NUMBERS.multiply(second, Decimal(NANOSECONDS)))
    east = None if offset is None else offset.nanoseconds // NANOSECONDS
    return make_time(_whole(hour), _whole(minute), nanoseconds, offset=east)


def time_of(moment: Date | DateTime | Time) -> Time:
    """Return the time of a moment; the one of a date is midnight UTC."""
    if isinstance(moment, Time):
        return moment
    return as_moment(moment).time


def months_between(start: Date | DateTime, end: Date | DateTime) -> MonthsDuration:
    """Return the whole months from one date to another, negative when it lies before.

    Source:
        DMN 1.5, table 76, ``years and months duration``.
    """
    first, last = date_of(start), date_of(end)
    months = (last.year - first.year) * 12 + last.month - first.month
    if months > 0 and last.day < first.day:
        months -= 1
    elif months < 0 and last.day > first.day:
        months += 1
    return MonthsDuration(months)


def day_of_year(moment: Date | DateTime) -> Decimal:
    """Return the number of the day within its year, from 1."""
    day = date_of(moment)
    return Decimal(day.toordinal() - make_date(day.year, 1, 1).toordinal() + 1)


def day_of_week(moment: Date | DateTime) -> str:
    """Return the English name of the day."""
    return _DAYS[date_of(moment).weekday()]


def month_of_year(moment: Date | DateTime) -> str:
    """Return the English name of the month."""
    return _MONTHS[date_of(moment).month - 1]


def week_of_year(moment: Date | DateTime) -> Decimal:
    """Return the number of the ISO 8601 week."""
    day = date_of(moment)
    near = (
        day
        if isinstance(day, datetime.date)
        else datetime.date((day.year - 1) % 400 + 2001, day.month, day.day)
    )
    return Decimal(near.isocalendar().week)


def now(evaluation: Evaluation) -> Value:
    """Return the moment of evaluation."""
    if evaluation.clock is None:
        raise OperandError("no clock was given")
    return admit(evaluation.clock.now())


def today(evaluation: Evaluation) -> Value:
    """Return the date of evaluation."""
    moment = now(evaluation)
    return moment.date if isinstance(moment, DateTime) else None


def _same(value: Value) -> Value:
    return value


def _on_days(name: str, result: str, call: Callable[..., Value]) -> Function:
    return function(
        *(f"{name}(date: date) -> {result}", call),
        *(f"{name}(date: date and time) -> {result}", call),
    )


FUNCTIONS: Final[Mapping[str, Function]] = {
    "date": function(
        *("date(from: string) -> date", parse_date),
        *("date(from: date) -> date", date_of),
        *("date(from: date and time) -> date", date_of),
        *("date(year: number, month: number, day: number) -> date", date_of_parts),
    ),
    "date and time": function(
        *("date and time(from: string) -> date and time", moment_of),
        *("date and time(date: date, time: time) -> date and time", moment_of_parts),
        *("date and time(date: date and time, time: time) -> date and time", moment_of_parts),
        *("date and time(date: date and time, timezone: string) -> date and time", moment_in_zone),
        *("date and time(from: date and time) -> date and time", as_moment),
    ),
    "time": function(
        *("time(from: string) -> time", parse_time),
        *("time(from: time) -> time", time_of),
        *("time(from: date) -> time", time_of),
        *("time(from: date and time) -> time", time_of),
        *(
            "time(hour: number, minute: number, second: number, "
            "offset?: days and time duration?) -> time",
            time_of_parts,
        ),
    ),
    "duration": function(
        *("duration(from: string) -> Any", parse_duration),
        *("duration(from: days and time duration) -> days and time duration", _same),
        *("duration(from: years and months duration) -> years and months duration", _same),
    ),
    "years and months duration": function(
        *(
            "years and months duration(from: date, to: date) -> years and months duration",
            months_between,
        ),
        *(
            "years and months duration(from: date and time, to: date and time)"
            " -> years and months duration",
            months_between,
        ),
    ),
    "day of year": _on_days("day of year", "number", day_of_year),
    "day of week": _on_days("day of week", "string", day_of_week),
    "month of year": _on_days("month of year", "string", month_of_year),
    "week of year": _on_days("week of year", "number", week_of_year),
    "now": function("now() -> date and time", now, contextual=True),
    "today": function("today() -> date", today, contextual=True),
}
