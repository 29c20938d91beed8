"""Apply a table that works amounts out or compares facts with each other, by columns.

`table` looks answers up that are the same for all rows that hold. Here answers may differ from row
to row: texts are looked up by the few ways in which conditions turn out, amounts are worked out by
`formula`. What is not for columns is asked of the rule row by row.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, Final

import numpy as np

from dunning_sdk.dmn.policy import Aggregation, HitPolicy
from dunning_sdk.dmn.table import TableResult, numbers
from dunning_sdk.domain.currency import exponent
from dunning_sdk.feel import nodes as n
from dunning_sdk.portfolio.column import Array, Flags
from dunning_sdk.portfolio.columns import grouped
from dunning_sdk.portfolio.cut import ODD
from dunning_sdk.portfolio.facts import Facts, minor_of
from dunning_sdk.portfolio.formula import Coded, Formula, Value
from dunning_sdk.portfolio.outcome import NO_AMOUNT, Answer, Codes
from dunning_sdk.portfolio.report import Paths
from dunning_sdk.portfolio.table import ColumnTable, Lookup, compile_table
from dunning_sdk.portfolio.vector import NotByColumns, Vector
from dunning_sdk.rules.book import Book, TableRule
from dunning_sdk.rules.cell import Tests
from dunning_sdk.rules.kind import ANY_CURRENCY
from dunning_sdk.verify.drafts import draft_of

_TOLD: Final = frozenset({HitPolicy.UNIQUE, HitPolicy.FIRST, HitPolicy.RULE_ORDER})
_MERGED: Final[Mapping[Aggregation, Any]] = {
    Aggregation.SUM: Vector.plus,
    Aggregation.MIN: Vector.least,
    Aggregation.MAX: Vector.greatest,
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WorkedTable:
    """A table ready to be worked out by columns.

    Attributes:
        table: Its bins.
        tests: By row, the cells that no bin decides, each with the name of its input.
        answers: By row, by result field, what is answered; under 0, what ``otherwise`` says.
        money: Result fields that are amounts.
    """

    table: ColumnTable
    tests: Mapping[int, Sequence[tuple[str, Tests]]]
    answers: Mapping[int, Mapping[str, n.Node]]
    money: tuple[str, ...]


def work_table(book: Book, rule: TableRule) -> WorkedTable:
    """Return a table of a book, made ready to be worked out by columns."""
    _, draft = draft_of(book, rule)
    tests = {
        at + 1: [(draft.inputs[place].name, cell.node) for place, _ in row.tests
                 if (cell := draft.inputs[place].cells[at]) is not None]
        for at, row in enumerate(rule.table.rows)
    }  # fmt: skip
    answers = {at + 1: row for at, row in enumerate(draft.rows)}
    if draft.otherwise is not None:
        answers[0] = draft.otherwise
    return WorkedTable(
        table=compile_table(rule),
        tests=tests,
        answers={
            row: {name: one.node for name, one in said.items()} for row, said in answers.items()
        },
        money=tuple(one.name for one in rule.fields if one.money),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Said:
    """What a table says of some rows.

    Attributes:
        codes: int32 codes of its answers, in which amounts are left out.
        amounts: By result field, int64 minor units; `NO_AMOUNT` where it gives none.
    """

    codes: Array
    amounts: Mapping[str, Array]


@dataclass(slots=True, kw_only=True, eq=False)
class Worker:
    """Works one table out for the blocks of one portfolio; not to be shared by threads.

    Attributes:
        worked: The table.
        codes: Answers met, by code.
        by_columns: Rows answered by columns.
        one_by_one: Rows asked of the rule.
    """

    worked: WorkedTable
    codes: Codes[Answer] = field(default_factory=Codes)
    by_columns: int = 0
    one_by_one: int = 0
    _lookup: Lookup = field(init=False)

    def __post_init__(self) -> None:
        self._lookup = Lookup(table=self.worked.table)

    @property
    def rule(self) -> TableRule:
        """Return the rule."""
        return self.worked.table.rule

    @property
    def paths(self) -> Paths:
        """Return how many rows went which way."""
        return Paths(columns=self.by_columns, one_by_one=self.one_by_one)

    def decide(self, facts: Facts) -> Said:
        """Return what the table says of each row.

        Raises:
            EvaluationError: The table cannot be decided about some row.
        """
        said = Said(
            codes=np.empty(facts.size, dtype=np.int32),
            amounts={
                name: np.full(facts.size, NO_AMOUNT, dtype=np.int64) for name in self.worked.money
            },
        )
        for currency, rows in facts.by_currency():
            self._in_currency(facts.only(rows), rows, currency, said)
        return said

    def _in_currency(self, facts: Facts, rows: Array, currency: str, said: Said) -> None:
        """Decide rows that are all in one currency."""
        table = self.worked.table
        states = self._lookup.places(facts, exponent(currency))
        for state in np.flatnonzero(np.bincount(states, minlength=1)).tolist():
            some = np.flatnonzero(states == state)
            mask, own = table.masks[state], facts.only(some)
            try:
                if mask == ODD or self.rule.currency not in (ANY_CURRENCY, currency):
                    raise NotByColumns
                self._of_mask(mask, own, rows[some], currency, said)
            except NotByColumns:
                self._ask(own, rows[some], said)
            else:
                self.by_columns += len(some)

    def _ask(self, facts: Facts, rows: Array, said: Said) -> None:
        """Ask the rule row by row."""
        for at, row in enumerate(rows.tolist()):
            outcome = self.rule.decide(facts.nested(at, self.rule.reader.readings))
            currency = facts["currency"].value(at)
            for name in self.worked.money:
                amount = outcome.values[name]
                minor = NO_AMOUNT if amount is None else minor_of(amount, currency)
                said.amounts[name][row] = minor
            said.codes[row] = self._code(outcome.trace[0].rows, outcome.values)
        self.one_by_one += len(rows)

    def _code(self, rows: tuple[int, ...], values: Mapping[str, Any]) -> int:
        plain = {**values, **dict.fromkeys(self.worked.money)}
        return self.codes.of(Answer(rows=rows, values=tuple(plain.items())))

    def _of_mask(self, mask: int, facts: Facts, rows: Array, currency: str, said: Said) -> None:
        """Decide rows of which the bins allow the same rows of the table."""
        allowed = tuple(numbers(mask))
        held = {row: self._held(row, facts, currency) for row in allowed if self.worked.tests[row]}
        for some, holds in _ways(held, facts.size):
            answer = self._rows_of(allowed, holds)
            own = facts.only(some)
            found = self._worked_out(answer, own, currency)
            for name, amount in found.amounts.items():
                said.amounts[name][rows[some]] = amount
            said.codes[rows[some]] = found.codes

    def _held(self, row: int, facts: Facts, currency: str) -> Flags:
        """Tell where the cells of a row of the table hold that no bin decides."""
        names = self.rule.reader.readings
        found = [
            Formula(facts=facts, names=names, decimals=exponent(currency), asked=asked).holds(node)
            for asked, node in self.worked.tests[row]
        ]
        return np.broadcast_to(reduce(np.logical_and, found), (facts.size,))

    def _rows_of(self, allowed: Sequence[int], holds: Mapping[int, bool]) -> tuple[int, ...]:
        """Return the rows that hold, as `dmn.table` lists them."""
        found: list[int] = []
        is_first = self.rule.table.hit_policy is HitPolicy.FIRST
        for row in allowed:
            if row not in holds or (not (found and is_first) and holds[row]):
                found.append(row)
        return tuple(found)

    def _worked_out(self, rows: tuple[int, ...], facts: Facts, currency: str) -> Said:
        """Return what rows of the table that hold say, where the policy is a plain one."""
        policy = self.rule.table.hit_policy
        is_odd = not rows and 0 not in self.worked.answers
        if policy not in _TOLD or is_odd or (policy is HitPolicy.UNIQUE and len(rows) > 1):
            raise NotByColumns
        chosen = (rows[:1] if policy is HitPolicy.FIRST else rows) or (0,)
        formula = Formula(facts=facts, names=self.rule.reader.readings, decimals=exponent(currency))
        cells = [
            {name: _value(formula, node) for name, node in self.worked.answers[row].items()}
            for row in chosen
        ]
        return Said(
            codes=np.broadcast_to(self._coded(rows or (0,), cells, currency), (facts.size,)),
            amounts={
                name: self._amount([cell[name] for cell in cells if name in cell], currency)
                for name in self.worked.money
            },
        )

    def _coded(
        self, rows: tuple[int, ...], cells: Sequence[Mapping[str, Value]], currency: str
    ) -> Array:
        """Return the codes of the answers, by the ways in which texts and truths turn out."""
        said = [[cell.get(one.name) for one in self.rule.table.outputs] for cell in cells]
        exact = {name for cell in cells for name, one in cell.items() if isinstance(one, Vector)}
        if exact - {*self.worked.money}:
            raise NotByColumns
        coded = [one for cell in said for one in cell if isinstance(one, Coded)]
        varied = [one.codes for one in coded if len(one.codes) > 1]
        first, which = grouped(*varied) if varied else (np.zeros(1, np.int64), np.zeros(1, int))
        whose = currency if "currency" in self.rule.reads else ANY_CURRENCY
        found = []
        for at in first.tolist():
            outputs = tuple(tuple(_at(one, at) for one in cell) for cell in said)
            result = TableResult(value=None, rows=rows, chosen=rows, outputs=outputs)
            found.append(self._code(rows, self.rule.values(result, whose)))
        return np.array(found, dtype=np.int32)[which]

    def _amount(self, given: Sequence[Value], currency: str) -> Array:
        """Return an amount that rows give, in minor units; `NO_AMOUNT` where they give none."""
        amounts = [one for one in given if isinstance(one, Vector)]
        if not amounts:
            return np.array(NO_AMOUNT)
        merge = _MERGED.get(self.rule.aggregation)
        if merge is not None and any(one.known is not None for one in amounts):
            raise NotByColumns
        found = reduce(merge, amounts) if merge else reduce(_first, amounts)
        minor = found.rounded(exponent(currency), self.rule.rounding)
        return minor if found.known is None else np.where(found.known, minor, NO_AMOUNT)


def _ways(held: Mapping[int, Flags], size: int) -> Iterator[tuple[Array, dict[int, bool]]]:
    """Yield the rows for which tests turn out alike, and how they turn out."""
    if not held:
        yield np.arange(size), {}
        return
    first, which = grouped(*(one.view(np.uint8) for one in held.values()))
    for way, at in enumerate(first.tolist()):
        yield np.flatnonzero(which == way), {row: bool(one[at]) for row, one in held.items()}


def _value(formula: Formula, node: n.Node) -> Value:
    """Return what a cell answers; a list must be of constants."""
    if not isinstance(node, n.ListNode):
        return formula.value(node)
    items = [formula.value(one) for one in node.items]
    if not all(isinstance(one, Coded) and len(one.values) == 1 for one in items):
        raise NotByColumns
    said = tuple(one.values[0] for one in items if isinstance(one, Coded))
    return Coded(codes=np.zeros(1, dtype=np.int64), values=(said,))


def _at(value: Value | None, row: int) -> Any:  # noqa: ANN401 - a FEEL value
    """Return the text or truth of one row; amounts are worked out apart."""
    if not isinstance(value, Coded):
        return None
    return value.values[int(value.codes[row if len(value.codes) > 1 else 0])]


def _first(one: Vector, other: Vector) -> Vector:
    """Return the first of two amounts that is known."""
    return one if one.known is None else one.chosen(one.known, other)
