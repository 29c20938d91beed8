"""Count and move by business days.

The module decides what a business day is and which way a date rolls off a closed day. Which
days are holidays is known by ``holiday``; plain day and month arithmetic is in ``period`` and
can be imported from here too.

>>> BusinessCalendar("FR", "ouvres").add_business_days(date(2026, 11, 20), 3)
datetime.date(2026, 11, 25)
>>> BusinessCalendar("FR", "ouvrables").add_business_days(date(2026, 11, 20), 3)
datetime.date(2026, 11, 24)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, Literal, Protocol, get_args

from dunning_sdk.domain.holiday import TARGET, check_code, holiday_names, open_days, working_days
from dunning_sdk.domain.period import Period as Period
from dunning_sdk.domain.period import add_months as add_months
from dunning_sdk.domain.period import days_overdue as days_overdue
from dunning_sdk.domain.period import end_of_month as end_of_month
from dunning_sdk.errors import DomainError, UnknownCalendarError, nearest_names

CalendarKind = Literal["ouvres", "ouvrables", "calendaires"]

_DAY: Final = timedelta(days=1)


class Roll(StrEnum):
    """Which way a date moves when it falls on a closed day.

    Source:
        ISDA business day conventions: following, modified following, preceding.
    """

    NONE = "none"
    FOLLOWING = "following"
    MODIFIED_FOLLOWING = "modified_following"
    PRECEDING = "preceding"


class Calendar(Protocol):
    """What rules and decisions ask of a calendar, whoever provides it."""

    def is_business_day(self, day: date) -> bool:
        """Say whether a day is a business day."""

    def shift(self, day: date, roll: Roll) -> date:
        """Return the day itself, or the business day it rolls to."""

    def add_business_days(self, day: date, n: int) -> date:
        """Return the n-th business day after a day."""

    def business_days_between(self, start: date, end: date) -> int:
        """Count the business days from ``start`` (inclusive) to ``end`` (exclusive)."""

    def holidays_in(self, year: int, *, language: str = "en") -> Mapping[date, str]:
        """Return the public holidays of a year with their names."""


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """The business days of one jurisdiction.

    Attributes:
        code: ISO 3166 code, with a subdivision where holidays differ (``FR``, ``FR-57``
            Moselle, ``FR-6AE`` Alsace, ``DE-BY``, ``GB-ENG``), or ``TARGET``.
        kind: What counts: ``ouvres`` days usually worked (in France Monday to Friday less
            holidays), ``ouvrables`` days but the weekly rest day and holidays (Monday to
            Saturday), ``calendaires`` every day.

    Raises:
        UnknownCalendarError: The code or the kind is unknown; TARGET has no ``ouvrables``
            days, since it is closed on Saturdays.

    Source:
        France, Code du travail, article L3133-1 (the eleven holidays) and L3134-13 (two more
        in Alsace and Moselle; Good Friday there holds only for some communes, which this
        calendar does not tell apart). "Jours ouvrés" and "jours ouvrables" are usage.
    """

    code: str
    kind: CalendarKind = "ouvres"

    def __post_init__(self) -> None:
        """Refuse an unknown code or kind."""
        kinds = get_args(CalendarKind)
        if self.kind not in kinds:
            near = nearest_names(self.kind, kinds, limit=1) or kinds
            raise UnknownCalendarError(
                f"{self.kind!r} is no kind of business days", hint=f"Use {' or '.join(near)}"
            )
        check_code(self.code)
        if self.code == TARGET and self.kind == "ouvrables":
            raise UnknownCalendarError(
                "TARGET has no jours ouvrables: it is closed on Saturdays",
                hint="Use the kind ouvres",
            )

    def is_business_day(self, day: date) -> bool:
        """Say whether a day counts.

        Raises:
            InvalidPeriodError: The holidays of that year are not known.
            DomainError: ``day`` carries a time of day.
        """
        if isinstance(day, datetime):
            raise DomainError("A business day is a date without a time", hint="Pass the date alone")
        if self.kind == "calendaires":
            return True
        days_of = working_days if self.kind == "ouvres" else open_days
        return day in days_of(self.code, day.year)

    def shift(self, day: date, roll: Roll) -> date:
        """Return the day itself if it is a business day, else the one it rolls to.

        Args:
            day: Any day.
            roll: ``FOLLOWING`` the next business day; ``PRECEDING`` the one before;
                ``MODIFIED_FOLLOWING`` the next one, unless that is in another month, then the
                one before; ``NONE`` leaves the day as it is.

        Source:
            ISDA business day conventions. French time limits of procedure that end on a
            Saturday, Sunday or holiday roll ``FOLLOWING`` by ``ouvres`` days: Code de
            procédure civile, article 642.
        """
        if roll == Roll.NONE:
            return day
        if roll == Roll.PRECEDING:
            return self._nearest(day, -_DAY)
        following = self._nearest(day, _DAY)
        if roll == Roll.MODIFIED_FOLLOWING and following.month != day.month:
            return self._nearest(day, -_DAY)
        return following

    def add_business_days(self, day: date, n: int) -> date:
        """Return the n-th business day after a day.

        Args:
            day: Where to count from; it does not count itself, and may be closed.
            n: Business days; negative counts back, 0 gives the day as it is.

        Source:
            France, Code de procédure civile, article 641: the day of the event does not
            count.
        """
        step = _DAY if n > 0 else -_DAY
        for _ in range(abs(n)):
            day = self._nearest(day + step, step)
        return day

    def business_days_between(self, start: date, end: date) -> int:
        """Count the business days in a half-open period.

        Args:
            start: First day (inclusive).
            end: Last day (exclusive), not before ``start``.

        Raises:
            InvalidPeriodError: ``end`` lies before ``start``.
        """
        days = Period(start, end).days
        return sum(self.is_business_day(start + n * _DAY) for n in range(days))

    def holidays_in(self, year: int, *, language: str = "en") -> Mapping[date, str]:
        """Return the public holidays of a year with their names, ascending.

        Args:
            year: Calendar year.
            language: ``en`` or a language of the jurisdiction, such as ``fr``.

        Returns:
            Also holidays on weekends, whatever the kind of the calendar.
        """
        return holiday_names(self.code, year, language=language)

    def _nearest(self, day: date, step: timedelta) -> date:
        while not self.is_business_day(day):
            day += step
        return day
