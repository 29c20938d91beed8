"""What the acts of each row say about its next step, by columns: as `decisions.past` does.

Arrays with two dimensions have a line for each step of the procedure, in its order, and are about
its first occurrence; `repeated` makes a line of each slot out of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from dunning_sdk.decisions.past import REACHED
from dunning_sdk.domain.receivable import ActStatus
from dunning_sdk.portfolio.column import NO_DAY, Array, Column, Flags
from dunning_sdk.portfolio.columns import Columns
from dunning_sdk.rules.step import CycleKeeps, Procedure

STATUSES: Final = tuple(ActStatus)
NO_ACT: Final = len(STATUSES)
"""Stands for a slot without an act that counts."""

NEVER: Final = -NO_DAY
"""Stands for no day where the latest of some is looked for."""

_FREED: Final = (ActStatus.CANCELLED, ActStatus.FAILED)
_ENDED: Final = (ActStatus.DONE, ActStatus.SKIPPED, ActStatus.UNCERTAIN)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Acted:
    """What was done about each row, under one procedure.

    Attributes:
        status: By slot, of the act that counts; `NO_ACT` for none.
        on: By slot, the day of that act.
        kept: By slot, whether it is of an earlier cycle.
        freed: By slot, acts that were cancelled or failed.
        done_on: By slot, the day its step was last surely done; `NEVER` where it was not.
        uncertain: Whether it is unknown of any act if it left.
        least: Lowest level that may still be done in this cycle.
        level: Highest level done in this cycle.
        last_on: Day of the last act of this cycle, or of the last notice before import.
        any_on: Day of the last act of any cycle.
    """

    status: Array
    on: Array
    kept: Flags
    freed: Array
    done_on: Array
    uncertain: Flags
    least: Array
    level: Array
    last_on: Array
    any_on: Array


def acts_of(columns: Columns, procedure: Procedure) -> "Acts | None":
    """Return the acts of a block as a procedure reads them; ``None`` where there are none."""
    return Acts(columns, procedure) if columns.items["acts"].offsets[-1] else None


def read_acts(columns: Columns, procedure: Procedure, acts: "Acts | None" = None) -> Acted:
    """Return what was done about each row of a block under a procedure.

    Args:
        columns: Of the rows.
        procedure: Each of its steps stands once.
        acts: As `acts_of` gives them.
    """
    count, size = len(procedure.steps), columns.size
    acted = _nothing(columns, count)
    if acts is not None:
        acts.read(acted)
    for place, (done, day) in enumerate(imports(columns, procedure)):
        noted = np.where(done, np.maximum(acted.done_on[place], day), acted.done_on[place])
        acted.done_on[place] = noted
        write_import(acted, place, done, day)
    assert acted.status.shape == (count, size)  # noqa: S101 - what the module promises
    return acted


def _nothing(columns: Columns, count: int) -> Acted:
    size = columns.size
    cycle, level = columns["receivable.cycle"].values, columns["past.imported_level"].values
    noticed = columns["past.imported_notice_on"]
    imported = np.where(cycle == 1, level, 0).astype(np.int32)
    has_notice = cycle == 1 if noticed.known is None else (cycle == 1) & noticed.known
    return Acted(
        status=np.full((count, size), NO_ACT, dtype=np.uint8),
        on=np.full((count, size), NEVER, dtype=np.int32),
        kept=np.zeros((count, size), dtype=np.bool_),
        freed=np.zeros((count, size), dtype=np.int32),
        done_on=np.full((count, size), NEVER, dtype=np.int32),
        uncertain=np.zeros(size, dtype=np.bool_),
        least=np.maximum(imported, 0),
        level=np.maximum(imported, 0),
        last_on=np.where(has_notice, noticed.values, NEVER).astype(np.int32),
        any_on=np.full(size, NEVER, dtype=np.int32),
    )


class Acts:
    """The acts of one block as a procedure reads them.

    Args:
        columns: Of the rows.
        procedure: Each of its steps stands once.

    Attributes:
        row: By act, whose it is.
        step: By act, the place of its step; their number for any other.
        occurrence: By act, from 1.
        is_step: By act, whether it bears on a step of the procedure now.
    """

    def __init__(self, columns: Columns, procedure: Procedure) -> None:
        items = columns.items["acts"]
        self.row = items.rows()
        self.on = items.columns["on"].values
        self.level = items.columns["level"].values
        self.legal = items.columns["legal_effect"].values
        self.occurrence = items.columns["occurrence"].values
        self.status = _coded(items.columns["status"], STATUSES)
        steps = [step.id for step in procedure.steps]
        self.step = _coded(items.columns["step"], steps)
        levels = np.array([*(step.level for step in procedure.steps), -1], dtype=np.int64)
        is_named = _coded(items.columns["procedure"], [procedure.id]) == 0
        self.own = is_named | (levels[self.step] == self.level)
        cycle = items.columns["cycle"].values
        self.same = cycle == columns["receivable.cycle"].values[self.row]
        self.reached = self._is(*REACHED)
        self.counts = self.own & (self.same | self._carried(procedure.cycle_keeps))
        self.is_step = self.counts & (self.step < len(steps))

    def _is(self, *statuses: ActStatus) -> Flags:
        lookup = np.array([one in statuses for one in STATUSES])
        found: Flags = lookup[self.status]
        return found

    def _carried(self, keeps: CycleKeeps) -> Flags:
        if keeps is CycleKeeps.NONE:
            return np.zeros_like(self.same)
        return self.reached if keeps is CycleKeeps.ALL else self.reached & self.legal

    def read(self, acted: Acted) -> None:
        """Write what the acts say of each row, and of the first occurrence of each step."""
        row = self.row
        cycle = self.same & self.reached
        np.maximum.at(acted.level, row[cycle], self.level[cycle])
        np.maximum.at(acted.least, row[cycle], self.level[cycle])
        elsewhere = cycle & ~self.own
        np.maximum.at(acted.least, row[elsewhere], self.level[elsewhere] + 1)
        np.maximum.at(acted.last_on, row[cycle], self.on[cycle])
        np.maximum.at(acted.any_on, row[self.reached], self.on[self.reached])
        acted.uncertain[row[self.counts & self._is(ActStatus.UNCERTAIN)]] = True
        done = self.is_step & self._is(ActStatus.DONE)
        np.maximum.at(acted.done_on, (self.step[done], row[done]), self.on[done])
        which = np.flatnonzero(self.is_step & (self.occurrence == 1))
        self.put(acted, which, self.step[which])

    def put(self, acted: Acted, which: Array, slot: Array) -> None:
        """Write the act that counts for each slot: the last one alive, else the last freed.

        Args:
            acted: Written to.
            which: Places of acts, ascending.
            slot: Of each.
        """
        freed = self._is(*_FREED)[which]
        if freed.any():
            np.add.at(acted.freed, (slot[freed], self.row[which[freed]]), 1)
            self._write(acted, which[freed], slot[freed])
        self._write(acted, which[~freed], slot[~freed])

    def _write(self, acted: Acted, which: Array, slot: Array) -> None:
        at = (slot, self.row[which])
        acted.status[at] = self.status[which]
        acted.on[at] = self.on[which]
        acted.kept[at] = ~self.same[which]


def imports(columns: Columns, procedure: Procedure) -> Iterator[tuple[Flags, Array]]:
    """Yield by step where another system did it, in the first cycle, and the day it did.

    Nothing is yielded where nothing was imported.
    """
    level = columns["past.imported_level"].values
    imported = (columns["receivable.cycle"].values == 1) & (level > 0)
    if not imported.any():
        return
    noticed, entered = columns["past.imported_notice_on"], columns["past.entered_on"].values
    day = noticed.values
    day = day if noticed.known is None else np.where(noticed.known, day, entered)
    for step in procedure.steps:
        yield imported & (step.level > 0) & (step.level <= level), day


def write_import(acted: Acted, slot: int, done: Flags, day: Array) -> None:
    """Write what another system did, where no act is alive.

    Args:
        acted: Written to.
        slot: Which.
        done: Rows where it did.
        day: On which.
    """
    status = acted.status[slot]
    without = done & is_status(status, *_FREED, none=True)
    acted.status[slot][without] = STATUSES.index(ActStatus.DONE)
    acted.on[slot][without] = day[without]
    acted.kept[slot][without] = False


def level_reached(columns: Columns) -> Array:
    """Return the highest level done in this cycle, an imported level included."""
    acted = _nothing(columns, 0)
    items = columns.items["acts"]
    status = _coded(items.columns["status"], STATUSES)
    row = items.rows()
    same = items.columns["cycle"].values == columns["receivable.cycle"].values[row]
    reached = np.array([one in REACHED for one in STATUSES])[status] & same
    np.maximum.at(acted.level, row[reached], items.columns["level"].values[reached])
    return acted.level


def settled_on(acted: Acted, place: int) -> Array:
    """Return the day a step was done, skipped or perhaps done; `NEVER` where it was not."""
    return np.where(is_status(acted.status[place], *_ENDED), acted.on[place], NEVER)


def is_ended(acted: Acted) -> Flags:
    """Tell by step whether it was done, skipped or perhaps done."""
    return is_status(acted.status, *_ENDED)


def is_status(status: Array, *wanted: ActStatus, none: bool = False) -> Flags:
    """Tell where the status of an act is one of some.

    Args:
        status: Places in `STATUSES`, or `NO_ACT`.
        wanted: Some.
        none: What is told of a slot without an act.
    """
    lookup = np.array([*(one in wanted for one in STATUSES), none])
    return np.asarray(lookup[status])


def _coded(column: Column, values: Sequence[str]) -> Array:
    """Return the place of each text in a list; its length for a text that is not in it."""
    places = {word: at for at, word in enumerate(values)}
    lookup = np.array([places.get(word, len(values)) for word in column.words])
    return np.asarray(lookup[column.values])
