"""Compile nodes into Python closures: built once, called many times.

Decides which closure serves which node. No text is ever passed to ``eval`` or ``exec``.

>>> from decimal import Decimal
>>> from dunning_sdk.feel.parser import parse
>>> compile_expression(parse("a.b * 2 + 1"))({"a": {"b": 20}})
Decimal('41')
"""

from collections.abc import Mapping
from typing import Final, Protocol

from dunning_sdk.feel import eval_access, eval_calls, eval_flow, eval_operators, eval_tests
from dunning_sdk.feel import nodes as n
from dunning_sdk.feel.builtins import BUILTINS
from dunning_sdk.feel.closures import Build, Facts, Handler, UnaryTest
from dunning_sdk.feel.environment import Evaluation
from dunning_sdk.feel.errors import FeelLimitError
from dunning_sdk.feel.types import Type
from dunning_sdk.feel.values import Function, Value


class Expression(Protocol):
    """Be a compiled expression."""

    def __call__(self, scope: Facts, evaluation: Evaluation | None = None, /) -> Value:
        """Return the value.

        Args:
            scope: Value per variable; contexts are nested mappings.
            evaluation: Clock, limits and diagnostics; fresh ones when left out.
        """


_HANDLERS: Final[Mapping[type[n.Node], Handler]] = {
    n.Literal: eval_access.literal,
    n.Name: eval_access.name,
    n.Path: eval_access.path,
    n.ListNode: eval_access.list_node,
    n.ContextNode: eval_access.context,
    n.RangeNode: eval_access.range_node,
    n.Filter: eval_access.filter_node,
    n.Negation: eval_operators.negation,
    n.Arithmetic: eval_operators.arithmetic,
    n.Comparison: eval_operators.comparison,
    n.Conjunction: eval_operators.conjunction,
    n.Disjunction: eval_operators.disjunction,
    n.Between: eval_operators.between,
    n.InstanceOf: eval_operators.instance_of,
    n.In: eval_tests.in_node,
    n.UnaryComparison: eval_tests.unary_comparison,
    n.If: eval_flow.conditional,
    n.For: eval_flow.loop,
    n.Quantified: eval_flow.quantified,
    n.FunctionNode: eval_calls.function,
    n.Invocation: eval_calls.invocation,
}


def compile_expression(
    node: n.Node,
    *,
    strict: bool = False,
    functions: Mapping[str, Function] | None = None,
    types: Mapping[str, Type] | None = None,
) -> Expression:
    """Compile an expression.

    Args:
        node: What `parse` returned.
        strict: Whether an unknown name, a missing entry or a wrong type raises. Otherwise it is
            null, and a diagnostic is recorded.
        functions: More functions by name; they win over built-in ones.
        types: Types by the names that ``instance of`` and parameters may use.

    Raises:
        FeelLimitError: The expression is nested too deeply.
    """
    build = make_build(strict=strict, functions=functions, types=types)
    try:
        run = build(node)
    except RecursionError:
        raise FeelLimitError(
            message="nested too deeply", line=node.line, column=node.column
        ) from None

    def expression(scope: Facts, evaluation: Evaluation | None = None, /) -> Value:
        try:
            return run(scope, evaluation or Evaluation())
        except RecursionError:
            raise FeelLimitError(
                message="nested too deeply", line=node.line, column=node.column
            ) from None

    return expression


def compile_unary_tests(
    node: n.UnaryTests | n.Dash,
    *,
    strict: bool = False,
    functions: Mapping[str, Function] | None = None,
    types: Mapping[str, Type] | None = None,
) -> UnaryTest:
    """Compile the cell of a decision table.

    Args:
        node: What `parse_unary_tests` returned.
        strict: As for `compile_expression`.
        functions: As for `compile_expression`.
        types: As for `compile_expression`.

    Raises:
        FeelLimitError: The cell is nested too deeply.
    """
    try:
        return eval_tests.unary_tests(
            node, make_build(strict=strict, functions=functions, types=types)
        )
    except RecursionError:
        raise FeelLimitError(
            message="nested too deeply", line=node.line, column=node.column
        ) from None


def make_build(
    *, strict: bool, functions: Mapping[str, Function] | None, types: Mapping[str, Type] | None
) -> Build:
    """Return what makes closures of nodes.

    Args:
        strict: As for `compile_expression`.
        functions: As for `compile_expression`.
        types: As for `compile_expression`.
    """
    known = {**BUILTINS, **functions} if functions else BUILTINS
    return Build(handlers=_HANDLERS, functions=known, types=types or {}, strict=strict)
