"""Choose which occurrences of a repeated step the slots of each row stand for.

As `decisions.slots` has it: those acted on, then all that may come, up to the first after the day
decided for, and none from the first date of a later step on.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dunning_sdk.domain.calendar import Roll
from dunning_sdk.portfolio.column import DAY_MOST, NO_DAY, Array, Flags
from dunning_sdk.portfolio.columns import Columns
from dunning_sdk.portfolio.past import Acts
from dunning_sdk.rules.step import Step

SHIFT_MOST: Final = 10
"""No calendar moves a date further than these days."""

_BACK: Final = 5
"""A date is seldom moved back by more days than these."""

_EVER: Final = 1 << 40


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Window:
    """Occurrences of one step, behind the first one; int64 arrays have an entry per row.

    Attributes:
        planned: Day of the first occurrence.
        until: First day that belongs to a later step; `NO_DAY` for none.
        acts: Places of the acts of occurrences behind the first.
        last: Greatest occurrence acted on; 0 for none.
        begin: Least that is laid out.
        start: Least that is laid out though nothing was done about it.
        most: Greatest there may be.
        base: Of the first slot.
        width: Slots.
    """

    planned: Array
    until: Array
    acts: Array
    last: Array
    begin: Array
    start: Array
    most: int
    base: Array
    width: int

    @property
    def has(self) -> Flags:
        """Tell where the first occurrence has a day."""
        return np.asarray(self.planned != NO_DAY)

    @property
    def omits(self) -> Flags:
        """Tell where there are occurrences before the first slot."""
        return np.asarray(self.has & (self.begin < self.base))

    @property
    def is_whole(self) -> Flags:
        """Tell where there are no occurrences behind the last slot."""
        return np.asarray(self.base + self.width > np.maximum(self.most, self.last))

    def is_too_far(self, step: Step) -> Flags:
        """Tell where days are reached that no date stands for."""
        every = step.repeat_every_days or 0
        return np.asarray(self.has & (self.planned + every * (self.base + self.width) > DAY_MOST))

    def is_open(self, number: Array) -> Flags:
        """Tell where an occurrence may come though nothing was done about it."""
        return np.asarray((number >= self.start) & (number <= self.most))


def window_of(
    step: Step, columns: Columns, acts: Acts | None, place: int, planned: Array, *, as_of: int,
    width: int,
) -> Window:  # fmt: skip
    """Return which occurrences matter: up to the first after a day, or on that of a later step.

    Args:
        step: Repeated.
        columns: Of the rows.
        acts: As the procedure reads them; ``None`` for none.
        place: Of the step in its procedure.
        planned: By step, the day of the first occurrence.
        as_of: Day decided for.
        width: Slots behind the first one.
    """
    first, until = planned[place].astype(np.int64), _until(planned[place + 1 :])
    every = step.repeat_every_days or 1
    most = _EVER if step.repeat_max is None else step.repeat_max
    which = np.zeros(0, dtype=np.int64)
    last, least = np.zeros(columns.size, dtype=np.int64), np.full(columns.size, _EVER)
    if acts is not None:
        which = np.flatnonzero(acts.is_step & (acts.step == place) & (acts.occurrence > 1))
        numbers = acts.occurrence[which].astype(np.int64)
        np.maximum.at(last, acts.row[which], numbers)
        np.minimum.at(least, acts.row[which], numbers)
    before = np.minimum((_seen_on(columns) - first) // every, most)
    start = np.where(last > 0, last + 1, np.maximum(before, 2))
    begin = np.where(last > 0, least, start)
    is_back = step.day_shift in (Roll.PRECEDING, Roll.MODIFIED_FOLLOWING)
    slack = -(-_BACK // every) if is_back else 0
    top = (np.minimum(until - 1, as_of) - first) // every + 2 + slack
    top = np.minimum(np.maximum(top, start), most)
    base = np.maximum(np.where(top - begin < width, begin, top - width + 1), 2)
    return Window(
        planned=first,
        until=until,
        acts=which,
        last=last,
        begin=begin,
        start=start,
        most=most,
        base=base,
        width=width,
    )


def _seen_on(columns: Columns) -> Array:
    """Return the day each row was first seen in its cycle, or the debtor written to before."""
    seen, noticed = columns["past.cycle_started_on"].values, columns["past.imported_notice_on"]
    earlier = np.minimum(seen, noticed.values)
    return earlier if noticed.known is None else np.where(noticed.known, earlier, seen)


def _until(later: Array) -> Array:
    """Return the first date of the next step that has one."""
    until = np.full(later.shape[1], NO_DAY, dtype=np.int64)
    for days in later[::-1]:
        until = np.where(days == NO_DAY, until, days)
    return until
