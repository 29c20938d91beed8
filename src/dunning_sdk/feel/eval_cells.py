"""Compile the cells that most decision tables are made of, each to one fast closure.

Decides what counts as such: a comparison with, a range between, or equality to constants. They need
neither facts nor an `Evaluation`. Leaves all other alternatives to `eval_tests`.
"""

from typing import Any, Final

from dunning_sdk.feel import nodes as n
from dunning_sdk.feel.builtins import BUILTINS
from dunning_sdk.feel.closures import FAILURES, Build, Facts, Fault, UnaryTest
from dunning_sdk.feel.environment import Evaluation
from dunning_sdk.feel.eval_operators import FAST, PLAIN, compare
from dunning_sdk.feel.order import less, less_or_equal
from dunning_sdk.feel.values import Range, Value, admit, equal, type_name

_MAKERS: Final = frozenset({"date", "time", "date and time", "duration"})


def constant(node: n.Node, build: Build) -> Value:
    """Return the value of a literal, or of ``date("...")`` and the like; null for all else."""
    match node:
        case n.Literal():
            return node.value
        case n.Invocation(function=n.Name(name=name), arguments=(n.Literal(),)):
            if name in _MAKERS and build.functions[name] is BUILTINS[name]:
                return build.lenient()(node)({}, Evaluation())
    return None


def cell(node: n.Node, build: Build) -> UnaryTest | None:
    """Compile an alternative that compares with constants; ``None`` for any other."""
    fault = build.fault(node)
    match node:
        case n.UnaryComparison():
            bound = constant(node.operand, build)
            return _against(node.operator, bound, fault) if type(bound) in PLAIN else None
        case n.RangeNode(start=n.Node() as start, end=n.Node() as end):
            low, high = constant(start, build), constant(end, build)
            if type(low) is not type(high) or type(low) not in PLAIN or less(high, low):
                return None
            return _within(
                Range(
                    start=low,
                    end=high,
                    start_included=node.start_included,
                    end_included=node.end_included,
                ),
                fault,
            )
        case _:
            wanted = constant(node, build)
            return (
                _equal_to(wanted, fault) if type(wanted) in PLAIN or type(wanted) is bool else None
            )


def _against(operator: str, bound: Any, fault: Fault) -> UnaryTest:  # noqa: ANN401  any plain type
    kind, fast, slow = type(bound), FAST[operator], compare(operator, fault)

    def run(scope: Facts, value: Value, evaluation: Evaluation | None = None) -> bool | None:
        if type(value) is kind:
            return fast(value, bound)
        return slow(_admitted(value, fault, evaluation), bound, evaluation)

    return run


def _equal_to(wanted: Value, fault: Fault) -> UnaryTest:
    kind = type(wanted)

    def run(scope: Facts, value: Value, evaluation: Evaluation | None = None) -> bool | None:
        if type(value) is kind:
            return value == wanted
        if kind is bool and value is not None:
            return wanted is True  # a condition, true or false whatever the input
        return belongs(_admitted(value, fault, evaluation), wanted, fault, evaluation)

    return run


def _within(bounds: Range, fault: Fault) -> UnaryTest:
    low: Any = bounds.start
    high: Any = bounds.end
    kind = type(low)
    above = FAST[">=" if bounds.start_included else ">"]
    below = FAST["<=" if bounds.end_included else "<"]

    def run(scope: Facts, value: Any, evaluation: Evaluation | None = None) -> bool | None:  # noqa: ANN401  any input
        if type(value) is kind:
            return above(value, low) and below(value, high)
        return belongs(_admitted(value, fault, evaluation), bounds, fault, evaluation)

    return run


def _admitted(value: Value, fault: Fault, evaluation: Evaluation | None) -> Value:
    try:
        return admit(value)
    except FAILURES as error:
        return fault.type(evaluation, str(error))


def belongs(
    value: Value, wanted: Value, fault: Fault, evaluation: Evaluation | None
) -> bool | None:
    """Tell whether a value equals another, lies in a range, or is among the items of a list."""
    try:
        if isinstance(wanted, Range):
            return contains(wanted, value)
        if isinstance(wanted, list):
            return _among(value, wanted, set(), evaluation)
    except FAILURES as error:
        return fault.type(evaluation, str(error))
    same = equal(value, wanted, evaluation)
    if same is None:
        fault.type(evaluation, f"cannot compare {type_name(value)} and {type_name(wanted)}")
    return same


def _among(value: Value, items: list[Value], seen: set[int], evaluation: Evaluation | None) -> bool:
    if id(items) in seen:
        return False
    seen.add(id(items))
    if evaluation is not None:
        evaluation.step(1 + len(items) // 8)
    if equal(value, items, evaluation):
        return True
    for item in items:
        if isinstance(item, Range) and not isinstance(value, Range):
            found: bool | None = contains(item, value)
        elif isinstance(item, list) and not isinstance(value, list):
            found = _among(value, item, seen, evaluation)
        else:
            found = equal(value, item, evaluation)
        if found:
            return True
    return False


def contains(bounds: Range, value: Value) -> bool:
    """Tell whether a value lies in a range.

    Raises:
        OperandError: The value is not of the kind of the ends.
    """
    if isinstance(value, Range):
        return equal(bounds, value) is True
    if bounds.operator == "!=":
        return not equal(bounds.start, value)
    above = less_or_equal if bounds.start_included else less
    if bounds.start is not None and not above(bounds.start, value):
        return False
    return bounds.end is None or (less_or_equal if bounds.end_included else less)(value, bounds.end)
