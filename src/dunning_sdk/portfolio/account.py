"""Turn rows into accounts that late interest is counted on: as `decisions.charge` makes claims.

Movements before the due date change the principal at once, later ones along the way; a credit note
lowers it from the start. Days of stops are pauses.
"""

from datetime import timedelta
from typing import Final

import numpy as np

from dunning_sdk.domain.charge import MovementKind
from dunning_sdk.domain.receivable import ActStatus, StopReason
from dunning_sdk.domain.stop import ON_RECORD
from dunning_sdk.law.claim import Convention
from dunning_sdk.portfolio.column import NO_DAY, Array, Column, Flags
from dunning_sdk.portfolio.columns import Columns
from dunning_sdk.portfolio.interest import Account

ENDING: Final = (StopReason.INSOLVENT, StopReason.WRITTEN_OFF)
"""Stops that end interest, whether or not days of other stops bear it."""


def formal_notices(columns: Columns) -> Array:
    """Return the day of the first formal notice done in each row; `NO_DAY` where none was."""
    found = np.full(columns.size, NO_DAY, dtype=np.int32)
    items = columns.items["acts"]
    if items.offsets[-1]:
        said = items.columns
        done = said["legal_effect"].values & said["is_notice"].values
        done = done & _is(said["status"], ActStatus.DONE)
        np.minimum.at(found, items.rows()[done], said["on"].values[done])
    return found


def make_account(
    columns: Columns,
    due_on: Array,
    started_on: Array,
    as_of: int,
    *,
    convention: Convention,
    on_stopped_days: bool,
) -> tuple[Account, Flags]:
    """Return what interest is counted on, and the rows with a movement after the day.

    Args:
        columns: Of the rows.
        due_on: Due date in force, moved where the law moves it.
        started_on: The same, or a later day from which interest runs.
        as_of: Day decided for.
        convention: Which end day bears interest.
        on_stopped_days: Whether days of stops that end nothing bear interest.
    """
    shift = np.int32(convention.shift // timedelta(days=1))
    principal, paid_on, paid, beyond = _moved(columns, due_on, as_of)
    pauses = _pauses(columns, as_of, whole=not on_stopped_days)
    account = Account(
        principal=principal,
        start=started_on + shift,
        end=np.full(columns.size, as_of, dtype=np.int32) + shift,
        paid_on=np.where(paid != 0, paid_on + shift, NO_DAY),
        paid=paid,
        pause_start=pauses[0],
        pause_end=pauses[1],
    )
    return account, beyond


def _moved(columns: Columns, due_on: Array, as_of: int) -> tuple[Array, Array, Array, Flags]:
    """Return principals, and by number the days and amounts of what moved them later."""
    amount, items = columns["receivable.amount"].values, columns.items["movements"]
    row, on, minor = items.rows(), items.columns["on"].values, items.columns["minor"].values
    kind = items.columns["kind"]
    paid, returned = _is(kind, MovementKind.PAID), _is(kind, MovementKind.RETURNED)
    credited = _is(kind, MovementKind.CREDITED)
    late = on >= due_on[row]
    principal = amount.copy()
    at_once = ~late | credited
    signed = np.where(returned, minor, -minor)
    np.add.at(principal, row[at_once], signed[at_once])
    beyond = np.zeros(columns.size, dtype=np.bool_)
    beyond[row[on > as_of]] = True
    moves = late & ~credited
    order = np.lexsort((returned[moves], on[moves], row[moves]))
    amounts = np.where(paid, minor, -minor)[moves][order]
    days, amounts = _padded(
        row[moves][order], columns.size, (on[moves][order], NO_DAY), (amounts, 0)
    )
    return np.maximum(principal, 0), days, amounts, beyond


def _pauses(columns: Columns, as_of: int, *, whole: bool) -> tuple[Array, Array]:
    """Return by number the first day of each pause and the day after it, in order."""
    items, ends = columns.items["stops"], as_of + 1
    row, said = items.rows(), items.columns
    free, placed = said["free_on"], said["placed_on"].values
    after = free.values if free.known is None else np.where(free.known, free.values, ends)
    until = np.maximum(np.minimum(after, ends), placed)
    counts = ~_is(said["reason"], *ON_RECORD) if whole else _is(said["reason"], *ENDING)
    counts = counts & (placed < ends)
    order = np.lexsort((until[counts], placed[counts], row[counts]))
    first, last = placed[counts][order], until[counts][order]
    starts, stops = _padded(row[counts][order], columns.size, (first, NO_DAY), (last, NO_DAY))
    return starts, stops


def _padded(row: Array, size: int, *parts: tuple[Array, int]) -> tuple[Array, ...]:
    """Return values by their number within each row, padded; rows ascend."""
    number = np.arange(len(row)) - np.searchsorted(row, row)
    count = int(number.max(initial=-1)) + 1
    found = []
    for values, nothing in parts:
        padded = np.full((count, size), nothing, dtype=np.int64)
        padded[number, row] = values
        found.append(padded)
    return tuple(found)


def _is(column: Column, *words: str) -> Flags:
    lookup = np.array([word in words for word in column.words])
    return np.asarray(lookup[column.values])
