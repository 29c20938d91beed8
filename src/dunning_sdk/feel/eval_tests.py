"""Compile unary tests and ``in``.

Decides when a value passes a test (DMN 1.5, 7.3.3 and 10.3.2.8). Leaves cells that compare with
constants to `eval_cells`.
"""

from collections.abc import Callable, Sequence

from dunning_sdk.feel import nodes as n
from dunning_sdk.feel.closures import FAILURES, Build, Facts, Fault, Local, Run, UnaryTest
from dunning_sdk.feel.environment import Evaluation
from dunning_sdk.feel.eval_cells import belongs, cell
from dunning_sdk.feel.eval_operators import compare
from dunning_sdk.feel.values import Range, Value, admit

INPUT = "?"


def in_node(node: n.In, build: Build) -> Run:
    """Compile ``operand in tests``."""
    operand = build(node.operand)
    test = any_of([alternative(one, build) for one in node.alternatives])
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
    if all(cell(one, build) for one in node.alternatives):
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
    if direct := cell(node, build):
        return direct
    if isinstance(node, n.UnaryComparison):
        return _against(build(node.operand), compare(node.operator, build.fault(node)))
    return _against_expression(node, build)


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
