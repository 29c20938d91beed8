"""Compile an expression into one Python function, made of its tree alone.

Decides what the function does where all is well: names become local variables, numbers and texts
constants by place (see `emit`), arithmetic, comparisons, logic and ``if`` become Python's. A part
of another kind is called as a closure of the interpreter. Whatever goes wrong (a name that is not
there, a wrong type, a null where none may be) is left to the interpreter, which starts anew and
knows what to record or to raise; it stays the reference.

>>> from decimal import Decimal
>>> from dunning_sdk.feel.parser import parse
>>> fee = compile_function(parse("if days > 30 and amount >= 100 then amount * 0.08 else 0"))
>>> fee({"days": Decimal(31), "amount": Decimal(200)}), fee({"days": Decimal(30), "amount": None})
(Decimal('16.00'), Decimal('0'))
"""

from collections.abc import Mapping
from decimal import DecimalException

from dunning_sdk.feel import emit
from dunning_sdk.feel import nodes as n
from dunning_sdk.feel.closures import FAILURES, Facts
from dunning_sdk.feel.codegen_nodes import Writer
from dunning_sdk.feel.environment import Evaluation
from dunning_sdk.feel.errors import FeelEvaluationError
from dunning_sdk.feel.evaluator import Expression, compile_expression, make_build
from dunning_sdk.feel.types import Type
from dunning_sdk.feel.values import Function, Value

_LEFT_TO_THE_INTERPRETER = (
    *FAILURES,
    *(DecimalException, FeelEvaluationError, KeyError, TypeError, RecursionError),
)


def compile_function(
    node: n.Node,
    *,
    strict: bool = False,
    functions: Mapping[str, Function] | None = None,
    types: Mapping[str, Type] | None = None,
) -> Expression:
    """Compile an expression into a Python function.

    It gives what the result of `compile_expression` gives, with the same diagnostics and errors;
    only the steps that it counts may be fewer.

    Args:
        node: What `parse` returned.
        strict: As for `compile_expression`.
        functions: As for `compile_expression`.
        types: As for `compile_expression`.

    Raises:
        FeelLimitError: The expression is nested too deeply.
    """
    interpreted = compile_expression(node, strict=strict, functions=functions, types=types)
    # A part that is called raises where the interpreter would record, so that nothing is twice.
    writer = Writer(make_build(strict=True, functions=functions, types=types))

    def slow(scope: Facts, evaluation: Evaluation | None, mark: tuple[int, int] | None) -> Value:
        if evaluation is not None and mark is not None:
            evaluation.steps, evaluation.regex_us = mark
        return interpreted(scope, evaluation)

    try:
        body = writer.function(node, slow, errors=_LEFT_TO_THE_INTERPRETER)
        parameters = ["scope", "evaluation"]
        made: Expression = emit.make_function(
            parameters, body, writer.pool, defaults=[writer.pool.constant(None)]
        )
    except RecursionError:
        return interpreted
    return made
