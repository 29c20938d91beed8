"""Be what generated functions call where a value is not of the usual type.

Decides nothing of its own: each raises where the interpreter would record an error, or where it
counts what is made, so that the interpreter is asked.
"""

from collections.abc import Callable
from typing import Any, Final

from dunning_sdk.feel.arithmetic import OPERATIONS
from dunning_sdk.feel.eval_operators import ORDERINGS
from dunning_sdk.feel.order import less_or_equal
from dunning_sdk.feel.properties import PROPERTIES
from dunning_sdk.feel.values import OperandError, Value, equal

_LONG: Final = 1_000
"""Characters from which on a text that is made is left to the interpreter, which counts it."""


def property_of(value: Any, name: str) -> Value:  # noqa: ANN401 - any value
    """Return a property of a date, time, duration or range.

    Raises:
        KeyError: It has none of that name.
    """
    return PROPERTIES[type(value)][name](value)


def lies_between(low: Value, value: Value, high: Value) -> bool:
    """Tell whether a value lies between two others, both included.

    Raises:
        OperandError: They are not ordered.
    """
    return less_or_equal(low, value) and less_or_equal(value, high)


def _equality(operator: str) -> Callable[[Value, Value], bool]:
    def compared(left: Value, right: Value) -> bool:
        if isinstance(left, (list, dict)) or (same := equal(left, right)) is None:
            raise OperandError  # the interpreter counts what it looks through
        return same is (operator == "=")

    return compared


def _short(operation: Callable[[Value, Value], Value]) -> Callable[[Value, Value], Value]:
    def result(left: Value, right: Value) -> Value:
        found = operation(left, right)
        if type(found) is str and len(found) > _LONG:
            raise OperandError
        return found

    return result


COMPARE: Final = {**ORDERINGS, "=": _equality("="), "!=": _equality("!=")}
"""Per operator, a comparison of any two values."""
OTHER: Final = {operator: _short(operation) for operator, operation in OPERATIONS.items()}
"""Per operator, the arithmetic of any two values."""
