"""Compile unary tests and ``in``.

Decides when a value passes a test (DMN 1.5, 7.3.3 and 10.3.2.8). The common cells of decision
tables, which compare with a literal, compile to one closure of their own.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal

from dunning_sdk.feel import nodes as n
from dunning_sdk.feel.closures import FAILURES, Build, Facts, Fault, Local, Run, UnaryTest
from dunning_sdk.feel.environment import Evaluation
from dunning_sdk.feel.eval_operators import FAST, compare
from dunning_sdk.feel.values import Range, Value, admit, equal, less, less_or_equal, type_name

INPUT = "?"


def in_node(node: n.In, build: Build) -> Run:
    """Compile ``operand in tests``."""
    operand, test = (
        build(node.operand),
        any_of([alternative(one, build) for one in node.alternatives]),
    )
    return lambda scope, evaluation: test(scope, operand(scope, evaluation), evaluation)


def unary_comparison(node: n.UnaryComparison, build: Build) -> Run:
    """Compile ``(= 5)`` or ``(!= 5)`` where it stands as an expression: a range."""
    operand = build(node.operand)
    closed = node.operator == "="

    def run(scope: Facts, evaluation: Evaluation) -> Value:
        end = operand(scope, evaluation)
        return Range(
            start=end, end=end, start_included=closed, end_included=closed, operator=node.operator
        )

    return run


def unary_tests(node: n.UnaryTests | n.Dash, build: Build) -> UnaryTest:
    """Compile the cell of a decision table."""
    if isinstance(node, n.Dash):
        return _always
    tests = [alternative(one, build) for one in node.alternatives]
    test = tests[0] if len(tests) == 1 else any_of(tests)
    if node.negated:
        test = _negated(test)
    if all(map(_is_direct, node.alternatives)):
        return test
    return _with_evaluation(test, build.fault(node))


def _always(scope: Facts, value: Value, evaluation: Evaluation | None = None) -> bool | None:
    return True


def any_of(tests: Sequence[UnaryTest]) -> UnaryTest:
    """Return the test that is true if one of the tests is, else null if one is."""

    def run(scope: Facts, value: Value, evaluation: Evaluation | None = None) -> bool | None:
        verdict: bool | None = False
        for test in tests:
            found = test(scope, value, evaluation)
            if found:
                return True
            if found is None:
                verdict = None
        return verdict

    return run


def alternative(node: n.Node, build: Build) -> UnaryTest:
    """Compile one alternative."""
    fault = build.fault(node)
    match node:
        case n.UnaryComparison(operand=n.Literal(value=Decimal() as bound)):
            return _against_number(node.operator, bound, fault)
        case n.Literal(value=str() | Decimal() as wanted):
            return _equal_to(wanted, fault)
        case n.RangeNode(
            start=n.Literal(value=Decimal() as low), end=n.Literal(value=Decimal() as high)
        ):
            return _between_numbers(node, (low, high), build)
        case n.UnaryComparison():
            return _against(build(node.operand), compare(node.operator, fault))
        case _:
            return _against_expression(node, build)


def _is_direct(node: n.Node) -> bool:
    bounds = [node]
    if isinstance(node, n.UnaryComparison):
        bounds = [node.operand]
    elif isinstance(node, n.RangeNode) and node.start and node.end:
        bounds = [node.start, node.end]
    return all(
        isinstance(bound, n.Literal) and isinstance(bound.value, (str, Decimal)) for bound in bounds
    )


def _against_number(operator: str, bound: Decimal, fault: Fault) -> UnaryTest:
    fast, slow = FAST[operator], compare(operator, fault)

    def run(scope: Facts, value: Value, evaluation: Evaluation | None = None) -> bool | None:
        if type(value) is Decimal:
            return fast(value, bound)
        return slow(admit(value), bound, evaluation)

    return run


def _equal_to(wanted: str | Decimal, fault: Fault) -> UnaryTest:
    kind = type(wanted)

    def run(scope: Facts, value: Value, evaluation: Evaluation | None = None) -> bool | None:
        if type(value) is kind:
            return value == wanted
        return belongs(admit(value), wanted, fault, evaluation)

    return run


def _between_numbers(node: n.RangeNode, bounds: tuple[Decimal, Decimal], build: Build) -> UnaryTest:
    low, high = bounds
    above = FAST[">=" if node.start_included else ">"]
    below = FAST["<=" if node.end_included else "<"]
    fault = build.fault(node)
    made = Range(
        start=low, end=high, start_included=node.start_included, end_included=node.end_included
    )
    if low > high:
        return _against_expression(node, build)

    def run(scope: Facts, value: Value, evaluation: Evaluation | None = None) -> bool | None:
        if type(value) is Decimal:
            return above(value, low) and below(value, high)
        return belongs(admit(value), made, fault, evaluation)

    return run


def _against(
    operand: Run, test: Callable[[Value, Value, Evaluation | None], bool | None]
) -> UnaryTest:
    def run(scope: Facts, value: Value, evaluation: Evaluation | None = None) -> bool | None:
        evaluation = evaluation or Evaluation()
        return test(value, operand(scope, evaluation), evaluation)

    return run


def _against_expression(node: n.Node, build: Build) -> UnaryTest:
    expression, fault = build(node), build.fault(node)
    asks_input = n.asks_input(node)

    def run(scope: Facts, value: Value, evaluation: Evaluation | None = None) -> bool | None:
        evaluation = evaluation or Evaluation()
        found = expression(Local(scope, {INPUT: value}), evaluation)
        if found is None and (asks_input or isinstance(node, n.RangeNode)):
            return None
        if type(found) is bool and (asks_input or type(value) is not bool):
            return found
        return belongs(value, found, fault, evaluation)

    return run


def belongs(
    value: Value, wanted: Value, fault: Fault, evaluation: Evaluation | None
) -> bool | None:
    """Tell whether a value equals another, lies in a range, or is among the items of a list."""
    try:
        if isinstance(wanted, Range):
            return contains(wanted, value)
        if isinstance(wanted, list):
            return _among(value, wanted)
    except FAILURES as error:
        return fault.type(evaluation, str(error))
    same = equal(value, wanted)
    if same is None:
        fault.type(evaluation, f"cannot compare {type_name(value)} and {type_name(wanted)}")
    return same


def _among(value: Value, items: list[Value]) -> bool:
    if equal(value, items):
        return True
    for item in items:
        if isinstance(item, Range) and not isinstance(value, Range):
            if contains(item, value):
                return True
        elif isinstance(item, list) and not isinstance(value, list):
            if _among(value, item):
                return True
        elif equal(value, item):
            return True
    return False


def contains(bounds: Range, value: Value) -> bool:
    """Tell whether a value lies in a range.

    Raises:
        OperandError: The value is not of the kind of the ends.
    """
    if bounds.operator == "!=":
        return not equal(bounds.start, value)
    if bounds.start is not None and not (less_or_equal if bounds.start_included else less)(
        bounds.start, value
    ):
        return False
    return bounds.end is None or (less_or_equal if bounds.end_included else less)(value, bounds.end)


def _negated(test: UnaryTest) -> UnaryTest:
    def run(scope: Facts, value: Value, evaluation: Evaluation | None = None) -> bool | None:
        found = test(scope, value, evaluation)
        return None if found is None else not found

    return run


def _with_evaluation(test: UnaryTest, fault: Fault) -> UnaryTest:
    def run(scope: Facts, value: Value, evaluation: Evaluation | None = None) -> bool | None:
        try:
            admitted = admit(value)
        except FAILURES as error:
            return fault.type(evaluation, str(error))
        return test(scope, admitted, evaluation or Evaluation())

    return run
