"""Say what types the operators take and give.

Decides arithmetic, comparison and the common type of two branches, all on types alone. Unknown
(`Any`) fits everywhere: the checker reports only what is certainly wrong.

>>> from dunning_sdk.feel.types import DATE, DAYS_DURATION, NUMBER, STRING
>>> str(arithmetic("+", DATE, DAYS_DURATION)), arithmetic("+", NUMBER, STRING)
('date', None)
"""

from collections.abc import Mapping
from typing import Final

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
    Type,
    conforms_to,
)

_MOMENTS: Final = (DATE, DATE_TIME)
_DURATIONS: Final = (DAYS_DURATION, MONTHS_DURATION)
ORDERED: Final = frozenset({NUMBER, STRING, DATE, TIME, DATE_TIME, *_DURATIONS})
"""The types whose values are ordered."""

_Key = tuple[str, Type, Type]
_ARITHMETIC: Final[Mapping[_Key, Type]] = {
    **{(operator, NUMBER, NUMBER): NUMBER for operator in ("+", "-", "*", "/", "**")},
    ("+", STRING, STRING): STRING,
    **{(sign, each, each): each for sign in "+-" for each in _DURATIONS},
    **{(sign, moment, each): moment for sign in "+-" for moment in _MOMENTS for each in _DURATIONS},
    **{("+", each, moment): moment for moment in _MOMENTS for each in _DURATIONS},
    **{(sign, TIME, DAYS_DURATION): TIME for sign in "+-"},
    ("+", DAYS_DURATION, TIME): TIME,
    **{("-", left, right): DAYS_DURATION for left in _MOMENTS for right in _MOMENTS},
    ("-", TIME, TIME): DAYS_DURATION,
    **{(operator, each, NUMBER): each for operator in "*/" for each in _DURATIONS},
    **{("*", NUMBER, each): each for each in _DURATIONS},
    **{("/", each, each): NUMBER for each in _DURATIONS},
}


def kind(of: Type) -> Type:
    """Return a type as far as equality cares: no allowed values, no items, no entries."""
    match of:
        case EnumType():
            return STRING
        case ListType():
            return ListType(ANY)
        case RangeType():
            return RangeType(ANY)
        case ContextType():
            return CONTEXT
        case FunctionType():
            return FUNCTION
        case _:
            return of


def arithmetic(operator: str, left: Type, right: Type) -> Type | None:
    """Return the type of ``left operator right``, ``None`` where there is none."""
    first, second = kind(left), kind(right)
    if ANY in (first, second):
        possible = {
            result
            for (sign, one, other), result in _ARITHMETIC.items()
            if sign == operator and first in (ANY, one) and second in (ANY, other)
        }
        return possible.pop() if len(possible) == 1 else ANY if possible else None
    return _ARITHMETIC.get((operator, first, second))


def comparable(left: Type, right: Type) -> bool:
    """Tell whether ``=`` has an answer for values of two types."""
    first, second = kind(left), kind(right)
    return first == second or ANY in (first, second) or NULL in (first, second)


def fits(found: Type, expected: Type) -> bool:
    """Tell whether a value of one type may be passed where another is expected, by coercion too."""
    if found == ANY or conforms_to(found, expected):
        return True
    match found, expected:
        case ListType(), ListType():
            return found.of == ANY or fits(found.of, expected.of)
        case ListType(), _:
            return fits(found.of, expected)
        case RangeType(), RangeType():
            return found.of == ANY
        case _, ListType():
            return fits(found, expected.of)
        case _:
            return (found, expected) == (DATE, DATE_TIME) or (
                isinstance(expected, (ContextType, FunctionType)) and found == kind(expected)
            )


def common(left: Type, right: Type) -> Type:
    """Return the narrowest type that values of both types have."""
    if isinstance(left, EnumType) and isinstance(right, EnumType):
        return EnumType(tuple(dict.fromkeys((*left.values, *right.values))))
    if left == NULL or conforms_to(left, right):
        return right
    if conforms_to(right, left):
        return left
    if isinstance(left, ListType) and isinstance(right, ListType):
        return ListType(common(left.of, right.of))
    return kind(left) if kind(left) == kind(right) else ANY


PROPERTY_TYPES: Final[Mapping[Type, Mapping[str, Type]]] = {
    DATE: dict.fromkeys(("year", "month", "day", "weekday"), NUMBER),
    TIME: {
        **dict.fromkeys(("hour", "minute", "second"), NUMBER),
        "time offset": DAYS_DURATION,
        "timezone": STRING,
    },
    DATE_TIME: {
        **dict.fromkeys(("year", "month", "day", "weekday", "hour", "minute", "second"), NUMBER),
        "time offset": DAYS_DURATION,
        "timezone": STRING,
    },
    DAYS_DURATION: dict.fromkeys(("days", "hours", "minutes", "seconds"), NUMBER),
    MONTHS_DURATION: dict.fromkeys(("years", "months"), NUMBER),
    RangeType(ANY): {
        **dict.fromkeys(("start included", "end included"), BOOLEAN),
        **dict.fromkeys(("start", "end"), ANY),
    },
}
"""The properties of values by kind of type."""
