"""Find the day that a name means, counted from the day of the reply.

Whatever could be two days is no day: the reply is then for a person.

>>> day_ahead(Day(kind=DayKind.WEEKDAY, weekday=4), date(2026, 3, 3))  # Friday, on a Tuesday
datetime.date(2026, 3, 6)
>>> day_ahead(Day(kind=DayKind.WEEKDAY, weekday=4), date(2026, 3, 6))  # Friday, on a Friday
<Doubt.DAY_UNCLEAR: 'day-unclear'>
"""

import calendar
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from dunning_sdk.dialogue.answer import HORIZON_DAYS, Doubt
from dunning_sdk.dialogue.lexicon import Day, DayKind

_WEEK: Final = 7
_MONTHS: Final = 12
_ENDS: Final = (DayKind.WEEK_END, DayKind.MONTH_END)


def day_ahead(day: Day, as_of: date) -> date | Doubt:
    """Return the day that is meant by one ahead, not before ``as_of`` and within the horizon.

    Source:
        House rule: of two days that may be meant, neither is.
    """
    if day.is_doubtful:
        return Doubt.DAY_UNCLEAR
    try:
        found = _AHEAD[day.kind](day, as_of)
    except (ValueError, OverflowError):  # the day does not exist, or no calendar reaches it
        return Doubt.DAY_UNCLEAR
    if found is None:
        return Doubt.DAY_UNCLEAR
    if day.shift and day.kind in (DayKind.WEEKDAY, DayKind.DATED):
        found += timedelta(days=day.shift)
    elif day.shift and not (day.kind in _ENDS and not day.count):
        return Doubt.DAY_UNCLEAR
    if found < as_of:
        return Doubt.DAY_PAST
    return found if found <= as_of + timedelta(days=HORIZON_DAYS) else Doubt.DAY_FAR


def day_behind(day: Day, as_of: date) -> date | Doubt:
    """Return the day that is meant by one that has been, not after ``as_of``."""
    if day.is_doubtful or day.is_limit or day.shift:
        return Doubt.DAY_UNCLEAR
    if day.kind is DayKind.WEEKDAY and day.count is None and day.weekday is not None:
        return as_of - timedelta(days=(as_of.weekday() - day.weekday) % _WEEK or _WEEK)
    if day.kind is DayKind.DATED and day.count is None:
        return _dated_behind(day, as_of)
    if day.kind is DayKind.DAYS and day.count is not None and day.count <= 0:
        return as_of + timedelta(days=day.count)
    return Doubt.DAY_PAST


def _dated_behind(day: Day, as_of: date) -> date | Doubt:
    month, year = day.month or as_of.month, day.year or as_of.year
    try:
        found = date(year, month, day.day or 1)
        if found > as_of and day.year is None:
            found = _month_before(found) if day.month is None else found.replace(year=year - 1)
    except ValueError:
        return Doubt.DAY_UNCLEAR
    if day.weekday is not None and found.weekday() != day.weekday:
        return Doubt.DAY_UNCLEAR
    return found if found <= as_of else Doubt.DAY_PAST


def _month_before(day: date) -> date:
    last = day.replace(day=1) - timedelta(days=1)
    return last.replace(day=day.day)


def _month_last(year: int, month: int, on: int = 0) -> date:
    """Return the last day of a month, ``on`` months later."""
    place = year * _MONTHS + month - 1 + on
    year, month = divmod(place, _MONTHS)
    return date(year, month + 1, calendar.monthrange(year, month + 1)[1])


def _days(day: Day, as_of: date) -> date | None:
    return as_of + timedelta(days=day.count or 0)


def _months(day: Day, as_of: date) -> date | None:
    last = _month_last(as_of.year, as_of.month, day.count or 0)
    return last.replace(day=min(as_of.day, last.day))


def _on_weekday(day: Day, as_of: date) -> date | None:
    weekday = day.weekday or 0
    if day.count is not None:
        monday = as_of - timedelta(days=as_of.weekday())
        return monday + timedelta(days=weekday + _WEEK * day.count)
    ahead = (weekday - as_of.weekday()) % _WEEK
    return as_of + timedelta(days=ahead) if ahead else None  # on a Friday, which one?


def _on_next_weekday(day: Day, as_of: date) -> date | None:
    coming = _on_weekday(day, as_of)
    if coming is None:
        return as_of + timedelta(days=_WEEK)
    is_one = coming.isocalendar()[:2] != as_of.isocalendar()[:2]
    return coming if is_one else None


def _week_end(day: Day, as_of: date) -> date | None:
    return as_of + timedelta(days=_WEEK - 1 - as_of.weekday() + _WEEK * (day.count or 0))


def _last_of_month(day: Day, as_of: date) -> date | None:
    if day.month is None:
        return _month_last(as_of.year, as_of.month, day.count or 0)
    year = day.year or as_of.year + (day.month < as_of.month)
    return _month_last(year, day.month)


def _on_date(day: Day, as_of: date) -> date | None:
    number = day.day or 1
    if day.month is None:
        found = _on_number(number, day.count, as_of)
    elif day.year is None:
        found = date(as_of.year, day.month, number)
        if found < as_of - timedelta(days=HORIZON_DAYS // 2):
            found = date(as_of.year + 1, day.month, number)
    else:
        found = date(day.year, day.month, number)
    if found is None or (day.weekday is not None and found.weekday() != day.weekday):
        return None
    return found


def _on_number(number: int, months_on: int | None, as_of: date) -> date | None:
    """Return the next day of that number; on that very day it is not clear which is meant."""
    if number == as_of.day and months_on is None:
        return None
    later = months_on if months_on is not None else int(number < as_of.day)
    return _month_last(as_of.year, as_of.month, later).replace(day=number)


_AHEAD: Final[Mapping[DayKind, Callable[[Day, date], date | None]]] = MappingProxyType(
    {
        DayKind.DAYS: _days,
        DayKind.MONTHS: _months,
        DayKind.WEEKDAY: _on_weekday,
        DayKind.NEXT_WEEKDAY: _on_next_weekday,
        DayKind.WEEK_END: _week_end,
        DayKind.MONTH_END: _last_of_month,
        DayKind.DATED: _on_date,
    }
)
