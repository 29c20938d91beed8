"""Lay out a procedure by columns: when each step is planned, and where late rows enter.

As `decisions.slots` and the entry of `decisions.progress` do it one by one, for procedures whose
steps are done once. Arrays with two dimensions have a line for each step, in order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from dunning_sdk.domain.calendar import Roll
from dunning_sdk.portfolio.column import NO_DAY, Array, Flags
from dunning_sdk.portfolio.columns import Columns
from dunning_sdk.portfolio.days import UNKNOWN, Days
from dunning_sdk.portfolio.past import NEVER, Acted, settled_on
from dunning_sdk.rules.step import Action, Entry, Procedure, Step

NOWHERE: Final = -1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Laid:
    """The planned dates of the steps of each row.

    Attributes:
        applies: By step, whether its condition holds.
        planned: By step, its own date; `NO_DAY` where it has none or does not apply.
        starts: The same, moved by a late entry.
        entry: Place of the step that a late row enters at; `NOWHERE` for any other.
        unknown: Rows with a date that the calendar does not know.
    """

    applies: Flags
    planned: Array
    starts: Array
    entry: Array
    unknown: Flags


def lay_out(
    procedure: Procedure, columns: Columns, acted: Acted, *, applies: Flags, days: Days, as_of: int
) -> Laid:
    """Return the planned dates of a procedure without repeated steps.

    Args:
        procedure: Its steps.
        columns: Of the rows.
        acted: What was done.
        applies: By step, whether its condition holds.
        days: Of the procedure's calendar.
        as_of: Day decided for.
    """
    planned = np.full((len(procedure.steps), columns.size), NO_DAY, dtype=np.int32)
    follows = np.zeros_like(planned, dtype=np.bool_)
    unknown = np.zeros(columns.size, dtype=np.bool_)
    places = {step.id: place for place, step in enumerate(procedure.steps)}
    for place, step in enumerate(procedure.steps):
        if step.anchor in places:
            done_on = acted.done_on[places[step.anchor]]
            follows[place] = done_on > NEVER
        day = _anchored(step, columns, planned, acted, places, days)
        if step.day_shift is not Roll.NONE:
            day = days.shifted(day, step.day_shift)
            unknown |= (day == UNKNOWN) & applies[place]
        planned[place] = np.where(applies[place], day, NO_DAY)
    starts, entry = _entered(procedure, columns, acted, planned, follows, as_of)
    return Laid(applies=applies, planned=planned, starts=starts, entry=entry, unknown=unknown)


def _anchored(
    step: Step,
    columns: Columns,
    planned: Array,
    acted: Acted,
    places: dict[str, int],
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


def _entered(
    procedure: Procedure,
    columns: Columns,
    acted: Acted,
    planned: Array,
    follows: Flags,
    as_of: int,
) -> tuple[Array, Array]:
    """Return the dates moved by a late entry, and where each late row enters."""
    began, due_on = columns["past.cycle_started_on"].values, columns["receivable.due_on"].values
    entry = np.full(columns.size, NOWHERE, dtype=np.int32)
    late = np.flatnonzero((began > due_on) & (planned <= began).any(axis=0))
    if not len(late):
        return planned, entry
    fits = np.array([_is_reminder(step) for step in procedure.steps])[:, None]
    fits = fits & (planned[:, late] <= began[late]) & (planned[:, late] >= due_on[late])
    entry[late] = _place(fits, first=procedure.entry is Entry.FIRST_STEP)
    starts = planned.copy()
    starts[:, late] = _moved(
        procedure.steps, acted, planned[:, late], follows[:, late], entry[late], late, as_of
    )
    return starts, entry


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
