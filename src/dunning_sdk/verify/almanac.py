"""Lay out the planned dates of a procedure for every due date of 400 years.

The module decides nothing about faults; it is `decisions.slots` for 146,097 due dates at once,
in day numbers. The Gregorian calendar repeats after them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from dunning_sdk.domain.calendar import BusinessCalendar, Roll
from dunning_sdk.errors import InvalidPeriodError
from dunning_sdk.rules.step import Procedure, Step

FIRST: Final = date(2000, 1, 1).toordinal()
LAST: Final = date(2399, 12, 31).toordinal()
DUE_DATES: Final = range(FIRST, LAST + 1)
MARGIN_DAYS: Final = 12_000
"""Days around the 400 years that dates may reach."""
_FRIDAY: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """When one step is planned, for every due date.

    Attributes:
        step: Which step.
        root: What its date is counted from in the end: ``due_on`` or ``issued_on``.
        distance: Days from the root, where that is the same for every due date.
        days: Day number per due date; the root ``issued_on`` counts as the due date here.
    """

    step: Step
    root: str
    distance: int | None
    days: Sequence[int]


def planned_days(procedure: Procedure) -> tuple[Planned, ...]:
    """Return when each step is planned, in order, without anything done.

    Args:
        procedure: Its calendar is used as far as its holidays are known, mostly to the year
            2100; otherwise Saturdays and Sundays are closed.

    Returns:
        Nothing where the offsets together pass 30 years.

    Source:
        House rule (ARCHITECTURE section 6, Due).
    """
    if sum(abs(step.offset) for step in procedure.steps) > MARGIN_DAYS - 400:
        return ()
    shifts = any(step.day_shift is not Roll.NONE for step in procedure.steps)
    rolls = _rolls(procedure.calendar) if shifts else {}
    found: dict[str, Planned] = {}
    for step in procedure.steps:
        found[step.id] = _planned(step, found, rolls)
    return tuple(found.values())


def _planned(
    step: Step, earlier: dict[str, Planned], rolls: dict[Roll, Callable[[int], int]]
) -> Planned:
    above = earlier.get(step.anchor)
    root = above.root if above else "issued_on" if step.anchor == "issued_on" else "due_on"
    distance = step.offset if above is None else None
    if step.anchor == "entered_overdue":
        distance = step.offset + 1
    elif above is not None and above.distance is not None:
        distance = above.distance + step.offset
    days: Sequence[int]
    if step.anchor == "end_of_month":
        distance, days = None, [_month_end(due + step.offset) for due in DUE_DATES]
    elif distance is not None:
        days = range(FIRST + distance, LAST + 1 + distance)
    else:
        days = [day + step.offset for day in above.days] if above else ()
    if step.day_shift is not Roll.NONE:
        roll = rolls[step.day_shift]
        distance, days = None, [roll(day) for day in days]
    return Planned(step=step, root=root, distance=distance, days=days)


def _month_end(day: int) -> int:
    return _month_ends()[day - FIRST + MARGIN_DAYS]


@cache
def _month_ends() -> tuple[int, ...]:
    start, end = FIRST - MARGIN_DAYS, LAST + MARGIN_DAYS
    found, last = [0] * (end - start + 1), end
    for day in range(end, start - 1, -1):
        found[day - start] = last
        if date.fromordinal(day).day == 1:
            last = day - 1
    return tuple(found)


@cache
def _rolls(code: str) -> dict[Roll, Callable[[int], int]]:
    """Return, per way a date rolls, a function from a day to the day it rolls to."""
    start, end = FIRST - MARGIN_DAYS, LAST + MARGIN_DAYS
    calendar = BusinessCalendar(code)
    opened = [_is_open(calendar, date.fromordinal(day)) for day in range(start, end + 1)]
    after, before = [0] * len(opened), [0] * len(opened)
    reached = end
    for at in range(len(opened) - 1, -1, -1):
        reached = start + at if opened[at] else reached
        after[at] = reached
    reached = start
    for at, is_open in enumerate(opened):
        reached = start + at if is_open else reached
        before[at] = reached

    def modified(day: int) -> int:
        following = after[day - start]
        return following if following <= _month_end(day) else before[day - start]

    return {
        Roll.FOLLOWING: lambda day: after[day - start],
        Roll.PRECEDING: lambda day: before[day - start],
        Roll.MODIFIED_FOLLOWING: modified,
    }


@cache
def _is_known(calendar: BusinessCalendar, year: int) -> bool:
    try:
        calendar.is_business_day(date(year, 1, 1))
    except InvalidPeriodError:
        return False
    return True


def _is_open(calendar: BusinessCalendar, day: date) -> bool:
    if _is_known(calendar, day.year):
        return calendar.is_business_day(day)
    return day.weekday() <= _FRIDAY
