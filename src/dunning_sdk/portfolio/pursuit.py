"""Decide one block of a portfolio by columns, from the mandate to the day of the next look.

The stages are asked in the order in which one receivable is decided; each hands on only the rows
it leaves open.
"""

from typing import Any, Final

import numpy as np

from dunning_sdk.decisions.charges import NOTES_ENTRY
from dunning_sdk.decisions.decision import Outcome
from dunning_sdk.portfolio.block import Block
from dunning_sdk.portfolio.book import CompiledBook
from dunning_sdk.portfolio.column import NO_DAY, Array, Column, Flags, Kind, number_of
from dunning_sdk.portfolio.columns import Columns
from dunning_sdk.portfolio.draft import Draft
from dunning_sdk.portfolio.due import (
    ahead,
    rule_days,
)
from dunning_sdk.portfolio.facts import given_facts
from dunning_sdk.portfolio.follow import Follower
from dunning_sdk.portfolio.mandates import Mandates
from dunning_sdk.portfolio.outcome import VERDICTS
from dunning_sdk.portfolio.past import level_reached
from dunning_sdk.portfolio.report import Paths
from dunning_sdk.portfolio.schema import OF_STOPS
from dunning_sdk.portfolio.single import Asked
from dunning_sdk.portfolio.stops import read_stops
from dunning_sdk.portfolio.table import Decider

FINISHED: Final = VERDICTS.index(Outcome.FINISHED)
STOPPED: Final = VERDICTS.index(Outcome.STOPPED)
_ACTS: Final = np.array([one in (Outcome.DUE, Outcome.EXPECTED) for one in VERDICTS])
_CLOSED: Final = ("", "paid", "", "owned-by-another-chaser", "no-procedure")
_CLOSED_AS: Final = np.array([0, FINISHED, STOPPED, STOPPED, FINISHED], dtype=np.uint8)


