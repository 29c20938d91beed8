"""Apply a decision table to columns: by lookup from bins to the rows that hold, and to the answer.

The module decides which rows of a portfolio a table answers without FEEL. The table itself is
`dmn.table`'s: the masks are its masks, and what rows that hold answer is asked of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Final

import numpy as np

from dunning_sdk.dmn.errors import DmnError
from dunning_sdk.dmn.parts import Constant, Entry
from dunning_sdk.dmn.policy import HitPolicy
from dunning_sdk.dmn.table import numbers
from dunning_sdk.domain.currency import exponent
from dunning_sdk.portfolio.column import Array
from dunning_sdk.portfolio.cut import ODD, Bound, Cut, bind, make_cut
from dunning_sdk.portfolio.facts import Facts
from dunning_sdk.portfolio.outcome import Answer, Codes
from dunning_sdk.portfolio.report import Paths
from dunning_sdk.rules.book import TableRule
from dunning_sdk.rules.kind import ANY_CURRENCY

_CELLS_MOST: Final = 1 << 12
_STATES_MOST: Final = 1 << 16
_ASK: Final = -1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stage:
    """Some inputs looked up at once.

    Attributes:
        cuts: The inputs, in the order of the table.
        strides: What the class of each is multiplied by; the state before has stride one.
        lookup: Place to the state after.
    """

    cuts: tuple[Cut, ...]
    strides: tuple[int, ...]
    lookup: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ColumnTable:
    """A table ready for columns.

    Attributes:
        rule: What was compiled.
        stages: Empty where no input changes anything, or where the table is not for columns.
        masks: Rows that hold by the last state; `ODD` where the rule has to be asked.
        is_cut: Whether all inputs are facts that cut into bins.
    """

    rule: TableRule
    stages: tuple[Stage, ...]
    masks: tuple[int, ...]
    is_cut: bool


def compile_table(rule: TableRule) -> ColumnTable:
    """Return a table made ready for columns; one that cannot be is asked row by row."""
    cuts = _cuts(rule)
    whole = (1 << len(rule.table.rows)) - 1
    if cuts is None:
        return ColumnTable(rule=rule, stages=(), masks=(ODD,), is_cut=False)
    states: tuple[int, ...] = (whole,)
    stages: list[Stage] = []
    waiting = list(cuts)
    while waiting:
        taken = [waiting.pop(0)]
        size = len(states) * taken[0].classes
        while waiting and size * waiting[0].classes <= _CELLS_MOST:
            size *= waiting[0].classes
            taken.append(waiting.pop(0))
        if size > _STATES_MOST * 16:
            return ColumnTable(rule=rule, stages=(), masks=(ODD,), is_cut=False)
        stage, states = _stage(states, taken)
        stages.append(stage)
    return ColumnTable(rule=rule, stages=tuple(stages), masks=states, is_cut=True)


def _cuts(rule: TableRule) -> list[Cut] | None:
    """Return the inputs that change anything; ``None`` where one is no fact that cuts."""
    cuts = []
    for one in rule.table.inputs:
        if all(cell == "-" for cell in rule.columns[one.name]):
            continue
        if one.column is None or one.name not in rule.reader.readings:
            return None
        raises = not isinstance(one.read, Entry)
        cuts.append(make_cut(one.name, one.column, raises_unknown=raises))
    return cuts


def _stage(states: Sequence[int], cuts: Sequence[Cut]) -> tuple[Stage, tuple[int, ...]]:
    partial, strides = list(states), []
    for cut in cuts:
        strides.append(len(partial))
        masks = [*cut.masks, *([ODD] if cut.is_odd_unknown else [])]
        partial = [_both(before, mask) for mask in masks for before in partial]
    after = tuple(dict.fromkeys(partial))
    places = {mask: at for at, mask in enumerate(after)}
    lookup = np.array([places[mask] for mask in partial], dtype=np.int32)
    return Stage(cuts=tuple(cuts), strides=tuple(strides), lookup=lookup), after


def _both(before: int, mask: int) -> int:
    return ODD if ODD in (before, mask) else before & mask


@dataclass(slots=True, kw_only=True, eq=False)
class Lookup:
    """Finds what the bins of a table allow, for the blocks of one portfolio; not for two threads.

    Attributes:
        table: Whose bins.
    """

    table: ColumnTable
    _bound: dict[int, Sequence[Sequence[Bound]]] = field(default_factory=dict)

    def places(self, facts: Facts, decimals: int, last: Array | None = None) -> Array:
        """Return for each row the place of its mask in the masks of the table.

        Args:
            facts: Of rows that are all in one currency.
            decimals: Of that currency.
            last: What stands at each place of the last stage, where that is wanted instead.
        """
        stages = self.table.stages
        places = np.zeros(0 if stages else facts.size, dtype=np.int32)
        for stage, bounds in zip(stages, self._bounds(facts, decimals), strict=True):
            columns = (
                bound.of(facts[cut.name]) for cut, bound in zip(stage.cuts, bounds, strict=True)
            )
            before = () if stage is stages[0] else (places,)
            places = reduce(np.add, columns, *before)
            wanted = last if last is not None and stage is stages[-1] else stage.lookup
            places = np.take(wanted, places)
        return places

    def _bounds(self, facts: Facts, decimals: int) -> Sequence[Sequence[Bound]]:
        """Return the inputs made ready for the columns; their words and scales never change."""
        if decimals not in self._bound:
            self._bound[decimals] = [
                [
                    bind(cut, facts[cut.name], stride=stride, exponent=decimals)
                    for cut, stride in zip(stage.cuts, stage.strides, strict=True)
                ]
                for stage in self.table.stages
            ]
        return self._bound[decimals]


@dataclass(slots=True, kw_only=True, eq=False)
class Decider:
    """Decides one table for the blocks of one portfolio; not to be shared by threads.

    Attributes:
        table: The table.
        codes: Answers met, by code.
        by_columns: Rows answered by lookup.
        one_by_one: Rows asked of the rule.
    """

    table: ColumnTable
    codes: Codes[Answer]
    by_columns: int = 0
    one_by_one: int = 0
    _answers: dict[str, Array] = field(default_factory=dict)
    _lookup: Lookup = field(init=False)

    def __post_init__(self) -> None:
        self._lookup = Lookup(table=self.table)

    @property
    def paths(self) -> Paths:
        """Return how many rows went which way."""
        return Paths(columns=self.by_columns, one_by_one=self.one_by_one)

    def decide(self, facts: Facts) -> Array:
        """Return the code of the answer for each row, as int32.

        Raises:
            EvaluationError: The table cannot be decided about some row.
        """
        currency = facts["currency"]
        if len(currency.words) == 1:
            found = self._of_one(facts, currency.words[0])
        else:
            found = np.empty(facts.size, dtype=np.int32)
            for word, rows in facts.by_currency():
                found[rows] = self._of_one(facts.only(rows), word)
        asked = np.flatnonzero(found == _ASK)
        self.by_columns += facts.size - len(asked)
        self.one_by_one += len(asked)
        for row in asked.tolist():
            found[row] = self.codes.of(self._asked(facts, row))
        return found

    def _asked(self, facts: Facts, row: int) -> Answer:
        outcome = self.table.rule.decide(facts.nested(row, self.table.rule.reader.readings))
        return Answer(rows=outcome.trace[0].rows, values=tuple(outcome.values.items()))

    def _of_one(self, facts: Facts, currency: str) -> Array:
        """Return the codes of rows that are all in one currency; `_ASK` for those to be asked."""
        answers = self._answers_in(currency)
        if not self.table.stages:
            return np.full(facts.size, answers[0], dtype=np.int32)
        return self._lookup.places(facts, exponent(currency), answers)

    def _answers_in(self, currency: str) -> Array:
        """Return the code of the answer by the last place, in one currency."""
        found = self._answers.get(currency)
        if found is None:
            codes = [self._static(mask, currency) for mask in self.table.masks]
            by_state = np.array(codes, dtype=np.int32)
            stages = self.table.stages
            found = by_state[stages[-1].lookup] if stages else by_state
            self._answers[currency] = found
        return found

    def _static(self, mask: int, currency: str) -> int:
        rule = self.table.rule
        rows = None if mask == ODD else rows_of(rule, mask)
        if rows is None or rule.currency not in (ANY_CURRENCY, currency):
            return _ASK
        try:
            result = rule.table.answer(rows, {})
        except DmnError:
            return _ASK
        if not result.outputs and any(one.required for one in rule.fields):
            return _ASK
        values = rule.values(result, currency if "currency" in rule.reads else ANY_CURRENCY)
        return self.codes.of(Answer(rows=rows or (0,), values=tuple(values.items())))


def rows_of(rule: TableRule, mask: int) -> tuple[int, ...] | None:
    """Return the rows that hold, as `dmn.table` lists them; ``None`` where facts have to say.

    Args:
        rule: The table.
        mask: Rows that the bins allow.
    """
    table, found = rule.table, []
    is_first = table.hit_policy is HitPolicy.FIRST
    for row in numbers(mask):
        if not table.rows[row - 1].tests:
            found.append(row)
        elif not (found and is_first):
            return None
    single = is_first or (table.hit_policy is HitPolicy.UNIQUE and len(found) == 1)
    outputs = [
        output for row in found[: 1 if single else None] for output in table.rows[row - 1].outputs
    ]
    if not found:
        outputs = [one.default for one in table.outputs if one.default is not None]
    is_said = all(isinstance(output, Constant) for output in outputs)
    return tuple(found) if is_said else None
