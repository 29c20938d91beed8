"""Lay out a procedure by columns: when each step is planned, and where late rows enter.

As `decisions.slots` and the entry of `decisions.progress` do it one by one. The later occurrences
of repeated steps are laid out in `repeated`. Arrays with two dimensions have a line for each slot,
in order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from dunning_sdk.domain.calendar import Roll
from dunning_sdk.portfolio.column import NO_DAY, Array, Flags
from dunning_sdk.portfolio.columns import Columns
from dunning_sdk.portfolio.days import UNKNOWN, Days
from dunning_sdk.portfolio.past import NEVER, Acted, settled_on
from dunning_sdk.portfolio.slots import places_of
from dunning_sdk.rules.step import Action, Entry, Procedure, Step

NOWHERE: Final = -1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Planned:
    """The dates that slots have of their own.

    Attributes:
        applies: By slot, whether it is there: whether the condition of its step holds.
        days: By slot; `NO_DAY` where it has none or does not apply.
        follows: By slot, whether its date is counted from an act that was done.
        unknown: Rows with a date that the calendar does not know.
    """

    applies: Flags
    days: Array
    follows: Flags
    unknown: Flags


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Laid:
    """The slots of each row, and their dates.

    Attributes:
        applies: As `Planned` has it.
        planned: By slot, its own date; `NO_DAY` where it has none or does not apply.
        starts: The same, moved by a late entry.
        entry: Slot that a late row enters at; `NOWHERE` for any other.
    """

    applies: Flags
    planned: Array
    starts: Array
    entry: Array


def plan_steps(
    procedure: Procedure, columns: Columns, acted: Acted, *, applies: Flags, days: Days
) -> Planned:
    """Return the planned dates of the steps of a procedure, each done once.

    Args:
        procedure: Its steps.
        columns: Of the rows.
        acted: What was done.
        applies: By step, whether its condition holds.
        days: Of the procedure's calendar.
    """
    planned = np.full((len(procedure.steps), columns.size), NO_DAY, dtype=np.int32)
    follows = np.zeros_like(planned, dtype=np.bool_)
    unknown = np.zeros(columns.size, dtype=np.bool_)
    places = places_of(procedure)
    for place, step in enumerate(procedure.steps):
        if step.anchor in places:
            done_on = acted.done_on[places[step.anchor]]
            follows[place] = done_on > NEVER
        day = _anchored(step, columns, planned, acted, places, days)
        has = applies[place]
        if step.day_shift is not Roll.NONE:
            day = days.shifted(day, step.day_shift)
            is_unknown = day == UNKNOWN
            unknown |= is_unknown & has
            has = has & ~is_unknown
        planned[place] = np.where(has, day, NO_DAY)
    return Planned(applies=applies, days=planned, follows=follows, unknown=unknown)


def _anchored(
    step: Step,
    columns: Columns,
    planned: Array,
    acted: Acted,
    places: Mapping[str, int],
    days: Days,
) -> Array:
    """Return the day a step is planned for before any shift; `NO_DAY` while it has none."""
    due_on = columns["receivable.due_on"].values
    match step.anchor:
        case "due_on":
            found: Array = due_on + np.int32(step.offset)
        case "issued_on":
            found = columns["receivable.issued_on"].values + np.int32(step.offset)
        case "entered_overdue":
            found = due_on + np.int32(1 + step.offset)
        case "end_of_month":
            found = days.month_ends(due_on + np.int32(step.offset))
        case earlier:
            done_on, first = acted.done_on[places[earlier]], planned[places[earlier]]
            base = np.where(done_on > NEVER, done_on, first)
            found = np.where(base == NO_DAY, NO_DAY, base + np.int32(step.offset))
    return found


def lay_out(
    procedure: Procedure, columns: Columns, acted: Acted, planned: Planned, as_of: int
) -> Laid:
    """Return the slots with their dates moved by a late entry, and where each late row enters.

    Args:
        procedure: Each of its steps stands once for each slot.
        columns: Of the rows.
        acted: What was done.
        planned: When each slot is planned.
        as_of: Day decided for.
    """
    days, due_on = planned.days, columns["receivable.due_on"].values
    entry = np.full(columns.size, NOWHERE, dtype=np.int32)
    starts, late = days, np.flatnonzero(is_late(columns, days))
    if len(late):
        began, own = columns["past.cycle_started_on"].values[late], days[:, late]
        fits = np.array([_is_reminder(step) for step in procedure.steps])[:, None]
        fits = fits & (own <= began) & (own >= due_on[late])
        first = _place(fits, first=procedure.entry is Entry.FIRST_STEP)
        entry[late] = _latest(procedure.steps, first, own, as_of)
        starts, follows = days.copy(), planned.follows[:, late]
        starts[:, late] = _moved(procedure.steps, acted, own, follows, entry[late], late, as_of)
    return Laid(applies=planned.applies, planned=days, starts=starts, entry=entry)


def is_late(columns: Columns, days: Array) -> Flags:
    """Tell which rows began overdue and after a step's date: an old ledger, a reopening."""
    began, due_on = columns["past.cycle_started_on"].values, columns["receivable.due_on"].values
    late: Flags = began > due_on
    return late & (days <= began).any(axis=0) if late.any() else late


def _latest(steps: Sequence[Step], entry: Array, days: Array, as_of: int) -> Array:
    """Return the latest occurrence by a day of the step that each row enters at."""
    first = 0
    for place in range(1, len(steps)):
        if steps[place].id != steps[place - 1].id:
            first = place
            continue
        is_later = (entry >= first) & (entry < place) & (days[place] <= as_of)
        entry = np.where(is_later, place, entry)
    return entry


def _is_reminder(step: Step) -> bool:
    return step.action is Action.NOTICE and not step.legal_effect


def _place(fits: Flags, *, first: bool) -> Array:
    """Return the first or last line that is true in each column; `NOWHERE` where none is."""
    count = len(fits)
    place = fits.argmax(axis=0) if first else count - 1 - fits[::-1].argmax(axis=0)
    return np.where(fits.any(axis=0), place, NOWHERE).astype(np.int32)


def _moved(
    steps: Sequence[Step],
    acted: Acted,
    planned: Array,
    follows: Flags,
    entry: Array,
    late: Array,
    as_of: int,
) -> Array:
    """Return the dates of late rows, each later step at its planned distance from what was done."""
    delay = np.zeros(len(late), dtype=np.int32)
    moved = planned.copy()
    for place, step in enumerate(steps):
        has = planned[place] != NO_DAY
        start = np.where(follows[place], planned[place], planned[place] + delay)
        moved[place] = np.where(has, start, NO_DAY)
        done_on = settled_on(acted, place)[late]
        reached = np.where(acted.kept[place][late], NEVER, done_on)
        is_below = step.level < acted.least[late]
        as_entered = np.where(is_below, acted.last_on[late], np.maximum(as_of, start))
        reached = np.where((entry == place) & (done_on == NEVER), as_entered, reached)
        delay = np.where(
            has & (reached > NEVER), np.maximum(reached - planned[place], 0), delay
        ).astype(np.int32)
    return moved