class Pursuit:
    """Decides the blocks of one portfolio; not shared by threads.

    Args:
        compiled: The book.
        asked: The day.
        deciders: By rule id.
        due_on: First and last due date that may come, as day numbers.
    """

    def __init__(
        self,
        compiled: CompiledBook,
        asked: Asked,
        deciders: dict[str, Decider],
        due_on: tuple[int, int],
    ) -> None:
        self._compiled, self._asked, self._deciders = compiled, asked, deciders
        self._as_of = number_of(asked.as_of)
        self._mandates = Mandates(compiled, deciders, asked.as_of)
        self._follower = Follower(compiled, asked, deciders, due_on)
        rules = (*compiled.book.of_kind("mandate"), *compiled.book.of_kind("scenario"))
        self._edges = [one for one in rules if one.edges or one.start_on or one.until_on]
        self._ids = [one.id for one in compiled.procedures]

    def decide(self, columns: Columns, draft: Draft) -> None:
        """Decide the rows of one block.

        Args:
            columns: Its rows.
            draft: Of the same rows; written to.

        Raises:
            EvaluationError: A rule cannot be decided about some row.
        """
        block = self._begun(columns, draft)
        active, procedure = self._closed(block)
        for place, one in enumerate(self._compiled.procedures):
            rows = np.flatnonzero(active & (procedure == place))
            if len(rows):
                self._follower.decide(block, rows, one)
        self._look_again(block)

    def paths(self) -> dict[str, Paths]:
        """Return how many rows went which way, by the id of the rule."""
        found = {rule: one.paths for rule, one in self._deciders.items() if one.paths != Paths()}
        if self._follower.charged != Paths():
            found[NOTES_ENTRY] = self._follower.charged
        return found | self._follower.paths

    def _begun(self, columns: Columns, draft: Draft) -> Block:
        stopped = read_stops(columns, self._asked.as_of, draft.codes["reasons"])
        derived: dict[str, Any] = {
            name: (lambda name=name: stopped.fact(name)) for name in OF_STOPS
        }
        derived["receivable.level"] = lambda: Column(kind=Kind.COUNT, values=level_reached(columns))
        facts = given_facts(
            columns,
            as_of=self._asked.as_of,
            operator=self._compiled.operator,
            derived=derived,
        )
        mandated = self._mandates.decide(facts)
        for rule, codes in mandated.answers.items():
            draft.answer(rule, slice(None), codes)
        return Block(
            columns=columns,
            draft=draft,
            facts=facts,
            stopped=stopped,
            mandated=mandated,
            changes=np.minimum(
                stopped.free_on, _ahead(columns["debtor.promise_ends_on"], self._as_of)
            ),
            soon=np.zeros(columns.size, dtype=np.bool_),
            is_whole=np.zeros(columns.size, dtype=np.bool_),
        )

    def _closed(self, block: Block) -> tuple[Flags, Array]:
        """Decide the rows about which nothing at all is done; return the others."""
        columns, mandated, stopped = block.columns, block.mandated, block.stopped
        mandates = [one.mandate for one in mandated.chosen]
        places = [self._place(one.procedure) for one in mandates]
        procedure = mandated.each(places)
        operator = self._compiled.operator
        foreign = [one.chaser != operator and not one.follow for one in mandates]
        begun = [3 if foreign[at] else 4 * (places[at] < 0) for at in range(len(mandates))]
        closed = mandated.each(begun, np.uint8)
        closed[np.flatnonzero(stopped.reasons != 0)] = 2
        closed[np.flatnonzero(columns["receivable.open_amount"].values == 0)] = 1
        why = [block.code("reasons", (one,)) if one else 0 for one in _CLOSED]
        reasons = np.take(np.array(why, dtype=np.int16), closed)
        rows = np.flatnonzero(closed == 2)
        reasons[rows] = stopped.reasons[rows]
        block.draft.verdict[:] = np.take(_CLOSED_AS, closed)
        block.write("reasons", slice(None), reasons)
        letterheads = [block.code("letterhead", one.letterhead) for one in mandates]
        block.write("letterhead", slice(None), mandated.each(letterheads))
        block.write("procedure", slice(None), procedure)
        block.write("cycle", slice(None), columns["receivable.cycle"].values)
        self._hold(block, procedure)
        return closed == 0, procedure

    def _place(self, procedure: str) -> int:
        return self._ids.index(procedure) if procedure in self._ids else -1

    def _hold(self, block: Block, procedure: Array) -> None:
        """Look again on the day a credit hold may be proposed."""
        due_on = block.columns["receivable.due_on"].values
        for place, one in enumerate(self._compiled.procedures):
            if one.credit_hold_days is not None:
                days = ahead(due_on + np.int32(one.credit_hold_days), self._as_of)
                days = np.where(procedure == place, days, NO_DAY)
                block.changes = np.minimum(block.changes, days)

    def _look_again(self, block: Block) -> None:
        """Write on which day each row may change, and on which it is looked at again."""
        columns, as_of = block.columns, self._as_of
        paid = np.flatnonzero(columns["receivable.open_amount"].values == 0)
        days = block.changes
        if self._edges:
            due_on = columns["receivable.due_on"].values
            days = np.minimum(days, rule_days(self._edges, due_on, as_of))
        if "debtor.past_changes_on" in columns.columns:
            days = np.minimum(days, _ahead(columns["debtor.past_changes_on"], as_of))
        near = _ahead(columns["ahead.limitation_on"], as_of)
        days[paid] = NO_DAY
        changes = np.minimum(days, _ahead(columns["ahead.event_on"], as_of))
        near[paid] = NO_DAY
        review = np.minimum(changes, near)
        review[np.flatnonzero(block.soon)] = as_of + 1
        verdict = block.draft.verdict
        review[np.flatnonzero(np.take(_ACTS, verdict))] = as_of
        rows: Any = np.flatnonzero(~block.is_whole) if block.is_whole.any() else slice(None)
        block.write("changes_on", rows, changes[rows])
        block.write("review_on", rows, review[rows])


def _ahead(column: Column, as_of: int) -> Array:
    """Return days that lie after a day; `NO_DAY` for all others, and where none is known."""
    if column.known is not None and column.known.strides == (0,) and not column.known[:1].any():
        return np.full(column.size, NO_DAY, dtype=np.int32)
    days = ahead(column.values, as_of)
    if column.known is not None:
        days[~column.known] = NO_DAY
    return days
