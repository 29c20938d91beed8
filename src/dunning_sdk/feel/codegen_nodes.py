"""Write the statements that do what a node says, as long as all is well.

Decides, per class of node, what Python does the same for values of the types it expects. Leaves
everything else to closures of the interpreter, and what goes wrong to `codegen`.
"""

import ast
import datetime
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from dunning_sdk.feel import nodes as n
from dunning_sdk.feel.arithmetic import negate
from dunning_sdk.feel.closures import Build
from dunning_sdk.feel.codegen_calls import COMPARE, OTHER, lies_between, property_of
from dunning_sdk.feel.durations import DaysDuration, MonthsDuration
from dunning_sdk.feel.emit import Pool, assign, attempt, call, choose, compare, entry, give, read
from dunning_sdk.feel.environment import Evaluation
from dunning_sdk.feel.eval_cells import constant
from dunning_sdk.feel.eval_operators import PLAIN
from dunning_sdk.feel.temporal import DateTime, FarDate, Time
from dunning_sdk.feel.values import NUMBERS, OperandError, Value, admit

_SCALARS: Final = frozenset(
    {
        *(type(None), bool, Decimal, str, datetime.date, FarDate, Time, DateTime),
        *(DaysDuration, MonthsDuration),
    }
)
"""The types of which a value of a caller is one of FEEL as it is."""
_NUMBERS: Final[Mapping[str, Callable[..., Decimal]]] = {
    "+": NUMBERS.add,
    "-": NUMBERS.subtract,
    "*": NUMBERS.multiply,
}


class Written(NamedTuple):
    """What reads the value of a node, once the statements before it have run.

    Attributes:
        value: A constant or a local variable.
        kind: Its type; ``None`` where that is not known.
    """

    value: ast.expr
    kind: type | None = None


