"""Decide which of two values of FEEL comes first.

Decides what is ordered and how (DMN 1.5, 10.3.2.13). Leaves equality to `values`.

>>> from decimal import Decimal
>>> less(Decimal("9.5"), Decimal(10)), less_or_equal("b", "a")
(True, False)
"""

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from dunning_sdk.feel.durations import DaysDuration, MonthsDuration
from dunning_sdk.feel.temporal import DateTime, FarDate, Time
from dunning_sdk.feel.values import OperandError, Value, on_one_line, type_name


def less(left: Value, right: Value) -> bool:
    """Tell whether one value comes before another of the same kind.

    Raises:
        OperandError: The values are not ordered: null, of different kinds, or without an order.
    """
    return _ordered(left, right, lambda first, second: bool(first < second))


def less_or_equal(left: Value, right: Value) -> bool:
    """Tell whether one value comes before, or is the same as, another of the same kind.

    Raises:
        OperandError: As for `less`.
    """
    return _ordered(left, right, lambda first, second: bool(first <= second))


def _ordered(left: Value, right: Value, test: Callable[..., bool]) -> bool:
    if type(left) is Decimal and type(right) is Decimal:
        return test(left, right)
    kind = type_name(left)
    if kind != type_name(right) or kind not in _ORDERED:
        raise OperandError(f"cannot order {kind} and {type_name(right)}")
    match left:
        case Time() | DateTime():
            found = on_one_line(left, right, test)
            if found is None:
                raise OperandError("cannot order a time with an offset and one without")
            return found
        case _:
            return test(_place(left), _place(right))


_ORDERED: Final = frozenset(
    {
        *("number", "string", "date", "time", "date and time"),
        *("days and time duration", "years and months duration"),
    }
)


def _place(value: Value) -> Value:
    match value:
        case datetime.date() | FarDate():
            return value.toordinal()
        case DaysDuration():
            return value.nanoseconds
        case MonthsDuration():
            return value.total
        case _:
            return value
