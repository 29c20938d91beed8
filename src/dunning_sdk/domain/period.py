"""Count days, months and periods, on plain dates.

The module decides how months are added and periods are bounded; business days and holidays
are decided in ``calendar``.

>>> add_months(date(2026, 1, 31), 1)
datetime.date(2026, 2, 28)
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from dunning_sdk.errors import InvalidPeriodError


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A span of days, half-open: ``start`` belongs to it, ``end`` does not.

    Periods are ordered by start, then by end.

    Attributes:
        start: First day.
        end: Day after the last one; equal to ``start`` in an empty period.

    Raises:
        InvalidPeriodError: ``end`` lies before ``start``.
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        """Refuse a period that ends before it starts."""
        if self.end < self.start:
            raise InvalidPeriodError(
                f"A period that starts on {self.start} ends before that, on {self.end}",
                hint="Swap the dates, or correct one of them",
            )

    @property
    def days(self) -> int:
        """Return the length in calendar days."""
        return (self.end - self.start).days

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    def overlap(self, other: Period) -> Period | None:
        """Return the days in both periods, or ``None`` where there is none."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Period(start, end) if start < end else None


def days_overdue(due_on: date, as_of: date) -> int:
    """Return the calendar days since the due date.

    Args:
        due_on: Due date.
        as_of: Date for which we count.

    Returns:
        0 on the due date, 1 on the day after, negative before it.

    Source:
        House rule; a payment on the due date is in time.
    """
    return (as_of - due_on).days


def end_of_month(day: date) -> date:
    """Return the last day of the month.

    >>> end_of_month(date(2028, 2, 10))
    datetime.date(2028, 2, 29)
    """
    return day.replace(day=monthrange(day.year, day.month)[1])


def add_months(day: date, n: int) -> date:
    """Return the same day number some months later, or the last day of a shorter month.

    Args:
        day: Where to count from.
        n: Months; negative counts back.

    Raises:
        InvalidPeriodError: The result lies outside the years 1 to 9999.

    Source:
        France, Code de procédure civile, article 641, second paragraph.
    """
    year, month_index = divmod(day.year * 12 + day.month - 1 + n, 12)
    if not date.min.year <= year <= date.max.year:
        raise InvalidPeriodError(
            f"{n} months from {day} lead out of the calendar", hint="Use fewer months"
        )
    last = monthrange(year, month_index + 1)[1]
    return date(year, month_index + 1, min(day.day, last))