class Writer:
    """Write the function of one expression.

    Attributes:
        pool: Its constants.
    """

    def __init__(self, build: Build) -> None:
        self.pool = Pool()
        self._build = build
        self._body: list[ast.stmt] = []
        self._read: dict[tuple[str, ...], Written] = {}
        self._locals = 0
        self._calls_closures = False

    def function(
        self, node: n.Node, slow: Callable[..., Value], *, errors: tuple[type[Exception], ...]
    ) -> list[ast.stmt]:
        """Return the body of the function.

        Args:
            node: The whole expression.
            slow: Takes scope, evaluation and what to count from; asked when something is wrong.
            errors: What is raised when something is wrong.
        """
        give_up = [
            give(call(self.pool.constant(slow), *map(read, ("scope", "evaluation", "mark"))))
        ]
        body = self._block(lambda: self._body.append(give(self.node(node).value)))
        start = [assign("mark", ast.Constant(None))]
        if self._calls_closures:
            fresh = assign("evaluation", call(self.pool.constant(Evaluation)))
            no_evaluation = compare(read("evaluation"), "is", ast.Constant(None))
            counts: list[ast.expr] = [
                ast.Attribute(read("evaluation"), one, ast.Load()) for one in _COUNTED
            ]
            start = [choose(no_evaluation, [fresh]), assign("mark", ast.Tuple(counts, ast.Load()))]
        return [*start, attempt(body, self.pool.constant(errors), give_up)]

    def node(self, node: n.Node) -> Written:
        """Write what works out a node, and return what reads its value."""
        write = _WRITERS.get(type(node))
        if write is not None:
            return write(self, node)
        made = constant(node, self._build)
        return self._constant(made) if made is not None else self._closure(node)

    def _closure(self, node: n.Node) -> Written:
        self._calls_closures = True
        run = self.pool.constant(self._build(node))
        return self._kept(call(run, read("scope"), read("evaluation")))

    def _constant(self, value: Value) -> Written:
        return Written(self.pool.constant(value), type(value))

    def _kept(self, value: ast.expr, kind: type | None = None) -> Written:
        """Keep a value in a local variable."""
        self._locals += 1
        name = f"t{self._locals}"
        self._body.append(assign(name, value))
        return Written(read(name), kind)

    def _block(self, write: Callable[[], object]) -> list[ast.stmt]:
        """Return the statements that something writes; what it read is not known after them."""
        outer, known = self._body, self._read
        self._body, self._read = [], dict(known)
        write()
        written, self._body, self._read = self._body, outer, known
        return written

    def _is(self, value: Written, kind: type) -> ast.expr:
        of = call(self.pool.constant(type), value.value)
        return compare(of, "is", self.pool.constant(kind))

    def _all_are(self, kind: type, values: Sequence[Written]) -> ast.expr | None:
        """Return what tells whether all are of a type; ``None`` where that is known already."""
        tests = [self._is(one, kind) for one in values if one.kind is not kind]
        if not tests:
            return None
        return tests[0] if len(tests) == 1 else ast.BoolOp(ast.And(), tests)

    def _either(self, test: ast.expr | None, usual: ast.expr, other: ast.expr) -> ast.expr:
        return usual if test is None else ast.IfExp(test, usual, other)

    def _truth(self, value: Written) -> ast.expr:
        """Write that a value must be true or false, and return it."""
        if value.kind is not bool:
            not_so = ast.UnaryOp(ast.Not(), self._is(value, bool))
            self._body.append(choose(not_so, [ast.Raise(self.pool.constant(OperandError))]))
        return value.value

    def literal(self, node: n.Literal) -> Written:
        """Write a literal."""
        return self._constant(node.value)

    def name(self, node: n.Name) -> Written:
        """Write the reading of a variable, once in a row of statements."""
        words = _words(node)
        if not words:
            return self._admitted(self._raw(node))
        if words not in self._read:
            self._read[words] = self._admitted(self._raw(node))
        return self._read[words]

    path = name

    def _raw(self, node: n.Node) -> Written:
        if isinstance(node, n.Name):
            return self._kept(entry(read("scope"), self.pool.constant(node.name)))
        if isinstance(node, n.Path):
            base, name = self._raw(node.base), self.pool.constant(node.name)
            other = call(self.pool.constant(property_of), base.value, name)
            if base.kind not in (None, dict):
                return self._kept(other)
            return self._kept(
                self._either(self._all_are(dict, [base]), entry(base.value, name), other)
            )
        return self.node(node)

    def _admitted(self, value: Written) -> Written:
        of = call(self.pool.constant(type), value.value)
        known = ast.Compare(of, [ast.In()], [self.pool.constant(_SCALARS)])
        return self._kept(
            self._either(known, value.value, call(self.pool.constant(admit), value.value))
        )

    def arithmetic(self, node: n.Arithmetic) -> Written:
        """Write a sum, difference, product, quotient or power."""
        left, right = self.node(node.left), self.node(node.right)
        pair = (left.value, right.value)
        other = call(self.pool.constant(OTHER[node.operator]), *pair)
        if node.operator not in _NUMBERS:
            return self._kept(other)
        usual = call(self.pool.constant(_NUMBERS[node.operator]), *pair)
        are_numbers = self._all_are(Decimal, [left, right])
        kind = Decimal if are_numbers is None else None
        return self._kept(self._either(are_numbers, usual, other), kind)

    def negation(self, node: n.Negation) -> Written:
        """Write a sign."""
        return self._kept(call(self.pool.constant(negate), self.node(node.operand).value))

    def comparison(self, node: n.Comparison) -> Written:
        """Write a comparison."""
        left, right = self.node(node.left), self.node(node.right)
        return self._compared(left, node.operator, right)

    def _compared(self, left: Written, operator: str, right: Written) -> Written:
        kind = left.kind if left.kind in PLAIN else right.kind if right.kind in PLAIN else Decimal
        usual = compare(left.value, operator, right.value)
        other = call(self.pool.constant(COMPARE[operator]), left.value, right.value)
        return self._kept(self._either(self._all_are(kind, [left, right]), usual, other), bool)

    def between(self, node: n.Between) -> Written:
        """Write ``between``."""
        value, low, high = map(self.node, (node.operand, node.low, node.high))
        usual = ast.Compare(low.value, [ast.LtE(), ast.LtE()], [value.value, high.value])
        other = call(self.pool.constant(lies_between), low.value, value.value, high.value)
        are_numbers = self._all_are(Decimal, [value, low, high])
        return self._kept(self._either(are_numbers, usual, other), bool)

    def junction(self, node: n.Conjunction | n.Disjunction) -> Written:
        """Write ``and`` or ``or``: operands one inside the other, up to the one that decides."""
        decisive = isinstance(node, n.Disjunction)
        found = self._kept(ast.Constant(decisive), bool)

        def write(operands: Sequence[n.Node]) -> None:
            if not operands:
                self._body.append(_set(found, ast.Constant(not decisive)))
                return
            truth = self._truth(self.node(operands[0]))
            test = ast.UnaryOp(ast.Not(), truth) if decisive else truth
            self._body.append(choose(test, self._block(lambda: write(operands[1:]))))

        write(node.operands)
        return found

    def conditional(self, node: n.If) -> Written:
        """Write ``if``."""
        test = self._truth(self.node(node.condition))
        found = self._kept(ast.Constant(None))
        kinds = []

        def branch(part: n.Node) -> list[ast.stmt]:
            def write() -> None:
                written = self.node(part)
                kinds.append(written.kind)
                self._body.append(_set(found, written.value))

            return self._block(write)

        self._body.append(choose(test, branch(node.consequence), branch(node.alternative)))
        return Written(found.value, kinds[0] if kinds[0] is kinds[1] else None)

    def is_in(self, node: n.In) -> Written:
        """Write ``in``, where the only alternative is a comparison with a constant."""
        test = node.alternatives[0]
        bound = constant(test.operand, self._build) if isinstance(test, n.UnaryComparison) else None
        if len(node.alternatives) > 1 or type(bound) not in PLAIN:
            return self._closure(node)
        operator = test.operator if isinstance(test, n.UnaryComparison) else "="
        return self._compared(self.node(node.operand), operator, self._constant(bound))

    def items(self, node: n.ListNode) -> Written:
        """Write a list."""
        values = [self.node(item).value for item in node.items]
        return self._kept(ast.List(values, ast.Load()), list)


_COUNTED: Final = ("steps", "regex_us")


def _words(node: n.Node) -> tuple[str, ...]:
    """Return the names that a path is made of; none where it is made of anything else."""
    words = []
    while isinstance(node, n.Path):
        words.append(node.name)
        node = node.base
    return (node.name, *reversed(words)) if isinstance(node, n.Name) else ()


def _set(variable: Written, value: ast.expr) -> ast.stmt:
    if not isinstance(variable.value, ast.Name):
        raise TypeError("only a local variable can be set")
    return assign(variable.value.id, value)


_WRITERS: Final[Mapping[type[n.Node], Callable[..., Written]]] = {
    n.Literal: Writer.literal,
    n.Name: Writer.name,
    n.Path: Writer.path,
    n.Arithmetic: Writer.arithmetic,
    n.Negation: Writer.negation,
    n.Comparison: Writer.comparison,
    n.Between: Writer.between,
    n.Conjunction: Writer.junction,
    n.Disjunction: Writer.junction,
    n.If: Writer.conditional,
    n.In: Writer.is_in,
    n.ListNode: Writer.items,
}
