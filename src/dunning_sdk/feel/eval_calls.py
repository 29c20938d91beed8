"""Compile function definitions and calls.

Decides how arguments meet parameters and which signature of a function is called.
"""

from collections.abc import Sequence
from typing import Final

from dunning_sdk.feel import nodes as n
from dunning_sdk.feel.closures import FAILURES, Build, Facts, Local, Run
from dunning_sdk.feel.conformance import MISFIT, coerce
from dunning_sdk.feel.environment import Evaluation
from dunning_sdk.feel.errors import FeelLimitError
from dunning_sdk.feel.types import ANY
from dunning_sdk.feel.values import Function, OperandError, Parameter, Signature, Value, type_name

_FUNCTION_STEPS: Final = 8
"""As many steps as other values of the size of a function count."""


def function(node: n.FunctionNode, build: Build) -> Run:
    """Compile a function definition: a closure over the scope it stands in."""
    names = [parameter.name for parameter in node.parameters]
    fault = build.fault(node)
    if node.external:
        said = "an external function, which no engine runs here"
        return lambda scope, evaluation: fault.type(evaluation, said)
    try:
        parameters = tuple(
            Parameter(name=one.name, type=build.resolved(one.type or ANY))
            for one in node.parameters
        )
    except OperandError as error:
        unknown = str(error)
        return lambda scope, evaluation: fault.name(evaluation, "", unknown)
    body, steps = build.weighed(node.body)

    def run(scope: Facts, evaluation: Evaluation) -> Value:
        evaluation.step(_FUNCTION_STEPS)

        def call(caller: Evaluation, *arguments: Value) -> Value:
            caller.step(steps)
            caller.calls += 1
            if caller.calls > caller.limits.calls:
                message = f"more than {caller.limits.calls} calls inside each other"
                fault.limit(FeelLimitError(message=message))
            try:
                return body(Local(scope, dict(zip(names, arguments, strict=True))), caller)
            finally:
                caller.calls -= 1

        return Function(signatures=(Signature(parameters=parameters, call=call, contextual=True),))

    return run


def invocation(node: n.Invocation, build: Build) -> Run:
    """Compile a call."""
    if node.function == n.Name(name="is known"):
        return _is_known(node, build)
    called, fault = _called(node.function, build), build.fault(node)
    named = bool(node.arguments) and isinstance(node.arguments[0], n.Entry)
    names = tuple(one.name for one in node.arguments if isinstance(one, n.Entry))
    arguments = [build(one.value if isinstance(one, n.Entry) else one) for one in node.arguments]
    label = node.function.name if isinstance(node.function, (n.Name, n.Path)) else "the function"

    def run(scope: Facts, evaluation: Evaluation) -> Value:
        function = called(scope, evaluation)
        values = [argument(scope, evaluation) for argument in arguments]
        if not isinstance(function, Function):
            return fault.type(evaluation, f"{label} is {type_name(function)}, not a function")
        try:
            return call_function(
                function, values, names=names if named else None, evaluation=evaluation
            )
        except FAILURES as error:
            return fault.type(evaluation, f"{label}: {_said(error)}")
        except FeelLimitError as error:
            fault.limit(error)

    return run


def _said(error: Exception) -> str:
    return str(error) if isinstance(error, (OperandError, ValueError)) else "a number out of bounds"


def _called(node: n.Node, build: Build) -> Run:
    if not isinstance(node, n.Name) or node.name not in build.functions:
        return build(node)
    name, builtin = node.name, build.functions[node.name]

    def run(scope: Facts, evaluation: Evaluation) -> Value:
        shadow = scope.get(name)
        return shadow if isinstance(shadow, Function) else builtin

    return run


def _is_known(node: n.Invocation, build: Build) -> Run:
    fault = build.fault(node)
    match node.arguments:
        case (n.Entry(name="value", value=asked),) | (asked,) if not isinstance(asked, n.Entry):
            lenient = build.lenient()(asked)
            return lambda scope, evaluation: lenient(scope, evaluation) is not None
        case _:
            said = "is known: takes one argument"
            return lambda scope, evaluation: fault.type(evaluation, said)


def call_function(
    function: Function,
    values: Sequence[Value],
    *,
    evaluation: Evaluation,
    names: Sequence[str] | None = None,
) -> Value:
    """Call a function.

    Args:
        function: What to call.
        values: The arguments, in the order they are written.
        evaluation: Passed on to contextual functions.
        names: The names of named arguments, in the same order; ``None`` for positional ones. A
            parameter that is not named is null.

    Raises:
        OperandError: No signature fits the arguments, or the function has no value for them.
    """
    evaluation.step(1 + sum(map(_reading, values)))
    for signature in function.signatures:
        bound = _bound(signature, values, names, evaluation)
        if bound is not None:
            given = (evaluation, *bound) if signature.contextual else bound
            return _bounded(signature.call(*given), evaluation)
    kinds = ", ".join(map(type_name, values)) or "no arguments"
    raise OperandError(f"cannot be called with {kinds}")


def _reading(value: Value) -> int:
    """Return how many steps it is to look through an argument, beyond the call itself."""
    if type(value) is str:
        return len(value) >> 8
    return len(value) >> 3 if isinstance(value, (list, dict)) else 0


def _bounded(result: Value, evaluation: Evaluation) -> Value:
    if isinstance(result, list):
        evaluation.check_length(len(result))
    elif isinstance(result, str):
        evaluation.check_text(len(result))
    elif isinstance(result, dict):
        evaluation.step(len(result))
    return result


def _bound(
    signature: Signature,
    values: Sequence[Value],
    names: Sequence[str] | None,
    evaluation: Evaluation,
) -> list[Value] | None:
    parameters: Sequence[Parameter] = signature.parameters
    if names is not None:
        ordered = _in_order(parameters, dict(zip(names, values, strict=True)))
        if ordered is None or len(set(names)) < len(names):
            return None
        values = ordered
    if signature.variadic:
        parameters = [
            *parameters[:-1],
            *[parameters[-1]] * max(1, len(values) - len(parameters) + 1),
        ]
    if len(values) > len(parameters) or any(not one.optional for one in parameters[len(values) :]):
        return None
    bound = []
    for value, parameter in zip(values, parameters, strict=False):
        fit = _fit(value, parameter, evaluation)
        if fit is MISFIT:
            return None
        bound.append(fit)
    return bound


def _fit(value: Value, parameter: Parameter, evaluation: Evaluation) -> Value:
    if value is None:
        return None if parameter.nullable or parameter.type == ANY else MISFIT
    return coerce(value, parameter.type, evaluation)


def _in_order(parameters: Sequence[Parameter], given: dict[str, Value]) -> list[Value] | None:
    known = [one.name for one in parameters]
    if not given.keys() <= set(known):
        return None
    needed = (
        place for place, one in enumerate(parameters, 1) if not one.optional or one.name in given
    )
    return [given.get(name) for name in known[: max(needed, default=0)]]
