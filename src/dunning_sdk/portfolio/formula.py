"""Work FEEL out by columns: what cells and answers of tables say beyond bins and constants.

The module decides which expressions are for columns: sums, differences and products of numbers,
``min`` and ``max``, comparisons, ``and``, ``or``, ``not``, ``between`` and ``if``, over facts that
are known in every row. All others raise `NotByColumns`, and the rule is asked row by row.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from typing import Any, Final, TypeAlias

import numpy as np

from dunning_sdk.feel import nodes as n
from dunning_sdk.portfolio.column import AMOUNT_MOST, Array, Column, Flags, Kind
from dunning_sdk.portfolio.facts import Facts
from dunning_sdk.portfolio.vector import NotByColumns, Vector, nothing, number
from dunning_sdk.rules.tree import chain_of

_INPUT: Final = "?"
_EXACT: Final = frozenset({Kind.MONEY, Kind.NUMBER, Kind.COUNT})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Coded:
    """Texts, truths or nothing, one per row or one for all.

    Attributes:
        codes: Into ``values``.
        values: As FEEL has them.
    """

    codes: Array
    values: tuple[Any, ...]


Value: TypeAlias = Vector | Coded
"""What an expression comes to; truths are coded as false and true."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Formula:
    """Works out expressions over the facts of some rows.

    Attributes:
        facts: Of the rows.
        names: Of those that may be read.
        decimals: Of their currency.
        asked: Name of the fact that ``?`` stands for; empty where nothing does.
    """

    facts: Facts
    names: Container[str]
    decimals: int
    asked: str = ""

    def value(self, node: n.Node) -> Value:
        """Return what an expression comes to.

        Raises:
            NotByColumns: It is not for columns.
        """
        match node:
            case n.Literal(value=Decimal() as value):
                return number(value)
            case n.Literal(value=None | str() | bool() as value):
                return Coded(codes=np.zeros(1, dtype=np.int64), values=(value,))
            case n.Name() | n.Path():
                return self._fact(".".join(chain_of(node)))
            case n.Negation(operand=operand):
                return number(Decimal(0)).minus(self._number(operand))
            case n.Arithmetic(operator=operator, left=left, right=right):
                return self._reckoned(operator, self._number(left), self._number(right))
            case n.If():
                return self._chosen(node)
            case n.Invocation(function=n.Name(name="min" | "max" as name), arguments=given):
                numbers = [self._number(one) for one in given]
                return reduce(Vector.least if name == "min" else Vector.greatest, numbers)
            case _:
                return _truth(self._holds(node))

    def flags(self, node: n.Node) -> Flags:
        """Tell where an expression is true.

        Raises:
            NotByColumns: It is not for columns, or neither true nor false somewhere.
        """
        value = self.value(node)
        if isinstance(value, Coded) and all(isinstance(one, bool) for one in value.values):
            return np.array(value.values, dtype=np.bool_)[value.codes]
        raise NotByColumns

    def holds(self, tests: n.UnaryTests | n.Dash) -> Flags:
        """Tell where a cell holds for the fact that is asked about.

        Raises:
            NotByColumns: It is not for columns.
        """
        if isinstance(tests, n.Dash):
            return np.ones(1, dtype=np.bool_)
        found = reduce(np.logical_or, [self._tested(one) for one in tests.alternatives])
        return np.asarray(~found if tests.negated else found)

    def _tested(self, node: n.Node) -> Flags:
        asked = n.Name(name=_INPUT)
        match node:
            case n.UnaryComparison(operator=operator, operand=operand):
                return self._compared(operator, asked, operand)
            case n.RangeNode():
                return self._within(node)
            case n.Literal() | n.Name() | n.Path() | n.Arithmetic() if not n.asks_input(node):
                return self._compared("=", asked, node)
            case _ if n.asks_input(node):
                return self.flags(node)
            case _:
                raise NotByColumns

    def _within(self, node: n.RangeNode) -> Flags:
        """Tell where the fact that is asked about lies in a range; its ends must be in order."""
        asked, start, end = n.Name(name=_INPUT), node.start, node.end
        if start is not None and end is not None and not self._compared("<", start, end).all():
            raise NotByColumns
        found = np.ones(1, dtype=np.bool_)
        if start is not None:
            found = found & self._compared(">=" if node.start_included else ">", asked, start)
        if end is not None:
            found = found & self._compared("<=" if node.end_included else "<", asked, end)
        return found

    def _holds(self, node: n.Node) -> Flags:
        match node:
            case n.Comparison(operator=operator, left=left, right=right):
                return self._compared(operator, left, right)
            case n.Conjunction(operands=operands):
                return reduce(np.logical_and, [self.flags(one) for one in operands])
            case n.Disjunction(operands=operands):
                return reduce(np.logical_or, [self.flags(one) for one in operands])
            case n.Between(operand=operand, low=low, high=high):
                above, below = (
                    self._compared(">=", operand, low),
                    self._compared("<=", operand, high),
                )
                return above & below
            case n.Invocation(function=n.Name(name="not"), arguments=(operand,)):
                return ~self.flags(operand)
            case _:
                raise NotByColumns

    def _fact(self, name: str) -> Value:
        name = self.asked if name == _INPUT else name
        if name not in self.names:
            raise NotByColumns
        column = self.facts[name]
        if column.known is not None and not column.known.all():
            raise NotByColumns
        if column.kind in _EXACT:
            return _exact(column, self.decimals)
        if column.kind is Kind.FLAG:
            return _truth(column.values)
        if column.kind is Kind.TEXT:
            return Coded(codes=column.values, values=column.words)
        raise NotByColumns

    def _number(self, node: n.Node) -> Vector:
        value = self.value(node)
        if isinstance(value, Vector) and value.known is None:
            return value
        raise NotByColumns

    def _reckoned(self, operator: str, left: Vector, right: Vector) -> Vector:
        match operator:
            case "+":
                return left.plus(right)
            case "-":
                return left.minus(right)
            case "*":
                return left.times(right)
            case _:
                raise NotByColumns

    def _compared(self, operator: str, left: n.Node, right: n.Node) -> Flags:
        one, two = self.value(left), self.value(right)
        if isinstance(one, Vector) and isinstance(two, Vector):
            return one.compared(operator, two)
        if isinstance(one, Coded) and isinstance(two, Coded) and operator in ("=", "!="):
            return np.asarray(_same(one, two) == (operator == "="))
        raise NotByColumns

    def _chosen(self, node: n.If) -> Value:
        where = self.flags(node.condition)
        one, two = self.value(node.consequence), self.value(node.alternative)
        if isinstance(one, Coded) and isinstance(two, Coded):
            codes = np.where(where, one.codes, two.codes.astype(np.int64) + len(one.values))
            return Coded(codes=codes, values=(*one.values, *two.values))
        return _numeric(one).chosen(where, _numeric(two))


def _exact(column: Column, decimals: int) -> Vector:
    scale = column.decimals(decimals)
    most = 1 << 31 if column.kind is Kind.COUNT else AMOUNT_MOST
    return Vector(values=column.values.astype(np.int64, copy=False), scale=scale, most=most)


def _truth(flags: Flags) -> Coded:
    return Coded(codes=flags.view(np.uint8), values=(False, True))


def _numeric(value: Value) -> Vector:
    """Return a value as a number, nothing as a number that is not known."""
    if isinstance(value, Vector):
        return value
    if value.values == (None,):
        return nothing()
    raise NotByColumns


def _same(one: Coded, two: Coded) -> Flags:
    """Tell where two are equal; nothing is never compared."""
    if len(one.values) != 1:
        one, two = two, one
    if len(one.values) != 1 or None in (*one.values, *two.values):
        raise NotByColumns
    return np.asarray(_among(two.values, one.values[0])[two.codes])


def _among(values: Sequence[Any], value: Any) -> Flags:  # noqa: ANN401 - a FEEL value
    same = [one == value and type(one) is type(value) for one in values]
    return np.array(same, dtype=np.bool_)
