"""Be the values of FEEL, and decide when two of them are equal; `order` says which comes first.

A value is ``None``, `bool`, `decimal.Decimal`, `str`, a date (`datetime.date` or `FarDate`),
`Time`, `DateTime`, `DaysDuration`, `MonthsDuration`, `Range`, `list`, `dict` or `Function`. `admit`
turns what Python callers have at hand (``int``, ``tuple``, ``datetime``, ``timedelta``) into these.

>>> from decimal import Decimal
>>> equal([Decimal("1.0")], [Decimal(1)])
True
"""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN as HALF_EVEN
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from itertools import repeat
from typing import Final, TypeAlias

from dunning_sdk.feel.durations import DAY, NANOSECONDS, DaysDuration, MonthsDuration
from dunning_sdk.feel.environment import Evaluation
from dunning_sdk.feel.temporal import DateTime, FarDate, Time, make_date
from dunning_sdk.feel.types import ANY, Type

Value: TypeAlias = object
"""Any value of FEEL; the module docstring lists the Python types."""

NUMBERS: Final = Context(
    prec=34,
    rounding=HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
"""IEEE 754 decimal128, the arithmetic of FEEL; its methods are used, the thread's context never."""


class OperandError(Exception):
    """Say inside the package that an operation has no value for its operands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Be a range.

    Attributes:
        start: Lower end, ``None`` when unbounded.
        end: Upper end, ``None`` when unbounded.
        start_included: Whether the lower end belongs to it.
        end_included: Whether the upper end belongs to it.
        operator: ``=`` or ``!=`` when it was written as ``(= 10)`` or ``(!= 10)``.
    """

    start: Value
    end: Value
    start_included: bool
    end_included: bool
    operator: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """Be a parameter of a function.

    Attributes:
        name: As named arguments write it.
        type: What an argument must conform to, after coercion.
        optional: Whether it may be left out.
        nullable: Whether it takes null although its type does not.
    """

    name: str
    type: Type = ANY
    optional: bool = False
    nullable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Be one way to call a function.

    Attributes:
        parameters: In order.
        result: Type of the result.
        call: Takes the arguments in order; left-out optional ones at the end are not passed. It
            raises `OperandError` or `ValueError` when it has no value for them.
        variadic: Whether the last parameter takes any number of arguments.
        contextual: Whether the evaluation is passed before the arguments.
    """

    parameters: tuple[Parameter, ...]
    result: Type = ANY
    call: Callable[..., Value]
    variadic: bool = False
    contextual: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Function:
    """Be a function: built in, given by the caller, or defined in FEEL.

    Attributes:
        name: For messages; empty for one defined in FEEL.
        signatures: The ways to call it; the first that fits the arguments is called.
    """

    name: str = ""
    signatures: tuple[Signature, ...]


def type_name(value: Value) -> str:
    """Return what FEEL calls the type of a value, for messages."""
    return _TYPE_NAMES.get(type(value), type(value).__name__)


_TYPE_NAMES: Final[Mapping[type, str]] = {
    type(None): "null",
    bool: "boolean",
    Decimal: "number",
    str: "string",
    datetime.date: "date",
    FarDate: "date",
    Time: "time",
    DateTime: "date and time",
    DaysDuration: "days and time duration",
    MonthsDuration: "years and months duration",
    Range: "range",
    list: "list",
    dict: "context",
    Function: "function",
}


def equal(left: Value, right: Value, evaluation: Evaluation | None = None) -> bool | None:
    """Tell whether two values are equal; ``None`` when they are of different kinds.

    Args:
        left: Any value.
        right: Any value.
        evaluation: Counts the lists and contexts looked through; ``None`` counts nothing.

    Source:
        DMN 1.5, 10.3.2.13, table 42.
    """
    if left is None or right is None:
        return left is right
    kind = type_name(left)
    if kind != type_name(right):
        return None
    match left:
        case list() | dict() | Range():
            return _same_parts(left, right, set(), evaluation)
        case Time() | DateTime():
            return on_one_line(left, right, lambda first, second: first == second)
        case Function():
            return left is right
        case _:
            return left == right


def _same_parts(
    left: Value, right: Value, seen: set[int], evaluation: Evaluation | None
) -> bool | None:
    # One list may stand in another many times over. A pair met before is either equal or still
    # being looked at; the first difference ends it all, so it need not be looked at again.
    if left is right:
        return True
    if type(left) is not type(right) or not isinstance(left, (list, dict, Range)):
        return equal(left, right)
    pair = id(left) << 64 | id(right)
    if pair in seen:
        return True
    seen.add(pair)
    if isinstance(left, dict) and isinstance(right, dict):
        if left.keys() != right.keys():
            return False
        right = {name: right[name] for name in left}
    first, second = _items(left), _items(right)
    if evaluation is not None:
        evaluation.step(2 + len(first) // 4)
    return len(first) == len(second) and all(
        map(_same_parts, first, second, repeat(seen), repeat(evaluation))
    )


def _items(value: Value) -> Sequence[Value]:
    match value:
        case list():
            return value
        case dict():
            return list(value.values())
        case Range():
            return (
                *(value.start, value.end),
                *(value.start_included, value.end_included, value.operator),
            )
        case _:
            return ()


def on_one_line(left: Value, right: Value, test: Callable[..., bool]) -> bool | None:
    """Compare two times or moments on the time line; ``None`` when they are not on one."""
    # Whole seconds, as the properties of a time are; `is` compares the fraction too.
    if isinstance(left, DateTime) and isinstance(right, DateTime):
        if left.time.is_local is not right.time.is_local:
            return None
        return test(left.line // NANOSECONDS, right.line // NANOSECONDS)
    if isinstance(left, Time) and isinstance(right, Time) and _comparable_times(left, right):
        return test(time_line(left) // NANOSECONDS, time_line(right) // NANOSECONDS)
    return None


def _comparable_times(left: Time, right: Time) -> bool:
    return left.zone == right.zone and (left.offset is None) is (right.offset is None)


def time_line(time: Time) -> int:
    """Return the nanoseconds since midnight in UTC, or local where no offset is known."""
    return time.nanoseconds - (time.offset or 0) * NANOSECONDS


Memo: TypeAlias = dict[int, tuple[object, object]]
"""Per ``id`` of a list or mapping: itself, and what it was turned into."""


def admit(value: Value, memo: Memo | None = None) -> Value:
    """Turn what a Python caller passes into a value of FEEL; what is one comes back as it is.

    Args:
        value: A value of FEEL, or ``int``, ``tuple``, ``datetime``, ``time``, ``timedelta``, a
            mapping with string keys, or a list of such.
        memo: The lists and mappings turned so far, so that each is looked through once.

    Raises:
        OperandError: The type has no counterpart; a ``float`` among them, since it is not exact.
    """
    match value:
        case list() | tuple() | Mapping():
            return _admit_items(value, {} if memo is None else memo)
        case _ if type(value) in _TYPE_NAMES:
            return value
        case int():
            return NUMBERS.create_decimal(value)
        case str():
            return str.__str__(value)
        case datetime.datetime():
            day = make_date(value.year, value.month, value.day)
            return DateTime(day, _time(value.timetz(), value.utcoffset()))
        case datetime.time():
            return _time(value, value.utcoffset())
        case datetime.timedelta():
            return DaysDuration((value // datetime.timedelta(microseconds=1)) * 1000)
        case _:
            raise OperandError(f"cannot use a Python {type(value).__name__}")


def _admit_items(value: Sequence[Value] | Mapping[str, Value], memo: Memo) -> Value:
    if id(value) in memo:
        return memo[id(value)][1]
    made: list[Value] | dict[str, Value]
    if isinstance(value, Mapping):
        made = {name: admit(item, memo) for name, item in value.items()}
        unchanged = all(map(_same, made.values(), value.values()))
    else:
        made = [admit(item, memo) for item in value]
        unchanged = all(map(_same, made, value))
    found = value if unchanged and type(value) in (list, dict) else made
    memo[id(value)] = (value, found)
    memo[id(found)] = (found, found)
    return found


def _same(left: Value, right: Value) -> bool:
    return left is right


def _time(time: datetime.time, offset: datetime.timedelta | None) -> Time:
    seconds = (time.hour * 60 + time.minute) * 60 + time.second
    nanoseconds = seconds * NANOSECONDS + time.microsecond * 1000
    return Time(nanoseconds % DAY, None if offset is None else int(offset.total_seconds()))
