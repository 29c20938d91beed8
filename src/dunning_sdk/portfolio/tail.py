"""Take what is due to its end by columns: channel, spacing, guards, charges.

As the engine does one by one: a notice that reaches nobody is held, one that comes too soon after
another waits, a guard may deny, and a step with legal effect waits for law that is not verified.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from dunning_sdk.decisions.decision import Outcome
from dunning_sdk.domain.fact import ACTIONS
from dunning_sdk.portfolio.block import Block
from dunning_sdk.portfolio.book import CompiledBook
from dunning_sdk.portfolio.charge import Charging
from dunning_sdk.portfolio.column import NO_DAY, Array, Column, Flags, Kind, number_of
from dunning_sdk.portfolio.due import per_step, rule_days
from dunning_sdk.portfolio.facts import Facts
from dunning_sdk.portfolio.guard import hear_guards
from dunning_sdk.portfolio.outcome import VERDICTS
from dunning_sdk.portfolio.single import Asked
from dunning_sdk.portfolio.stage import Stage
from dunning_sdk.portfolio.table import Decider
from dunning_sdk.rules.step import Action, Procedure

_HELD: Final = VERDICTS.index(Outcome.HELD)
_WAITING: Final = VERDICTS.index(Outcome.WAITING)
_DENIED: Final = VERDICTS.index(Outcome.DENIED)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Due:
    """Rows of one procedure that are due.

    Attributes:
        rows: Places in the block.
        place: Of the step that is due.
        procedure: Its steps.
        facts: Of the rows.
    """

    rows: Array
    place: Array
    procedure: Procedure
    facts: Facts

    def keep(self, which: Flags) -> "Due":
        """Return only some of the rows."""
        if which.all():
            return self
        facts = self.facts.take(np.flatnonzero(which))
        return Due(
            rows=self.rows[which],
            place=self.place[which],
            procedure=self.procedure,
            facts=facts,
        )

    def per_step(self, values: Sequence[Any], dtype: Any) -> Array:  # noqa: ANN401 - a dtype
        """Return what is so of the step of each row."""
        return np.asarray(per_step(self.procedure, values, dtype)[self.place])


class Tail:
    """Takes rows that are due to their end; not shared by threads.

    Args:
        compiled: The book.
        asked: The day.
        deciders: By rule id.
    """

    def __init__(self, compiled: CompiledBook, asked: Asked, deciders: dict[str, Decider]) -> None:
        self._compiled, self._deciders = compiled, deciders
        self._as_of = number_of(asked.as_of)
        self._stages = compiled.stages
        self._guards = compiled.book.of_kind("guards", on=asked.as_of)
        self._all_guards = compiled.book.of_kind("guards")
        self._words = ("", *compiled.channels)
        law = compiled.law
        self.charging = Charging(compiled, law, asked, deciders) if law else None

    def decide(self, block: Block, rows: Array, place: Array, procedure: Procedure) -> None:
        """Decide what becomes of rows that are due.

        Args:
            block: Whose rows; written to.
            rows: Which, ascending.
            place: Of the step that is due.
            procedure: Its steps.

        Raises:
            EvaluationError: A guard or a charges rule cannot be decided about some row.
        """
        is_all = len(rows) == block.facts.size
        facts = block.facts if is_all else block.facts.take(rows)
        due = Due(rows=rows, place=place, procedure=procedure, facts=facts)
        due = self._staged(block, due)
        due = self._spaced(block, due) if len(due.rows) else due
        due = self._guarded(block, due) if len(due.rows) else due
        if self.charging is not None and len(due.rows):
            self.charging.decide(block, due)

    def _staged(self, block: Block, due: Due) -> Due:
        """Write channels and all that goes with them; hold notices that reach nobody."""
        which, stages = self._stages.of(
            block.columns,
            due.rows,
            due.procedure.steps,
            due.place,
            block.mandated.chosen,
            block.mandated.code[due.rows],
        )
        for name in Stage._fields:
            codes = [block.code(name, getattr(stage, name)) for stage in stages]
            block.write(name, due.rows, np.array(codes, dtype=np.int32)[which])
        self._step_facts(due, which, stages)
        steps = due.procedure.steps
        is_notice = due.per_step([step.action is Action.NOTICE for step in steps], np.bool_)
        reaches = np.array([bool(stage.channels) for stage in stages])[which] | ~is_notice
        self._turn(block, due.rows[~reaches], _HELD, "debtor-unreachable")
        return due.keep(reaches)

    def _step_facts(self, due: Due, which: Array, stages: Sequence[Stage]) -> None:
        """Make the facts of the step known."""
        steps, facts = due.procedure.steps, due.facts
        first = [self._words.index(next(iter(stage.channels), "")) for stage in stages]
        levels = due.per_step([step.level for step in steps], np.int32)
        legal = due.per_step([step.legal_effect for step in steps], np.bool_)
        actions = due.per_step([ACTIONS.index(step.action) for step in steps], np.uint8)
        ids = due.per_step([self._compiled.step_ids.index(step.id) for step in steps], np.int32)
        channel = np.array(first, dtype=np.int32)[which]
        words = self._compiled.step_ids
        facts.put("step.id", Column(kind=Kind.TEXT, values=ids, words=words))
        facts.put("step.action", Column(kind=Kind.TEXT, values=actions, words=ACTIONS))
        facts.put("step.level", Column(kind=Kind.COUNT, values=levels))
        facts.put("step.legal_effect", Column(kind=Kind.FLAG, values=legal))
        facts.put("step.channel", Column(kind=Kind.TEXT, values=channel, words=self._words))

    def _turn(self, block: Block, rows: Array, verdict: int, reason: str) -> None:
        block.draft.verdict[rows] = verdict
        block.write("reasons", rows, block.code("reasons", (reason,)))

    def _spaced(self, block: Block, due: Due) -> Due:
        """Let notices wait that come too soon after another to the same debtor."""
        procedure, steps = due.procedure, due.procedure.steps
        if not procedure.hush and not procedure.spacing_days:
            return due
        about = [step.action is Action.NOTICE and not step.legal_effect for step in steps]
        left = due.per_step(about, np.bool_)
        waits = np.zeros(len(due.rows), dtype=np.bool_)
        if procedure.hush:
            until = block.columns["debtor.formal_notice_until"].take(due.rows)
            runs = left if until.known is None else left & until.known
            self._wait(block, due.rows, runs, until.values + np.int32(1), "formal-notice-runs")
            waits, left = waits | runs, left & ~runs
        if procedure.spacing_days:
            free = self._last_notice(block, due.rows) + np.int32(procedure.spacing_days)
            soon = left & (free > self._as_of)
            self._wait(block, due.rows, soon, free, "debtor-spacing")
            waits = waits | soon
        return due.keep(~waits)

    def _last_notice(self, block: Block, rows: Array) -> Array:
        items = block.columns.items["notices"]
        ends, has = items.offsets[rows + 1], items.counts()[rows] > 0
        on = items.columns["on"].values
        if not len(on):
            return np.full(len(rows), -NO_DAY, dtype=np.int32)
        return np.where(has, on[np.maximum(ends - 1, 0)], -NO_DAY).astype(np.int32)

    def _wait(self, block: Block, rows: Array, which: Flags, free: Array, reason: str) -> None:
        at = rows[which]
        self._turn(block, at, _WAITING, reason)
        block.write("act_on", at, free[which])
        block.changes[at] = np.minimum(block.changes[at], free[which])

    def _guarded(self, block: Block, due: Due) -> Due:
        """Hear the guards."""
        amount = block.draft.arrays["amount"][due.rows]
        codes = block.draft.codes["reasons"]
        said = hear_guards(self._guards, self._deciders, due.facts, amount, codes)
        for rule, answers in said.answers.items():
            block.draft.answer(rule, due.rows, answers)
        block.write("amount", due.rows, said.amount)
        denied = due.rows[said.denied]
        block.draft.verdict[denied] = _DENIED
        block.write("reasons", denied, said.reasons[said.denied])
        if len(denied):
            due_on = block.columns["receivable.due_on"].values[denied]
            days = rule_days(self._all_guards, due_on, self._as_of)
            block.changes[denied] = np.minimum(block.changes[denied], days)
        return due.keep(~said.denied)
