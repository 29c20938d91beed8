"""Compile a decision table into one Python function: fast, without a trace.

Decides in which order inputs are looked at: the bins of the columns become comparisons, one input
after the other, until the rows that hold are known. A table that would become too long a function
is decided by its masks instead. Whatever is out of the ordinary (a cell no column decides, a
conflict, an answer that must be worked out) is left to `Table.decide`, the reference; `forest`
chooses the comparisons.

>>> from decimal import Decimal
>>> from dunning_sdk.dmn.column import make_column
>>> from dunning_sdk.dmn.table import Input, Output, Row, Table
>>> from dunning_sdk.feel.parser import parse_unary_tests as tests
>>> column = make_column([tests("> 5"), tests("<= 5")], kind="number")
>>> table = Table(
...     inputs=(Input(name="amount", read=Entry(("amount",)), column=column),),
...     outputs=(Output(name="size"),),
...     rows=(Row(outputs=(Constant("high"),)), Row(outputs=(Constant("low"),))),
... )
>>> decide = compile_table(table)
>>> decide({"amount": Decimal("5.01")}), decide({"amount": 5})
('high', 'low')
"""

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any, Final

from dunning_sdk.dmn.errors import DmnError
from dunning_sdk.dmn.forest import Branching, branchings
from dunning_sdk.dmn.parts import Constant, Entry
from dunning_sdk.dmn.policy import MANY, Aggregation, HitPolicy
from dunning_sdk.dmn.table import Scope, Table, TableResult, numbers
from dunning_sdk.feel import emit

_LEAVES_MAX: Final = 2_000
_SINGLE: Final = frozenset({HitPolicy.UNIQUE, HitPolicy.FIRST})
_MISSING: Final = object()


def compile_table(table: Table) -> Callable[[Scope], Any]:
    """Return a function that gives the value of `Table.decide`, and nothing else.

    Inputs that cannot change the answer any more are not read; for all others, and for every
    value, null among them, it answers or raises what `Table.decide` does.

    Args:
        table: Inputs that are an `Entry` and outputs that are a `Constant` become part of the
            function, others are called.
    """
    writer = _Writer(table)
    try:
        body = writer.tree(writer.possible(), tuple(writer.columns))
    except _TooLongError:
        return by_masks(table)
    # A value of another type than its column compares with nothing: the reference says what then.
    slow = [emit.give(writer.slow())]
    guarded = [emit.attempt(body, writer.pool.constant(TypeError), slow)]
    return emit.make_function(["scope"], guarded, writer.pool)


class _TooLongError(Exception):
    """The function would have too many leaves."""


