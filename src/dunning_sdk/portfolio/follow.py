"""Decide what is next in rows that follow one procedure, and hand on what is due.

Plain rows are decided by bits (`quick`), all others by dates (`laid`, `repeated`, `stand`, `due`).
Rows with a date that no calendar knows, or of which a repeated step has more occurrences than there
are slots, and not all others are past, are decided one by one.
"""

from typing import Any, Final

import numpy as np

from dunning_sdk.decisions.decision import Outcome
from dunning_sdk.portfolio.block import Block
from dunning_sdk.portfolio.book import CompiledBook
from dunning_sdk.portfolio.column import Array, Flags, number_of
from dunning_sdk.portfolio.condition import holding
from dunning_sdk.portfolio.days import Days
from dunning_sdk.portfolio.due import (
    ONCE,
    OUTCOME_OF,
    REASONS,
    Ground,
    Next,
    ahead,
    find_next,
    step_days,
)
from dunning_sdk.portfolio.laid import lay_out
from dunning_sdk.portfolio.outcome import NO_AMOUNT, VERDICTS
from dunning_sdk.portfolio.quick import DAYS_MOST, Quick, is_quick, make_quick
from dunning_sdk.portfolio.repeated import PART, WIDTHS, unroll
from dunning_sdk.portfolio.report import Paths
from dunning_sdk.portfolio.single import Asked
from dunning_sdk.portfolio.slots import is_repeated, slots_of
from dunning_sdk.portfolio.stand import next_step
from dunning_sdk.portfolio.stops import Stopped
from dunning_sdk.portfolio.table import Decider
from dunning_sdk.portfolio.tail import Tail
from dunning_sdk.portfolio.timetable import make_timetable
from dunning_sdk.portfolio.whole import decide_whole
from dunning_sdk.rules.step import Procedure

_SOON: Final = np.array(
    [one not in (Outcome.WAITING, Outcome.STOPPED, Outcome.FINISHED) for one in VERDICTS]
)[OUTCOME_OF]
"""By the place of the reason, whether a row is looked at the day after."""


