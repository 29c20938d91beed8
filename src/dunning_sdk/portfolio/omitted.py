"""Tell where old occurrences of a repeated step may be left out: they are past, and say no more.

What was done about them does not matter then, neither for what is next nor for when to look again.
"""

from dataclasses import dataclass

import numpy as np

from dunning_sdk.domain.calendar import Roll
from dunning_sdk.portfolio.column import NO_DAY, Array, Flags
from dunning_sdk.portfolio.columns import Columns
from dunning_sdk.portfolio.laid import is_late
from dunning_sdk.portfolio.past import Acted, Acts, is_ended
from dunning_sdk.portfolio.slots import Slots
from dunning_sdk.portfolio.window import SHIFT_MOST, Window
from dunning_sdk.rules.step import Action, Entry, Step


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Omitting:
    """What is asked before occurrences are left out.

    Attributes:
        slots: Of the procedure.
        columns: Of the rows.
        acts: As the procedure reads them; ``None`` for none.
        acted: By slot.
        days: By slot, as far as they are laid out.
        as_of: Day decided for.
    """

    slots: Slots
    columns: Columns
    acts: Acts | None
    acted: Acted
    days: Array
    as_of: int

    def may_omit(self, place: int, window: Window) -> Flags:
        """Tell where the occurrences of a step between its first one and its window say nothing.

        They have expired where one in the window has come, unless a legal effect or spacing keeps
        them. So has all that stands before them, so that it does not matter which were done.

        Args:
            place: Of the step; it and those before it are laid out.
            window: Its occurrences.
        """
        step, later = self.slots.once.steps[place], self.slots.later(place)
        if step.legal_effect or self.slots.once.spacing_days or not window.omits.any():
            return np.zeros(self.columns.size, dtype=np.bool_)
        due_on = self.columns["receivable.due_on"].values
        oldest = self.days[later.start : later.stop].min(axis=0, initial=NO_DAY)
        has_come, late = oldest <= self.as_of, is_late(self.columns, self.days)
        is_closed = np.minimum(oldest + np.int32(step.window_days), due_on) < self.as_of
        before = self.days[: later.start]
        are_past = ((before <= self.as_of) | (before == NO_DAY)).all(axis=0)
        as_usual = ~late & is_closed & are_past
        if late.any():
            as_usual |= late & self._is_entered_later(step, later, window, oldest)
        return np.asarray(has_come & as_usual)

    def _is_entered_later(self, step: Step, later: range, window: Window, oldest: Array) -> Flags:
        """Tell which late rows enter behind what is left out, and are moved by none of it.

        The first in the window was done, so that what comes after keeps its distance from that.
        """
        columns, due_on = self.columns, self.columns["receivable.due_on"].values
        entry = self.slots.once.entry
        if step.action is not Action.NOTICE or entry is not Entry.LAST_REMINDER:
            return np.zeros(columns.size, dtype=np.bool_)
        began = columns["past.cycle_started_on"].values
        fits = (window.planned >= due_on) & (window.planned <= began)
        fits &= columns["past.imported_level"].values == 0
        first = later.start + (self.days[later.start : later.stop] != NO_DAY).argmax(axis=0)
        at = (first, np.arange(columns.size))
        is_done = is_ended(self.acted)[at] & ~self.acted.kept[at]
        delay = self._delay(step, later, window)
        return np.asarray(fits & is_done & (oldest + delay <= self.as_of))

    def _delay(self, step: Step, later: range, window: Window) -> Array:
        """Return the most days that acts before the window came after their planned date."""
        before = slice(0, later.start)
        lags = self.acted.on[before] - self.days[before]
        found: Array = np.maximum(lags.max(axis=0), 0).astype(np.int64)
        if self.acts is not None:
            every = step.repeat_every_days or 0
            rows, numbers = self.acts.row[window.acts], self.acts.occurrence[window.acts]
            planned = window.planned[rows] + every * (numbers.astype(np.int64) - 1)
            spare = 0 if step.day_shift is Roll.NONE else SHIFT_MOST
            days = np.where(
                numbers < window.base[rows], self.acts.on[window.acts] - planned + spare, 0
            )
            np.maximum.at(found, rows, days)
        return found
