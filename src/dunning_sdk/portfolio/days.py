"""Move days by columns: calendars as lookup tables of day numbers.

A table holds whole years and grows with the years met; it belongs to one evaluation, so no thread
waits for another. A year whose holidays are not known is marked: what falls in it is decided one
by one, where the calendar says so.
"""

from calendar import monthrange
from datetime import date
from typing import Final

import numpy as np

from dunning_sdk.domain.calendar import BusinessCalendar, Roll
from dunning_sdk.errors import DunningError
from dunning_sdk.portfolio.column import NO_DAY, Array, day_of, number_of

UNKNOWN: Final = -NO_DAY
"""Stands for a day that the calendar cannot move."""


class Days:
    """Day numbers moved, for one calendar.

    Args:
        code: Of the calendar.
    """

    def __init__(self, code: str) -> None:
        self._calendar = BusinessCalendar(code)
        self._tables: dict[str, dict[int, Array]] = {}

    def shifted(self, days: Array, roll: Roll) -> Array:
        """Return days rolled off closed days; `NO_DAY` stays, `UNKNOWN` where that is not known.

        Args:
            days: Day numbers.
            roll: Which way.
        """
        return days if roll is Roll.NONE else self._looked_up(days, roll.value)

    def month_ends(self, days: Array) -> Array:
        """Return the last day of the month of each day; `NO_DAY` stays."""
        return self._looked_up(days, "month-end")

    def _looked_up(self, days: Array, what: str) -> Array:
        has = days != NO_DAY
        if not has.any():
            return days
        first, last = int(days[has].min()), int(days[has].max())
        years = range(day_of(first).year, day_of(last).year + 1)
        known = self._tables.setdefault(what, {})
        for year in years:
            if year not in known:
                known[year] = self._year(year, what)
        table = np.concatenate([known[year] for year in years])
        places = np.where(has, days, first) - number_of(date(years[0], 1, 1))
        found: Array = np.where(has, np.take(table, places), NO_DAY).astype(np.int32)
        return found

    def _year(self, year: int, what: str) -> Array:
        first = number_of(date(year, 1, 1))
        count = number_of(date(year, 12, 31)) - first + 1
        moved = [self._moved(day_of(first + at), what) for at in range(count)]
        return np.array(moved, dtype=np.int32)

    def _moved(self, day: date, what: str) -> int:
        if what == "month-end":
            return number_of(day.replace(day=monthrange(day.year, day.month)[1]))
        try:
            return number_of(self._calendar.shift(day, Roll(what)))
        except (DunningError, OverflowError):
            return UNKNOWN