class _Writer:
    """Write the function of one table."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.pool = emit.Pool()
        self.columns = {
            at: one.column for at, one in enumerate(table.inputs) if one.column is not None
        }
        self._reference = lambda scope: table.decide(scope).value
        self._leaves = 0

    def possible(self) -> int:
        """Return the rows that hold for any value at all."""
        mask = (1 << len(self.table.rows)) - 1
        for column in self.columns.values():
            mask &= reduce(or_, column.rows_by_bin)
        return mask

    def slow(self) -> ast.expr:
        """Return the call of the reference."""
        return emit.call(self.pool.constant(self._reference), emit.read("scope"))

    def tree(self, mask: int, unread: Sequence[int]) -> list[ast.stmt]:
        """Return what decides where these rows may still hold.

        Args:
            mask: The rows.
            unread: The inputs not looked at so far.
        """
        found = branchings({at: self.columns[at] for at in unread}, mask)
        if not found or not mask:
            return self._leaf(mask)
        at, branching = min(found.items(), key=lambda item: item[1].cost)
        rest = [other for other in found if other != at]
        name = f"v{at}"
        return [emit.assign(name, self._reading(at)), *self._branches(name, branching, rest)]

    def _reading(self, at: int) -> ast.expr:
        read, scope = self.table.inputs[at].read, emit.read("scope")
        if not isinstance(read, Entry):
            return emit.call(self.pool.constant(read), scope)
        for name in read.path:
            scope = emit.entry(scope, self.pool.constant(name))
        return scope

    def _branches(self, name: str, found: Branching, rest: Sequence[int]) -> list[ast.stmt]:
        body: list[ast.stmt] = []
        value = emit.read(name)
        if found.for_null is not None:
            is_null = emit.compare(value, "is", ast.Constant(None))
            body.append(emit.choose(is_null, self._leaf_or_tree(found.for_null, rest)))
        if found.is_ordered:
            return body + self._split(value, found.segments, rest)
        for values, mask in found.groups:
            body.append(emit.choose(self._is_one_of(value, values), self.tree(mask, rest)))
        return body + self._leaf_or_tree(found.others, rest)

    def _leaf_or_tree(self, mask: int | None, rest: Sequence[int]) -> list[ast.stmt]:
        return [emit.give(self.slow())] if mask is None else self.tree(mask, rest)

    def _split(
        self, value: ast.expr, segments: Sequence[tuple[Any, str, int]], rest: Sequence[int]
    ) -> list[ast.stmt]:
        if len(segments) == 1:
            return self.tree(segments[0][2], rest)
        middle = len(segments) // 2
        point, operator, _ = segments[middle - 1]
        below = emit.compare(value, operator, self.pool.constant(point))
        return [
            emit.choose(below, self._split(value, segments[:middle], rest)),
            *self._split(value, segments[middle:], rest),
        ]

    def _is_one_of(self, value: ast.expr, values: Sequence[Any]) -> ast.expr:
        if len(values) == 1 and isinstance(values[0], bool):
            return emit.compare(value, "is", ast.Constant(values[0]))
        tests = [emit.compare(value, "=", self.pool.constant(one)) for one in values]
        return tests[0] if len(tests) == 1 else ast.BoolOp(ast.Or(), tests)

    def _leaf(self, mask: int) -> list[ast.stmt]:
        self._leaves += 1
        if self._leaves > _LEAVES_MAX:
            raise _TooLongError
        rows = tuple(numbers(mask))
        value = None
        if not any(self.table.rows[row - 1].tests for row in rows):
            value = self._constant(rows) or self._worked_out(rows)
        return [emit.give(value or self.slow())]

    def _constant(self, rows: tuple[int, ...]) -> ast.expr | None:
        """Return the answer of these rows, where it is always the same."""
        outputs = [output for row in rows for output in self.table.rows[row - 1].outputs]
        defaults = [one.default for one in self.table.outputs if one.default and not rows]
        if not all(isinstance(one, Constant) for one in (*outputs, *defaults)):
            return None
        try:
            return self._shown(self.table.answer(rows, {}))
        except DmnError:
            return None

    def _shown(self, result: TableResult) -> ast.expr:
        one_value = self.table.aggregation is not Aggregation.LIST
        if self.table.hit_policy in MANY and not one_value and result.value is not None:
            items = [self._shaped(map(self.pool.constant, one)) for one in result.outputs]
            return ast.List(items, ast.Load())
        if isinstance(result.value, Mapping) and len(self.table.outputs) > 1:
            return self._shaped(self.pool.constant(one) for one in result.value.values())
        return self.pool.constant(result.value)

    def _worked_out(self, rows: tuple[int, ...]) -> ast.expr | None:
        """Return the answer of the only row that counts, its outputs called."""
        policy = self.table.hit_policy
        if policy not in _SINGLE or not rows or (len(rows) > 1 and policy is HitPolicy.UNIQUE):
            return None
        return self._shaped(
            self.pool.constant(output.value)
            if isinstance(output, Constant)
            else emit.call(self.pool.constant(output), emit.read("scope"))
            for output in self.table.rows[rows[0] - 1].outputs
        )

    def _shaped(self, outputs: Iterable[ast.expr]) -> ast.expr:
        values = list(outputs)
        if len(values) == 1:
            return values[0]
        return ast.Dict([self.pool.constant(one.name) for one in self.table.outputs], values)


def by_masks(table: Table) -> Callable[[Scope], Any]:
    """Return a function that does the same by the AND of the masks of all columns.

    Args:
        table: As for `compile_table`, which chooses this for long tables.
    """
    whole = (1 << len(table.rows)) - 1
    reads = [(one.read, one.column.rows_for) for one in table.inputs if one.column is not None]
    is_first = table.hit_policy is HitPolicy.FIRST
    known: dict[int, Any] = {}
    for at, row in enumerate(table.rows):
        plain = len(row.outputs) == 1 and isinstance(row.outputs[0], Constant) and not row.tests
        if plain and table.hit_policy in _SINGLE and isinstance(row.outputs[0], Constant):
            known[1 << at] = row.outputs[0].value

    def decide(scope: Scope) -> Any:  # noqa: ANN401 - a FEEL value
        mask = whole
        for read, rows_for in reads:
            mask &= rows_for(read(scope))
        value = known.get(mask & -mask if is_first else mask, _MISSING)
        return table.decide(scope).value if value is _MISSING else value

    return decide
