"""A plugin of dunning_sdk: no reminder leaves on a quiet day.

Decides which days are quiet, from two environment variables. What is held back is due again the
day after; the rule book decides what then becomes of it.

``DUNNING_QUIET_DAYS`` holds a jurisdiction, whose weekends and public holidays are quiet, and
after a semicolon days of one's own; either may be left out. ``DUNNING_QUIET_LEGAL=yes`` holds
back steps with legal effect too.

>>> quiet_days("FR;2026-12-24,2026-12-31").on(date(2026, 12, 24))
True
>>> quiet_days("FR").on(date(2026, 12, 24))
False
"""

import os
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from dunning_sdk.domain.calendar import BusinessCalendar
from dunning_sdk.errors import ConfigError
from dunning_sdk.hooks import hookimpl

DAYS: Final = "DUNNING_QUIET_DAYS"
LEGAL: Final = "DUNNING_QUIET_LEGAL"
REASON: Final = "quiet-day"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietDays:
    """The days on which nothing is sent.

    Attributes:
        calendar: Its closed days are quiet; ``None`` where only listed days are.
        listed: Quiet days of one's own.
    """

    calendar: BusinessCalendar | None
    listed: frozenset[date]

    def on(self, day: date) -> bool:
        """Say whether a day is quiet."""
        closed = self.calendar is not None and not self.calendar.is_business_day(day)
        return closed or day in self.listed


@cache
def quiet_days(text: str) -> QuietDays:
    """Return the quiet days that a text names.

    Args:
        text: ``FR``, ``FR;2026-12-24,2026-12-31`` or ``;2026-12-24``.

    Raises:
        ConfigError: A day is no date, or the text names no day at all.
        UnknownCalendarError: The jurisdiction is unknown.
    """
    code, _, listed = (part.strip() for part in text.partition(";"))
    days = [day.strip() for day in listed.split(",") if day.strip()]
    if not code and not days:
        message = f"{DAYS} names neither a jurisdiction nor a day"
        raise ConfigError(message, hint=f'Set it, for example {DAYS}="FR;2026-12-24".')
    return QuietDays(
        calendar=BusinessCalendar(code) if code else None,
        listed=frozenset(_day(day) for day in days),
    )


@hookimpl
def dunning_veto_notice(legal_effect: bool, as_of: date) -> str | None:
    """Hold a notice back on a quiet day, unless its step has legal effect."""
    if legal_effect and not _holds_legal(os.environ.get(LEGAL, "no")):
        return None
    return REASON if quiet_days(os.environ.get(DAYS, "")).on(as_of) else None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        message = f"{DAYS}: {text!r} is not a date"
        raise ConfigError(
            message, hint="Write days as 2026-12-24, with commas between."
        ) from problem


def _holds_legal(text: str) -> bool:
    if text not in ("yes", "no"):
        raise ConfigError(f"{LEGAL} is {text!r}", hint="Set it to yes or no.")
    return text == "yes"
