"""Decide what is next for rows of which nothing out of the ordinary is known: by bits.

Under a procedure whose dates follow from the due date alone, what has expired on a day, and when
the next step comes, is looked up by due date; what was done is one bit per step (`timetable`). Rows
that entered late, were imported, began a new cycle, or whose acts did not simply succeed are left.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dunning_sdk.domain.receivable import ActStatus
from dunning_sdk.portfolio.column import NO_DAY, Array, Column, Flags
from dunning_sdk.portfolio.columns import Columns, Items
from dunning_sdk.portfolio.due import ABOUT_MONEY, ONCE, REASONS, Next, afters
from dunning_sdk.portfolio.past import NEVER
from dunning_sdk.portfolio.stops import Stopped
from dunning_sdk.portfolio.timetable import Masks, Timetable, make_masks, whole_numbers
from dunning_sdk.rules.step import CatchUp, Procedure

STEPS_MOST: Final = 12
DAYS_MOST: Final = 40_000
_BY_DUE_DATE: Final = ("due_on", "entered_overdue", "end_of_month")
_ODD: Final = 1 << 40
_NOT_YET, _OWN, _OTHER, _STALE, _BEFORE, _NONE = (
    REASONS.index(name)
    for name in (
        *("not-yet", "step-due", "another-actor", "payments-stale", "step-before-not-done"),
        "no-step-left",
    )
)


def is_quick(procedure: Procedure) -> bool:
    """Tell whether the dates of a procedure follow from the due date alone."""
    steps = procedure.steps
    return (
        len(steps) <= STEPS_MOST
        and procedure.catch_up is CatchUp.NEXT
        and not procedure.spacing_days
        and all(step.anchor in _BY_DUE_DATE for step in steps)
        and all(step.when is None and step.repeat_every_days is None for step in steps)
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Quick:
    """A procedure ready to decide plain rows on one day.

    Attributes:
        procedure: Its steps.
        masks: By steps done.
        timetable: By due date.
        as_of: Day decided for.
        why: By whether the mandate's chaser is the operator, by step, and by whether its day is
            still to come, flat: place of the reason.
        is_stale: By step, whether payments are too old to do it once overdue.
    """

    procedure: Procedure
    masks: Masks
    timetable: Timetable
    as_of: int
    why: Array
    is_stale: Flags

    def decide(
        self, columns: Columns, stopped: Stopped, chases: Array
    ) -> tuple[Next, Array, Flags]:
        """Return what is next, the first day a step may come, and the rows that is true of.

        Args:
            columns: Of a block.
            stopped: What stops say of it.
            chases: By row, 1 where the mandate's chaser is the operator, else 0.
        """
        table, due_on = self.timetable, columns["receivable.due_on"].values
        at = due_on.astype(np.int64) - table.first
        bits, last_on, is_plain = self._done(columns)
        is_plain &= _plain(columns)
        if table.is_odd.any():
            is_plain &= ~table.is_odd[at]
        gone = np.take(table.gone, at) | np.take(self.masks.gone, bits)
        left = ~gone & ((1 << len(self.procedure.steps)) - 1)
        place = np.take(self.masks.lowest, left)
        planned = np.take(table.planned, place * len(table.gone) + at)
        act_on = self._act_on(columns, stopped, place, planned, bits, last_on)
        found = Next(
            place=np.take(self.masks.next, left),
            planned=planned,
            act_on=act_on,
            attempt=ONCE,
            why=self._why(chases, place, act_on, due_on),
            occurrence=ONCE,
        )
        return found, np.take(table.ahead, at), is_plain

    def _done(self, columns: Columns) -> tuple[Array, Array, Flags]:
        """Return the steps done as bits, the day of the last act, and whether that is all."""
        items, size = columns.items["acts"], columns.size
        if not items.offsets[-1]:
            never = np.full(size, NEVER, dtype=np.int32)
            return np.zeros(size, dtype=np.int64), never, np.ones(size, dtype=np.bool_)
        summed = np.concatenate((np.zeros(1, np.int64), np.cumsum(self._bits(items))))
        bits, counts = np.diff(np.take(summed, items.offsets)), items.counts()
        whole = 1 << len(self.procedure.steps)
        is_simple = bits < whole
        bits *= is_simple
        is_simple &= np.take(self.masks.count, bits) == counts
        if columns["receivable.cycle"].values.max(initial=1) > 1:
            is_simple &= (counts == 0) | (columns["receivable.cycle"].values == 1)
        return bits, _last_on(items, counts), is_simple

    def _bits(self, items: Items) -> Array:
        """Return the bit of the step that each act did; `_ODD` for an act that is not plain."""
        said, steps = items.columns, self.procedure.steps
        places = {step.id: place for place, step in enumerate(steps)}
        words = said["step"].words
        own = np.array([1 << places[word] if word in places else _ODD for word in words])
        bits = np.take(own, said["step"].values)
        levels = [steps[places[word]].level if word in places else 0 for word in words]
        odd = [
            _other(said["procedure"], self.procedure.id),
            _other(said["status"], ActStatus.DONE),
            _not_one(said["occurrence"]),
            _not_one(said["cycle"]),
            np.take(whole_numbers(levels), said["step"].values) != said["level"].values,
        ]
        for one in odd:
            if one is not None and one.any():
                bits = np.where(one, _ODD, bits)
        return np.asarray(bits)

    def _act_on(
        self,
        columns: Columns,
        stopped: Stopped,
        place: Array,
        planned: Array,
        bits: Array,
        last_on: Array,
    ) -> Array:
        """Return the first day the next step may be done; `NO_DAY` for none."""
        steps = self.procedure.steps
        wait = whole_numbers([*(max(step.interval_days, 1) for step in steps), 1])
        found = np.maximum(planned, last_on + np.take(wait, place))
        if stopped.has_ended:
            days = np.int32(self.procedure.resume_days)
            found = np.maximum(found, stopped.resumed_on + days)
            found = np.maximum(found, stopped.broken_on)
        issued_on = columns["receivable.issued_on"].values + np.int32(1)
        early = (planned < columns["receivable.due_on"].values).view(np.int8)
        not_early = (early - np.int8(1)).astype(np.int32) << 30  # `NEVER`, or nothing at all
        found = np.maximum(found, issued_on + not_early)
        for own, other, free in afters(self.procedure):
            rows = np.flatnonzero(place == own)
            if len(rows):
                found[rows] = self._granted(columns, rows, found[rows], bits[rows], other, free)
        return np.asarray(np.minimum(found, np.int32(NO_DAY)))

    def _granted(
        self, columns: Columns, rows: Array, found: Array, bits: Array, other: int, free: int
    ) -> Array:
        """Return the days of rows whose next step hangs on another; `NO_DAY` while it waits."""
        items = columns.items["acts"]
        done_on = np.full(len(rows), NEVER, dtype=np.int64)
        starts, counts = items.offsets[rows], items.counts()[rows]
        words = items.columns["step"].words if len(items.columns) else ()
        code = words.index(self.procedure.steps[other].id) if len(words) else -1
        for number in range(int(counts.max(initial=0))):
            has = np.flatnonzero(counts > number)
            at = starts[has] + number
            is_it = items.columns["step"].values[at] == code
            done_on[has[is_it]] = items.columns["on"].values[at[is_it]]
        days = np.maximum(found, done_on + free)
        return np.where(bits >> other & 1, days, NO_DAY)

    def _why(self, chases: Array, place: Array, act_on: Array, due_on: Array) -> Array:
        steps = len(self.procedure.steps)
        later = (act_on > self.as_of).view(np.int8)
        why = np.take(self.why, (chases * np.int8(steps + 1) + place) * 2 + later)
        if self.is_stale.any():
            stale = self.is_stale[place] & (due_on < self.as_of) & (why == _OWN)
            why[stale] = _STALE
        for own, _, _ in afters(self.procedure):
            why[(place == own) & (act_on == NO_DAY)] = _BEFORE
        return np.asarray(why)


def make_quick(
    procedure: Procedure, timetable: Timetable, as_of: int, *, operator: str, is_stale: bool
) -> Quick:
    """Return a procedure ready to decide plain rows.

    Args:
        procedure: One that `is_quick`.
        timetable: Of all due dates that may come.
        as_of: Day decided for.
        operator: Party the engine runs for.
        is_stale: Whether payments are too old to speak about overdue money.
    """
    why: list[int] = []
    for chases in (False, True):
        for step in procedure.steps:
            is_own = step.actor == operator if step.actor else chases
            why += [_OWN if is_own else _OTHER, _NOT_YET]
        why += [_NONE, _NONE]
    about = [is_stale and step.action in ABOUT_MONEY for step in procedure.steps]
    return Quick(
        procedure=procedure,
        masks=make_masks(procedure),
        timetable=timetable,
        as_of=as_of,
        why=np.array(why, dtype=np.uint8),
        is_stale=np.array([*about, False], dtype=np.bool_),
    )


def _last_on(items: Items, counts: Array) -> Array:
    """Return the day of the last act of each row; `NEVER` where there is none."""
    on = items.columns["on"].values
    falls = np.zeros(len(on) + 1, dtype=np.bool_)
    np.less(on[1:], on[:-1], out=falls[1:-1])
    falls[items.offsets] = False
    if falls.any():
        found = np.full(len(counts), NEVER, dtype=np.int32)
        rows = np.flatnonzero(counts > 0)
        found[rows] = np.maximum.reduceat(on, items.offsets[rows])
        return found
    # In order, as stores give them, the last of each row is the latest; place -1 is `NEVER`.
    has = (counts > 0).astype(np.int64)
    return np.asarray(np.take(np.append(on, np.int32(NEVER)), (items.offsets[1:] - 1) | (has - 1)))


def _plain(columns: Columns) -> Flags:
    """Tell which rows neither entered late nor were imported."""
    late = columns["past.cycle_started_on"].values > columns["receivable.due_on"].values
    noticed, level = columns["past.imported_notice_on"], columns["past.imported_level"]
    plain: Flags = ~late
    if level.values.any():
        plain &= level.values == 0
    if noticed.known is None or noticed.known.any():
        plain &= False if noticed.known is None else ~noticed.known
    return plain


def _other(column: Column, word: str) -> Flags | None:
    """Tell which texts are another than one; ``None`` where none is."""
    if column.words == (word,):
        return None
    lookup = np.array([one != word for one in column.words])
    return np.asarray(lookup[column.values])


def _not_one(column: Column) -> Flags | None:
    """Tell which counts are another than one; ``None`` where none is."""
    values = column.values
    if values.strides == (0,) and len(values) and values[0] == 1:
        return None
    return np.asarray(values != 1)
