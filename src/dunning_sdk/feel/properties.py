"""Read the properties of dates, times, durations and ranges.

Decides which there are (DMN 1.5, 10.3.2.5 and table 65).

>>> import datetime
>>> PROPERTIES[datetime.date]["weekday"](datetime.date(2026, 11, 21))
Decimal('6')
"""

import datetime
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from dunning_sdk.feel.durations import NANOSECONDS, DaysDuration, MonthsDuration
from dunning_sdk.feel.temporal import DateTime, FarDate, Time
from dunning_sdk.feel.values import Range, Value

_Readers = Mapping[str, Callable[[Any], Value]]


def _offset(seconds: int | None) -> DaysDuration | None:
    return None if seconds is None else DaysDuration(seconds * NANOSECONDS)


_DATE: Final[_Readers] = {
    "year": lambda date: Decimal(date.year),
    "month": lambda date: Decimal(date.month),
    "day": lambda date: Decimal(date.day),
    "weekday": lambda date: Decimal(date.weekday() + 1),
}
_TIME: Final[_Readers] = {
    "hour": lambda time: Decimal(time.hour),
    "minute": lambda time: Decimal(time.minute),
    "second": lambda time: Decimal(time.nanoseconds // NANOSECONDS % 60),
    "time offset": lambda time: _offset(time.offset),
    "timezone": lambda time: time.zone,
}


def _of_date(read: Callable[[Any], Value]) -> Callable[[Any], Value]:
    return lambda moment: read(moment.date)


def _of_time(read: Callable[[Any], Value]) -> Callable[[Any], Value]:
    return lambda moment: read(moment.time)


PROPERTIES: Final[Mapping[type, _Readers]] = {
    datetime.date: _DATE,
    FarDate: _DATE,
    Time: _TIME,
    DateTime: {
        **{name: _of_date(read) for name, read in _DATE.items()},
        **{name: _of_time(read) for name, read in _TIME.items()},
        "time offset": lambda moment: _offset(moment.offset),
    },
    DaysDuration: {
        "days": lambda duration: Decimal(duration.days),
        "hours": lambda duration: Decimal(duration.hours),
        "minutes": lambda duration: Decimal(duration.minutes),
        "seconds": lambda duration: duration.seconds,
    },
    MonthsDuration: {
        "years": lambda duration: Decimal(duration.years),
        "months": lambda duration: Decimal(duration.months),
    },
    Range: {
        "start": lambda value: value.start,
        "end": lambda value: value.end,
        "start included": lambda value: value.start_included,
        "end included": lambda value: value.end_included,
    },
}
"""Per Python type of a value, what reads each property."""
