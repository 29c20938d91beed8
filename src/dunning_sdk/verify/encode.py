"""Say a FEEL expression to the prover, or say that it cannot be said.

The module decides which expressions are encoded: comparisons, sums, products and quotients with
a number that is known, conditions, ``and``, ``or``, ``not``, ``in``, ``between``, ``if``,
``min``, ``max``, ``abs``, ``date``, ``is known`` and ``list contains``. All others are *opaque*.
What tables make of them is decided in `encode_table`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

import z3

from dunning_sdk.dmn.cell import constant
from dunning_sdk.errors import OpaqueError
from dunning_sdk.feel import nodes as n
from dunning_sdk.feel.formatter import format_node
from dunning_sdk.rules.tree import chain_of
from dunning_sdk.verify import symbol as s
from dunning_sdk.verify.symbol import Symbol
from dunning_sdk.verify.world import World

Items: TypeAlias = dict[int, Any]
"""A list of texts: number of a text to the term that says it is in the list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoder:
    """Encodes the expressions of one rule.

    Attributes:
        world: The facts.
        answers: Values by other names, such as ``outcome.allow``.
        lists: Lists of texts by name, such as ``outcome.reasons``.
    """

    world: World
    answers: Mapping[str, Symbol] = field(default_factory=dict)
    lists: Mapping[str, Items] = field(default_factory=dict)

    def value(self, node: n.Node) -> Symbol:
        """Return an expression's value.

        Raises:
            OpaqueError: It cannot be said to the prover.
        """
        match node:
            case n.Literal(value=value):
                return self.literal(value)
            case n.Name() | n.Path():
                return self._named(node)
            case n.Negation(operand=operand):
                return s.times(self.value(operand), Fraction(-1))
            case n.Arithmetic():
                return self._reckoned(node)
            case n.Invocation():
                return self._called(node)
            case _:
                return self._condition(node)

    def literal(self, value: object) -> Symbol:
        """Return a value that is known."""
        match value:
            case None:
                return s.NULL
            case bool():
                return s.truth(z3.BoolVal(value))
            case Decimal():
                return s.number(Fraction(value))
            case str():
                return Symbol(sort="string", term=z3.IntVal(self.world.text(value)))
            case date():
                return Symbol(sort="date", term=z3.IntVal(value.toordinal()))
            case _:
                raise OpaqueError(f"a value of type {type(value).__name__}")

    def cell(self, tests: n.UnaryTests | n.Dash, asked: Symbol, *, name: str = "?") -> Any:  # noqa: ANN401 - z3
        """Return the term that says a cell holds for a value.

        Args:
            tests: The cell.
            asked: The value.
            name: What the value is called.

        Raises:
            OpaqueError: It cannot be said to the prover.
        """
        if isinstance(tests, n.Dash):
            return z3.BoolVal(True)
        found = s.either([self._tested(one, asked, name) for one in tests.alternatives])
        return s.negation(found).term if tests.negated else found.term

    def _tested(self, node: n.Node, asked: Symbol, name: str = "?") -> Symbol:
        match node:
            case n.UnaryComparison(operator=operator, operand=operand):
                text = f"{name} {operator} {format_node(operand)}"
                return self._compared(operator, asked, self.value(operand), text=text)
            case n.RangeNode():
                return self._within(node, asked)
            case n.ListNode(items=items):
                return s.either([s.equality(asked, self.value(item)) for item in items])
        asks = n.asks_input(node)
        inner = replace(self, answers={**self.answers, "?": asked}) if asks else self
        value = inner.value(node)
        if asks and value.sort == "boolean":
            return value
        if value.sort == "boolean" and asked.sort != "boolean":
            return value
        return s.equality(asked, value)

    def _within(self, node: n.RangeNode, asked: Symbol) -> Symbol:
        ends = []
        if node.start is not None:
            operator = ">=" if node.start_included else ">"
            ends.append(s.order(operator, asked, self.value(node.start)))
        if node.end is not None:
            operator = "<=" if node.end_included else "<"
            ends.append(s.order(operator, asked, self.value(node.end)))
        return s.both(ends)

    def _condition(self, node: n.Node) -> Symbol:
        match node:
            case n.Comparison(operator=operator, left=left, right=right):
                text = format_node(node)
                return self._compared(operator, self.value(left), self.value(right), text=text)
            case n.Conjunction(operands=operands):
                return s.both([self._boolean(one) for one in operands])
            case n.Disjunction(operands=operands):
                return s.either([self._boolean(one) for one in operands])
            case n.Between(operand=operand, low=low, high=high):
                value = self.value(operand)
                ends = (self.value(low), self.value(high))
                return s.both([s.order(">=", value, ends[0]), s.order("<=", value, ends[1])])
            case n.In(operand=operand, alternatives=alternatives):
                value = self.value(operand)
                return s.either([self._tested(one, value) for one in alternatives])
            case n.If(condition=condition, consequence=consequence, alternative=alternative):
                told = self._boolean(condition).term
                return s.choice(told, self.value(consequence), self.value(alternative))
            case _:
                raise OpaqueError(f"a {type(node).__name__}")

    def _boolean(self, node: n.Node) -> Symbol:
        value = self.value(node)
        if value.sort != "boolean":
            raise OpaqueError(f"a {value.sort} as a condition")
        return value

    def _compared(self, operator: str, left: Symbol, right: Symbol, *, text: str) -> Symbol:
        """Return a comparison; one of two facts is remembered by its text."""
        found = _compared(operator, left, right)
        fixed = any(z3.is_int_value(z3.simplify(one.term)) for one in (left, right))
        named = left.sort in ("number", "date") and found.null is None and "?" not in text
        if named and not fixed:
            self.world.relations[text] = found.term
        return found

    def _named(self, node: n.Node) -> Symbol:
        name = ".".join(chain_of(node))
        if name in self.answers:
            return self.answers[name]
        if name in self.world.vocabulary:
            return self.world.fact(name)
        raise OpaqueError(name or "a path")

    def _reckoned(self, node: n.Arithmetic) -> Symbol:
        left, right = self.value(node.left), self.value(node.right)
        if node.operator in ("+", "-"):
            return s.total(left, right, sign=1 if node.operator == "+" else -1)
        factor = s.known(right)
        if node.operator == "*" and factor is not None:
            return s.times(left, factor)
        if node.operator == "*" and (first := s.known(left)) is not None:
            return s.times(right, first)
        if node.operator == "/" and factor:
            return s.times(left, 1 / factor)
        raise OpaqueError(f"{node.operator} of two facts")

    def _called(self, node: n.Invocation) -> Symbol:
        name = node.function.name if isinstance(node.function, n.Name) else ""
        if name == "date":
            day = constant(node)
            if isinstance(day, date):
                return self.literal(day)
        elif name == "list contains" and len(node.arguments) == 2:
            return self._contained(node.arguments[0], self.value(node.arguments[1]))
        elif name in ("min", "max", "abs", "not", "is known"):
            return _CALLS[name]([self.value(one) for one in node.arguments])
        raise OpaqueError(f"function {name}" if name else "a function")

    def _contained(self, listed: n.Node, wanted: Symbol) -> Symbol:
        items = self.lists.get(".".join(chain_of(listed)))
        if items is None or wanted.sort != "string":
            raise OpaqueError("a list that is no answer")
        found = [z3.And(term, wanted.term == code) for code, term in items.items()]
        return s.truth(z3.Or(found))


def _compared(operator: str, left: Symbol, right: Symbol) -> Symbol:
    if operator == "=":
        return s.equality(left, right)
    if operator == "!=":
        return s.negation(s.equality(left, right))
    return s.order(operator, left, right)


def _least(values: list[Symbol]) -> Symbol:
    best = values[0]
    for one in values[1:]:
        best = s.choice(s.order("<", one, best).term, one, best)
    return best


def _greatest(values: list[Symbol]) -> Symbol:
    best = values[0]
    for one in values[1:]:
        best = s.choice(s.order(">", one, best).term, one, best)
    return best


def _absolute(values: list[Symbol]) -> Symbol:
    (value,) = values
    opposite = s.times(value, Fraction(-1))
    return s.choice(s.order("<", value, opposite).term, opposite, value)


def _not(values: list[Symbol]) -> Symbol:
    (value,) = values
    return s.negation(value)


def _is_known(values: list[Symbol]) -> Symbol:
    (value,) = values
    return s.truth(z3.Not(value.is_null))


_CALLS = {"min": _least, "max": _greatest, "abs": _absolute, "not": _not, "is known": _is_known}
