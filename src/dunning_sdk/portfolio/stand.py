"""Where the slots of each row stand, and which is next, by columns: as `decisions.progress` does.

Arrays with two dimensions have a line for each slot, in order; a procedure handed in has each of
its steps once for each slot.
"""

import numpy as np

from dunning_sdk.domain.receivable import ActStatus
from dunning_sdk.portfolio.column import NO_DAY, Array, Flags
from dunning_sdk.portfolio.columns import Columns
from dunning_sdk.portfolio.laid import NOWHERE, Laid
from dunning_sdk.portfolio.past import NEVER, Acted, is_ended, is_status
from dunning_sdk.rules.step import Action, CatchUp, CycleKeeps, Procedure


def next_step(
    procedure: Procedure, columns: Columns, acted: Acted, laid: Laid, as_of: int
) -> Array:
    """Return the slot that is next in each row; `NOWHERE` where all are settled.

    Args:
        procedure: Its steps, by slot.
        columns: Of the rows.
        acted: What was done.
        laid: When slots are planned.
        as_of: Day decided for.
    """
    left = left_steps(procedure, columns, acted, laid, as_of)
    first = np.where(left.any(axis=0), left.argmax(axis=0), NOWHERE).astype(np.int32)
    if procedure.catch_up is CatchUp.NEXT:
        return first
    return _highest(procedure, acted, laid, left, first, as_of)


def _highest(
    procedure: Procedure, acted: Acted, laid: Laid, left: Flags, first: Array, as_of: int
) -> Array:
    """Return the last slot left whose date has come, nothing that matters passed over."""
    chosen, stays = first.copy(), np.zeros(len(first), dtype=np.bool_)
    is_open = is_status(acted.status, ActStatus.CANCELLED, none=True)
    for place, step in enumerate(procedure.steps):
        if step.legal_effect:
            is_open[place] = False
    columns = np.arange(len(first))
    for place in range(len(procedure.steps)):
        after = left[place] & (first != NOWHERE) & (place > first) & ~stays
        goes = is_open[chosen, columns] & (laid.starts[place] <= as_of)
        stays |= after & ~goes
        chosen = np.where(after & goes, place, chosen)
    return chosen


def left_steps(
    procedure: Procedure, columns: Columns, acted: Acted, laid: Laid, as_of: int
) -> Flags:
    """Tell which slots are neither settled nor past their time."""
    count, size = laid.planned.shape
    ended = is_ended(acted)
    passed = np.maximum(_passed(procedure, acted, laid, ended), laid.entry)
    due_on = columns["receivable.due_on"].values
    left = laid.applies & ~ended
    following = np.full(size, NO_DAY, dtype=np.int32)
    for place in range(count - 1, -1, -1):
        step, starts = procedure.steps[place], laid.starts[place]
        gone = step.level < acted.least
        if not step.legal_effect:
            planned = laid.planned[place]
            window = np.minimum(planned + np.int32(step.window_days), due_on)
            expired = (planned < due_on) & (as_of > window)
            over = following <= as_of
            if procedure.spacing_days and step.action is Action.NOTICE and over.any():
                over &= ~_spaced(columns, acted, starts, following, procedure.spacing_days)
            gone |= (laid.entry != place) & ((place < passed) | expired | over)
        left[place] &= ~gone
        following = np.where(starts != NO_DAY, starts, following)
    return left


def _passed(procedure: Procedure, acted: Acted, laid: Laid, ended: Flags) -> Array:
    """Return the place of the last slot settled, before which nothing is gone back to."""
    counts = ended & laid.applies
    if procedure.cycle_keeps is not CycleKeeps.ALL:
        counts = counts & ~acted.kept
    last = len(counts) - 1 - counts[::-1].argmax(axis=0)
    return np.where(counts.any(axis=0), last, 0)


def _spaced(columns: Columns, acted: Acted, starts: Array, following: Array, spacing: int) -> Flags:
    """Tell where spacing kept a slot from being done during its whole life."""
    items, until = columns.items["notices"], starts.copy()
    counts, on = items.counts(), items.columns["on"].values
    for number in range(int(counts.max(initial=0))):
        rows = np.flatnonzero(counts > number)
        day = on[items.offsets[rows] + number]
        before = until[rows]
        until[rows] = np.where(day <= before, np.maximum(before, day + spacing), before)
    waits = (starts != NO_DAY) & ~((acted.last_on > NEVER) & (acted.last_on > starts))
    return np.asarray(waits & (until >= following))
