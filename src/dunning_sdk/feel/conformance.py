"""Say whether a value has a type, and coerce it where the standard does.

Decides ``instance of`` and the implicit conversions at typed boundaries (DMN 1.5, 10.3.2.9.4):
parameters, and, for `dmn`, typed variables.

>>> from dunning_sdk.feel.types import ListType, NUMBER
>>> from decimal import Decimal
>>> three = Decimal(3)
>>> coerce([three], NUMBER), coerce(three, ListType(NUMBER)), coerce("3", NUMBER) is MISFIT
(Decimal('3'), [Decimal('3')], True)
"""

import datetime
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from typing import Final

from dunning_sdk.feel.durations import DaysDuration, MonthsDuration
from dunning_sdk.feel.environment import Evaluation
from dunning_sdk.feel.temporal import DateTime, FarDate, Time
from dunning_sdk.feel.types import (
    ANY,
    BOOLEAN,
    CONTEXT,
    DATE,
    DATE_TIME,
    DAYS_DURATION,
    FUNCTION,
    MONTHS_DURATION,
    NULL,
    NUMBER,
    STRING,
    TIME,
    ContextType,
    EnumType,
    FunctionType,
    ListType,
    RangeType,
    SimpleType,
    Type,
    conforms_to,
)
from dunning_sdk.feel.values import Function, Range, Signature, Value


class Misfit(Enum):
    """Be the type of the one mark that a value does not fit."""

    MISFIT = "misfit"


MISFIT: Final = Misfit.MISFIT
"""What `coerce` returns for a value that does not fit the type."""

_CLASSES: Final[Mapping[SimpleType, type | tuple[type, ...]]] = {
    NUMBER: Decimal,
    STRING: str,
    BOOLEAN: bool,
    DATE: (datetime.date, FarDate),
    TIME: Time,
    DATE_TIME: DateTime,
    DAYS_DURATION: DaysDuration,
    MONTHS_DURATION: MonthsDuration,
    CONTEXT: dict,
    FUNCTION: Function,
    NULL: type(None),
}


_BY_NAME: Final = {of.name: classes for of, classes in _CLASSES.items()}


def is_instance(value: Value, of: Type, evaluation: Evaluation | None = None) -> bool:
    """Tell whether a value is an instance of a type; null is one of ``Null`` only."""
    if value is None:
        return of == NULL
    return fits(value, of, evaluation)


def fits(value: Value, of: Type, evaluation: Evaluation | None = None) -> bool:
    """Tell whether a value conforms to a type without conversion; null conforms to every type.

    Args:
        value: Any value.
        of: The type.
        evaluation: Counts the items looked through; ``None`` counts nothing.
    """
    if type(of) is SimpleType:
        return value is None or of is ANY or of.name == "Any" or _is_simple(value, of)
    return _fits(value, of, set(), evaluation)


def _is_simple(value: Value, of: SimpleType) -> bool:
    classes = _BY_NAME.get(of.name)
    return classes is not None and isinstance(value, classes)


def _fits(value: Value, of: Type, seen: set[int], evaluation: Evaluation | None) -> bool:
    if value is None or of == ANY:
        return True

    def inner(part: Value, of: Type) -> bool:
        return _fits(part, of, seen, evaluation)

    match of:
        case SimpleType():
            return _is_simple(value, of)
        case EnumType():
            return isinstance(value, str) and value in of.values
        case ListType():
            return isinstance(value, list) and (
                of.of == ANY or _all_fit(value, of.of, seen, evaluation)
            )
        case RangeType():
            return (
                isinstance(value, Range) and inner(value.start, of.of) and inner(value.end, of.of)
            )
        case ContextType():
            return isinstance(value, dict) and all(
                name in value and inner(value[name], field) for name, field in of.fields.items()
            )
        case FunctionType():
            return isinstance(value, Function) and any(
                _callable_as(each, of) for each in value.signatures
            )


def _all_fit(items: list[Value], of: Type, seen: set[int], evaluation: Evaluation | None) -> bool:
    # A list may stand in another many times over; the first misfit ends it all, so a list met
    # before fits or is being looked at.
    pair = id(items) << 64 | id(of)
    if pair in seen:
        return True
    seen.add(pair)
    if evaluation is not None:
        evaluation.step(1 + len(items) // 8)
    return all(_fits(item, of, seen, evaluation) for item in items)


def _callable_as(signature: Signature, of: FunctionType) -> bool:
    # What a function defined in FEEL returns is not known before it is called: it may fit.
    result = of.result if signature.result == ANY else signature.result
    return conforms_to(FunctionType(tuple(one.type for one in signature.parameters), result), of)


def coerce(value: Value, of: Type, evaluation: Evaluation | None = None) -> Value:
    """Return a value fit for a type: as it is, or converted as the standard allows.

    Args:
        value: Any value.
        of: The type.
        evaluation: As for `fits`.

    Returns:
        The value, its only item, a list of it, midnight UTC of a date; or `MISFIT`.

    Source:
        DMN 1.5, 10.3.2.9.4, table 54.
    """
    if fits(value, of, evaluation):
        return value
    if isinstance(of, ListType) and not isinstance(value, list):
        return [value] if fits(value, of.of) else MISFIT
    if (
        isinstance(value, list)
        and len(value) == 1
        and not isinstance(of, ListType)
        and value[0] is not None
    ):
        return value[0] if fits(value[0], of) else MISFIT
    if of == DATE_TIME and isinstance(value, (datetime.date, FarDate)):
        return DateTime(value, Time(0, 0))
    return MISFIT


def type_of(value: Value) -> Type:
    """Return the narrowest type of a value; the one of a string is an `EnumType` of itself."""
    match value:
        case str():
            return EnumType((value,))
        case list():
            return ListType(ANY)
        case dict():
            return ContextType({name: type_of(item) for name, item in value.items()})
        case Range():
            return RangeType(ANY)
        case _:
            found = (of for of, classes in _CLASSES.items() if isinstance(value, classes))
            return next(found, ANY)
