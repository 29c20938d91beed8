"""Lay out the later occurrences of repeated steps by columns, as `decisions.slots` does one by one.

A row has a window of slots for each repeated step: consecutive occurrences, up to the first after
the day decided for. Older ones are left out where `omitted` allows it; rows where it does not, or
that reach beyond the window, are named and left to others.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from dunning_sdk.portfolio.column import NO_DAY, Array, Flags
from dunning_sdk.portfolio.columns import Columns
from dunning_sdk.portfolio.days import UNKNOWN, Days
from dunning_sdk.portfolio.due import ONCE, Next
from dunning_sdk.portfolio.laid import NOWHERE, Planned, plan_steps
from dunning_sdk.portfolio.omitted import Omitting
from dunning_sdk.portfolio.past import (
    NEVER,
    NO_ACT,
    Acted,
    Acts,
    acts_of,
    imports,
    read_acts,
    write_import,
)
from dunning_sdk.portfolio.slots import Slots, is_repeated
from dunning_sdk.portfolio.window import Window, window_of
from dunning_sdk.rules.step import Step

WIDTHS: Final = (4, 16)
"""Slots behind the first one of a repeated step; rows that reach beyond a window get the next."""

PART: Final = 1 << 15
"""Rows laid out at once: few enough that a line for each slot takes little memory."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Unrolled:
    """What was done about the slots of each row, and when they are planned.

    Attributes:
        slots: Of the procedure.
        acted: By slot.
        planned: By slot; ``unknown`` tells rows with too many occurrences as well.
        occurrence: By slot, from 1; `ONCE` where no step is repeated.
    """

    slots: Slots
    acted: Acted
    planned: Planned
    occurrence: Array

    def by_step(self, found: Next) -> Next:
        """Return what is next by the place of the step instead of the slot."""
        if self.occurrence is ONCE:
            return found
        has, at = found.place != NOWHERE, np.maximum(found.place, 0)
        numbers = self.occurrence[at, np.arange(len(at))]
        return replace(
            found,
            place=np.where(has, self.slots.step[at], NOWHERE),
            occurrence=np.where(has, numbers, 1),
        )


def unroll(slots: Slots, columns: Columns, applies: Flags, days: Days, as_of: int) -> Unrolled:
    """Return what was done and is planned by slot.

    Args:
        slots: Of the procedure.
        columns: Of the rows.
        applies: By step, whether its condition holds.
        days: Of the procedure's calendar.
        as_of: Day decided for.
    """
    procedure, acts = slots.once, acts_of(columns, slots.once)
    acted = read_acts(columns, procedure, acts)
    planned = plan_steps(procedure, columns, acted, applies=applies, days=days)
    if not is_repeated(procedure):
        return Unrolled(slots=slots, acted=acted, planned=planned, occurrence=ONCE)
    found = Unrolled(
        slots=slots,
        acted=_acted_by_slot(acted, slots),
        planned=_planned_by_slot(planned, slots),
        occurrence=np.ones((len(slots.step), columns.size), dtype=np.int32),
    )
    unrolling = _Unrolling(columns, acts, planned.days, found, days, as_of)
    for place, step in enumerate(procedure.steps):
        if step.repeat_every_days is not None:
            unrolling.lay(place, step)
    return found


class _Unrolling:
    """Slots of one block while they are laid out."""

    def __init__(
        self,
        columns: Columns,
        acts: Acts | None,
        first: Array,
        found: Unrolled,
        days: Days,
        as_of: int,
    ) -> None:
        self._columns, self._acts, self._first, self._found = columns, acts, first, found
        self._days, self._as_of = days, as_of
        self._imports = [*imports(columns, found.slots.once)]
        self._omitting = Omitting(
            slots=found.slots,
            columns=columns,
            acts=acts,
            acted=found.acted,
            days=found.planned.days,
            as_of=as_of,
        )

    def lay(self, place: int, step: Step) -> None:
        """Lay out the later occurrences of a step; those before it are laid out."""
        slots = self._found.slots.later(place)
        window = window_of(
            step, self._columns, self._acts, place, self._first,
            as_of=self._as_of, width=len(slots),
        )  # fmt: skip
        if self._acts is not None:
            at = self._acts.occurrence[window.acts] - window.base[self._acts.row[window.acts]]
            is_in = (at >= 0) & (at < len(slots))
            self._acts.put(self._found.acted, window.acts[is_in], slots.start + at[is_in])
        too_far = window.is_too_far(step)
        has_ended = self._lay_out(step, window, slots, ~window.has | too_far)
        for done, day in self._imports[place : place + 1]:
            for slot in slots:
                is_by = done & (self._found.planned.days[slot] <= day)
                write_import(self._found.acted, slot, is_by, day)
        odd = ~(has_ended | window.is_whole)
        odd |= window.omits & ~self._omitting.may_omit(place, window)
        self._found.planned.unknown[:] |= too_far | (odd & window.has)

    def _lay_out(self, step: Step, window: Window, slots: range, ended: Flags) -> Flags:
        """Write the dates of a window; tell where nothing can come behind it."""
        planned, every = self._found.planned, step.repeat_every_days or 1
        for slot in slots:
            number = window.base + (slot - slots.start)
            is_acted = self._found.acted.status[slot] != NO_ACT
            comes = ~ended & (is_acted | window.is_open(number))
            raw = np.where(comes, window.planned + every * (number - 1), NO_DAY)
            day = self._days.shifted(raw.astype(np.int32), step.day_shift)
            planned.unknown[:] |= day == UNKNOWN
            is_cut = comes & ~is_acted & (day >= window.until)
            comes &= ~is_cut & (day != UNKNOWN)
            planned.days[slot] = np.where(comes, day, NO_DAY)
            planned.applies[slot] = comes
            self._found.occurrence[slot] = number
            ended |= is_cut | (comes & (day > self._as_of))
        return ended


def _acted_by_slot(acted: Acted, slots: Slots) -> Acted:
    """Return what was done by slot, nothing but the first occurrences as yet."""
    return Acted(
        status=_by_slot(acted.status, slots, NO_ACT),
        on=_by_slot(acted.on, slots, NEVER),
        kept=_by_slot(acted.kept, slots, 0),
        freed=_by_slot(acted.freed, slots, 0),
        done_on=acted.done_on[slots.step],
        uncertain=acted.uncertain,
        least=acted.least,
        level=acted.level,
        last_on=acted.last_on,
        any_on=acted.any_on,
    )


def _planned_by_slot(planned: Planned, slots: Slots) -> Planned:
    """Return when slots are planned, nothing but the first occurrences as yet."""
    return Planned(
        applies=_by_slot(planned.applies, slots, 0),
        days=_by_slot(planned.days, slots, NO_DAY),
        follows=planned.follows[slots.step],
        unknown=planned.unknown.copy(),
    )


def _by_slot(values: Array, slots: Slots, nothing: int) -> Array:
    found = np.full((len(slots.step), values.shape[1]), nothing, dtype=values.dtype)
    found[slots.first] = values
    return found
