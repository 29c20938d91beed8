"""Work out once what plain rows are looked up in: by due date, and by the steps done.

The tables are made by the modules that decide all other rows (`laid`, `stand`, `due`), asked about
receivables that were never touched, one for each due date.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from dunning_sdk.portfolio.column import NO_DAY, Array, Column, Flags, Kind
from dunning_sdk.portfolio.columns import Columns, Items
from dunning_sdk.portfolio.days import Days
from dunning_sdk.portfolio.due import step_days
from dunning_sdk.portfolio.laid import lay_out, plan_steps
from dunning_sdk.portfolio.past import read_acts
from dunning_sdk.portfolio.stand import left_steps
from dunning_sdk.rules.step import Procedure


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Timetable:
    """What follows from the due date, on one day; entry *i* is about due date ``first + i``.

    Attributes:
        first: Day number.
        gone: Bits of the steps that have expired.
        planned: By step, and one line more that holds `NO_DAY`, flat: the planned date.
        ahead: First day ahead on which a step comes or expires.
        is_odd: Whether a date is not known.
    """

    first: int
    gone: Array
    planned: Array
    ahead: Array
    is_odd: Flags


def make_timetable(
    procedure: Procedure, days: Days, first: int, last: int, as_of: int
) -> Timetable:
    """Return what follows from each due date from one day to another (inclusive)."""
    due_on = np.arange(first, last + 1, dtype=np.int32)
    columns = _untouched(due_on)
    acted = read_acts(columns, procedure)
    applies = np.ones((len(procedure.steps), len(due_on)), dtype=np.bool_)
    planned = plan_steps(procedure, columns, acted, applies=applies, days=days)
    laid = lay_out(procedure, columns, acted, planned, as_of)
    left = left_steps(procedure, columns, acted, laid, as_of)
    gone = np.zeros(len(due_on), dtype=np.int32)
    for place in range(len(procedure.steps)):
        gone |= (~left[place]).astype(np.int32) << place
    return Timetable(
        first=first,
        gone=gone,
        planned=np.concatenate((laid.planned.reshape(-1), np.full(len(due_on), NO_DAY, np.int32))),
        ahead=step_days(procedure, columns, laid, as_of),
        is_odd=planned.unknown,
    )


def _untouched(due_on: Array) -> Columns:
    """Return receivables about which nothing was done, one for each due date."""
    size = len(due_on)
    days = Column(kind=Kind.DAY, values=due_on)
    columns: Mapping[str, Column] = {
        "receivable.due_on": days,
        "receivable.issued_on": days,
        "past.cycle_started_on": days,
        "past.entered_on": days,
        "receivable.cycle": Column.constant(Kind.COUNT, 1, size),
        "past.imported_level": Column.constant(Kind.COUNT, 0, size),
        "past.imported_notice_on": Column.constant(Kind.DAY, None, size),
    }
    none = Items(offsets=np.zeros(size + 1, dtype=np.int64), columns={})
    return Columns(size=size, columns=columns, items={"acts": none})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Masks:
    """What follows from the steps done, as bits: entry *i* is about the steps whose bits *i* has.

    Attributes:
        gone: Bits of the steps that are done, passed or below the level reached.
        count: How many steps.
        lowest: Place of the lowest bit; the number of steps where there is none.
        next: The same; -1 where there is none.
    """

    gone: Array
    count: Array
    lowest: Array
    next: Array


def make_masks(procedure: Procedure) -> Masks:
    """Return what follows from any steps of a procedure being done."""
    steps = procedure.steps
    gone, count, lowest = [], [], []
    for bits in range(1 << len(steps)):
        done = [place for place in range(len(steps)) if bits >> place & 1]
        level = max((steps[place].level for place in done), default=0)
        passed = done[-1] if done else 0
        gone.append(
            sum(
                1 << place
                for place, step in enumerate(steps)
                if bits >> place & 1
                or step.level < level
                or (not step.legal_effect and place < passed)
            )
        )
        count.append(len(done))
        lowest.append(done[0] if done else len(steps))
    return Masks(
        gone=whole_numbers(gone),
        count=whole_numbers(count),
        lowest=np.array(lowest, dtype=np.int64),
        next=np.array([-1 if one == len(steps) else one for one in lowest], dtype=np.int16),
    )


def whole_numbers(values: Iterable[int]) -> Array:
    """Return whole numbers as an array of int32."""
    return np.array([*values], dtype=np.int32)
