"""Compile arithmetic, comparison, three-valued logic, ``between`` and ``instance of``.

Decides what an operator yields at run time; the values themselves are worked out in `arithmetic`
and `values`.
"""

import datetime
import operator as python
from collections.abc import Callable, Mapping
from decimal import Decimal, DecimalException
from typing import Any, Final

from dunning_sdk.feel import nodes as n
from dunning_sdk.feel.arithmetic import OPERATIONS, negate
from dunning_sdk.feel.closures import FAILURES, Build, Facts, Fault, Run
from dunning_sdk.feel.conformance import is_instance
from dunning_sdk.feel.environment import Evaluation
from dunning_sdk.feel.errors import FeelLimitError
from dunning_sdk.feel.order import less, less_or_equal
from dunning_sdk.feel.values import NUMBERS, OperandError, Value, equal, type_name

Compare = Callable[[Value, Value], bool]

ORDERINGS: Final[Mapping[str, Compare]] = {
    "<": less,
    "<=": less_or_equal,
    ">": lambda left, right: less(right, left),
    ">=": lambda left, right: less_or_equal(right, left),
}
PLAIN: Final = frozenset({Decimal, str, datetime.date})
"""The types whose values Python orders as FEEL does."""
FAST: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "<": python.lt,
    "<=": python.le,
    ">": python.gt,
    ">=": python.ge,
    "=": python.eq,
    "!=": python.ne,
}
_FAST_ARITHMETIC: Final[Mapping[str, Callable[[Decimal, Decimal], Decimal]]] = {
    "+": NUMBERS.add,
    "-": NUMBERS.subtract,
    "*": NUMBERS.multiply,
}


def arithmetic(node: n.Arithmetic, build: Build) -> Run:
    """Compile ``+ - * / **``."""
    left, right, fault = build(node.left), build(node.right), build.fault(node)
    slow = OPERATIONS[node.operator]
    fast = _FAST_ARITHMETIC.get(node.operator)

    def run(scope: Facts, evaluation: Evaluation) -> Value:
        first, second = left(scope, evaluation), right(scope, evaluation)
        try:
            if fast is not None and type(first) is Decimal and type(second) is Decimal:
                return fast(first, second)
            result = slow(first, second)
            if type(result) is str:
                evaluation.check_text(len(result))
            return result
        except FAILURES as error:
            return fault.type(evaluation, _said(error))
        except FeelLimitError as error:
            fault.limit(error)

    return run


def negation(node: n.Negation, build: Build) -> Run:
    """Compile ``-operand``."""
    operand, fault = build(node.operand), build.fault(node)

    def run(scope: Facts, evaluation: Evaluation) -> Value:
        try:
            return negate(operand(scope, evaluation))
        except FAILURES as error:
            return fault.type(evaluation, _said(error))

    return run


def _said(error: Exception) -> str:
    return "a number out of bounds" if isinstance(error, DecimalException) else str(error)


def compare(
    operator: str, fault: Fault
) -> Callable[[Value, Value, Evaluation | None], bool | None]:
    """Return the comparison that an operator stands for; ``None`` where it has no value."""
    if operator in ORDERINGS:
        fast, order = FAST[operator], ORDERINGS[operator]

        def ordered(left: Value, right: Value, evaluation: Evaluation | None) -> bool | None:
            if type(left) is type(right) and type(left) in PLAIN:
                return fast(left, right)
            try:
                return order(left, right)
            except FAILURES as error:
                return fault.type(evaluation, str(error))

        return ordered

    def equated(left: Value, right: Value, evaluation: Evaluation | None) -> bool | None:
        same = equal(left, right, evaluation)
        if same is None:
            return fault.type(
                evaluation, f"cannot compare {type_name(left)} and {type_name(right)}"
            )
        return same is (operator == "=")

    return equated


def comparison(node: n.Comparison, build: Build) -> Run:
    """Compile ``= != < <= > >=``."""
    left, right = build(node.left), build(node.right)
    fast, slow = FAST[node.operator], compare(node.operator, build.fault(node))

    def run(scope: Facts, evaluation: Evaluation) -> Value:
        first, second = left(scope, evaluation), right(scope, evaluation)
        if type(first) is Decimal and type(second) is Decimal:
            return fast(first, second)
        return slow(first, second, evaluation)

    return run


def between(node: n.Between, build: Build) -> Run:
    """Compile ``between``."""
    operand, low, high = build(node.operand), build(node.low), build(node.high)
    fault = build.fault(node)

    def run(scope: Facts, evaluation: Evaluation) -> Value:
        value, least, most = (
            operand(scope, evaluation),
            low(scope, evaluation),
            high(scope, evaluation),
        )
        try:
            return less_or_equal(least, value) and less_or_equal(value, most)
        except FAILURES as error:
            return fault.type(evaluation, str(error))

    return run


def conjunction(node: n.Conjunction, build: Build) -> Run:
    """Compile ``and``: false if one operand is, else null if one is not boolean, else true."""
    return _junction(node.operands, build, decisive=False, fault=build.fault(node))


def disjunction(node: n.Disjunction, build: Build) -> Run:
    """Compile ``or``: true if one operand is, else null if one is not boolean, else false."""
    return _junction(node.operands, build, decisive=True, fault=build.fault(node))


def _junction(nodes: tuple[n.Node, ...], build: Build, *, decisive: bool, fault: Fault) -> Run:
    operands = [build(operand) for operand in nodes]

    def run(scope: Facts, evaluation: Evaluation) -> Value:
        verdict: Value = not decisive
        for operand in operands:
            value = operand(scope, evaluation)
            if value is decisive:
                return decisive
            if value is not verdict and type(value) is not bool:
                verdict = fault.type(
                    evaluation, f"an operand of and/or is {type_name(value)}, not boolean"
                )
        return verdict

    return run


def instance_of(node: n.InstanceOf, build: Build) -> Run:
    """Compile ``instance of``."""
    operand, fault = build(node.operand), build.fault(node)
    try:
        of = build.resolved(node.type)
    except OperandError as error:
        said = str(error)
        return lambda scope, evaluation: fault.name(evaluation, str(node.type), said)
    return lambda scope, evaluation: is_instance(operand(scope, evaluation), of, evaluation)