class Follower:
    """Decides rows that follow a procedure, for one portfolio; not shared by threads.

    Args:
        compiled: The book.
        asked: The day.
        deciders: By rule id.
        due_on: First and last due date that may come, as day numbers.

    Attributes:
        paths: By procedure id, how many rows went which way; by procedure and step id, how many
            were asked the condition of the step.
    """

    def __init__(
        self,
        compiled: CompiledBook,
        asked: Asked,
        deciders: dict[str, Decider],
        due_on: tuple[int, int],
    ) -> None:
        self._compiled, self._asked = compiled, asked
        self._as_of, self._due_on = number_of(asked.as_of), due_on
        self._tail = Tail(compiled, asked, deciders)
        self._days: dict[str, Days] = {}
        self._quick: dict[str, Quick | None] = {}
        self.paths: dict[str, Paths] = {}

    @property
    def charged(self) -> Paths:
        """Return how many rows had their charges worked out which way."""
        return self._tail.charging.paths if self._tail.charging else Paths()

    def decide(self, block: Block, rows: Array, procedure: Procedure) -> None:
        """Decide rows of a block that follow a procedure.

        Raises:
            EvaluationError: A rule cannot be decided about some row.
        """
        quick = self._made_quick(procedure)
        if quick is not None:
            rows = self._by_bits(block, rows, quick)
        if len(rows):
            self._by_dates(block, rows, procedure)

    def _made_quick(self, procedure: Procedure) -> Quick | None:
        """Return a procedure ready for plain rows; ``None`` for one that is not for them."""
        if procedure.id not in self._quick:
            first, last = self._due_on
            found: Quick | None = None
            if is_quick(procedure) and last - first < DAYS_MOST:
                days = self._calendar(procedure)
                found = make_quick(
                    procedure,
                    make_timetable(procedure, days, first, last, self._as_of),
                    self._as_of,
                    operator=self._compiled.operator,
                    is_stale=self._is_stale(procedure),
                )
            self._quick[procedure.id] = found
        return self._quick[procedure.id]

    def _calendar(self, procedure: Procedure) -> Days:
        if procedure.calendar not in self._days:
            self._days[procedure.calendar] = Days(procedure.calendar)
        return self._days[procedure.calendar]

    def _by_bits(self, block: Block, rows: Array, quick: Quick) -> Array:
        """Decide the plain rows; return the others."""
        is_part = 2 * len(rows) < block.columns.size
        columns = block.columns.take(rows) if is_part else block.columns
        stopped = taken(block.stopped, rows) if is_part else block.stopped
        chases = self._chases(block)
        chases = chases[rows] if is_part else chases
        found, days, plain = quick.decide(columns, stopped, chases.view(np.uint8))
        plain = plain if is_part else plain.take(rows)
        done = rows.take(np.flatnonzero(plain))
        at = np.flatnonzero(plain) if is_part else done
        if len(at) < columns.size:
            found, days = found.take(at), days[at]
        self._put(block, done, quick.procedure, found, days)
        return rows.take(np.flatnonzero(~plain))

    def _by_dates(self, block: Block, rows: Array, procedure: Procedure) -> None:
        """Decide rows by the dates of each of their slots, and one by one where these do not do."""
        is_once = not is_repeated(procedure)
        size, widths = (len(rows), (0,)) if is_once else (PART, WIDTHS)
        for low in range(0, len(rows), size):
            part = rows[low : low + size]
            applies = self._applies(block, part, procedure)
            for width in widths:
                left = self._by_slots(block, part, procedure, applies, width)
                part, applies = part[left], applies[:, left]
                if not len(part):
                    break
            else:
                self._whole(block, part, procedure)

    def _by_slots(
        self, block: Block, rows: Array, procedure: Procedure, applies: Flags, width: int
    ) -> Array:
        """Decide rows by the dates of some slots; return the places of those these do not do for.

        Args:
            block: Whose rows; written to.
            rows: Which.
            procedure: Its steps.
            applies: By step, whether its condition holds.
            width: Slots of a repeated step behind its first one.
        """
        is_all = len(rows) == block.columns.size
        columns = block.columns if is_all else block.columns.take(rows)
        days = self._calendar(procedure)
        unrolled = unroll(slots_of(procedure, width), columns, applies, days, self._as_of)
        acted, by_slot = unrolled.acted, unrolled.slots.procedure
        laid = lay_out(by_slot, columns, acted, unrolled.planned, self._as_of)
        place = next_step(by_slot, columns, acted, laid, self._as_of)
        stopped = block.stopped if is_all else taken(block.stopped, rows)
        ground = self._ground(block, rows, by_slot)
        found = find_next(by_slot, columns, acted, laid, place, stopped, ground)
        coming = step_days(by_slot, columns, laid, self._as_of)
        found, unknown = unrolled.by_step(found), unrolled.planned.unknown
        if unknown.any():
            known = np.flatnonzero(~unknown)
            rows, found, coming = rows[known], found.take(known), coming[known]
        if len(rows):
            self._put(block, rows, procedure, found, coming)
        return np.flatnonzero(unknown)

    def _whole(self, block: Block, rows: Array, procedure: Procedure) -> None:
        decide_whole(self._compiled, block.columns, rows.tolist(), self._asked, block.draft)
        block.is_whole[rows] = True
        self._count(procedure.id, Paths(one_by_one=len(rows)))

    def _count(self, id: str, paths: Paths) -> None:
        self.paths[id] = self.paths.get(id, Paths()) + paths

    def _applies(self, block: Block, rows: Array, procedure: Procedure) -> Flags:
        """Tell by step where its condition holds; and count how it was asked."""
        applies = np.ones((len(procedure.steps), len(rows)), dtype=np.bool_)
        for place, step in enumerate(procedure.steps):
            if step.when is not None:
                applies[place], paths = holding(step.when, block.facts.take(rows))
                self._count(f"{procedure.id}.{step.id}", paths)
        return applies

    def _chases(self, block: Block) -> Flags:
        operator, mandated = self._compiled.operator, block.mandated
        return mandated.each([one.mandate.chaser == operator for one in mandated.chosen], np.bool_)

    def _is_stale(self, procedure: Procedure) -> bool:
        most, known = procedure.payments_max_age_days, self._asked.payments_known_on
        return most is not None and (known is None or self._as_of - number_of(known) > most)

    def _ground(self, block: Block, rows: Array, procedure: Procedure) -> Ground:
        operator, chases = self._compiled.operator, self._chases(block)[rows]
        own = [
            np.full(len(rows), step.actor == operator) if step.actor else chases
            for step in procedure.steps
        ]
        return Ground(as_of=self._as_of, is_stale=self._is_stale(procedure), is_own=np.array(own))

    def _put(
        self, block: Block, rows: Array, procedure: Procedure, found: Next, coming: Array
    ) -> None:
        """Write what is next in rows, and take what is due to its end."""
        self._count(procedure.id, Paths(columns=len(rows)))
        days = np.minimum(coming, ahead(found.act_on, self._as_of))
        where: Any = slice(None) if len(rows) == block.columns.size else rows
        block.changes[where] = np.minimum(block.changes[where], days)
        self._write(block, where, procedure, found)
        is_due = np.flatnonzero(found.why == 0)
        if len(is_due):
            self._tail.decide(block, rows[is_due], found.place[is_due], procedure)

    def _write(self, block: Block, where: Any, procedure: Procedure, found: Next) -> None:  # noqa: ANN401
        block.draft.verdict[where] = np.take(OUTCOME_OF, found.why)
        reasons = np.array([block.code("reasons", (one,)) for one in REASONS])
        block.write("reasons", where, np.take(reasons, found.why))
        for name, values in (
            ("step", found.place),
            ("planned_on", found.planned),
            ("act_on", found.act_on),
            ("attempt", found.attempt),
            *((("occurrence", found.occurrence),) if found.occurrence is not ONCE else ()),
        ):
            block.write(name, where, values)
        without = np.flatnonzero(found.place < 0)
        amount = block.stopped.asked[where].copy()
        amount[without] = NO_AMOUNT
        block.write("amount", where, amount)
        chasers = [block.code("actor", one.mandate.chaser) for one in block.mandated.chosen]
        actor = block.mandated.each(chasers)[where]
        for place, step in enumerate(procedure.steps):
            if step.actor:
                actor = np.where(found.place == place, block.code("actor", step.actor), actor)
        actor[without] = block.code("actor", "")
        block.write("actor", where, actor)
        block.soon[where] = np.take(_SOON, found.why)


def taken(stopped: Stopped, rows: Array) -> Stopped:
    """Return what stops say of some rows; the facts they say are left out."""
    return Stopped(
        size=len(rows),
        asked=stopped.asked.take(rows),
        reasons=stopped.reasons.take(rows),
        resumed_on=stopped.resumed_on.take(rows),
        broken_on=stopped.broken_on.take(rows),
        free_on=stopped.free_on.take(rows),
        has_ended=stopped.has_ended,
    )
