"""Add, subtract, multiply, divide and raise values of FEEL.

Decides which pairs of types an operator takes and what comes out (DMN 1.5, 10.3.2.12 tables 50-53
and 10.3.2.3). Raises `OperandError` where the standard says null.

>>> import datetime
>>> add(datetime.date(2026, 1, 31), MonthsDuration(1))
datetime.date(2026, 2, 28)
"""

import datetime
from calendar import monthrange
from collections.abc import Callable, Mapping
from decimal import Decimal, DecimalException
from typing import Final

from dunning_sdk.feel.durations import DAY, DaysDuration, MonthsDuration
from dunning_sdk.feel.temporal import (
    Date,
    DateTime,
    FarDate,
    Time,
    from_ordinal,
    make_date,
    on_line,
)
from dunning_sdk.feel.values import NUMBERS, OperandError, Value, time_line, type_name


def add(left: Value, right: Value) -> Value:
    """Return a sum, a moment moved by a duration, or two strings in a row.

    Raises:
        OperandError: The operands have no sum.
    """
    match left, right:
        case Decimal(), Decimal():
            return NUMBERS.add(left, right)
        case str(), str():
            return left + right
        case DaysDuration(), DaysDuration():
            return DaysDuration(left.nanoseconds + right.nanoseconds)
        case MonthsDuration(), MonthsDuration():
            return MonthsDuration(left.total + right.total)
        case _, DaysDuration() | MonthsDuration():
            return _moved(left, right)
        case DaysDuration() | MonthsDuration(), _:
            return _moved(right, left)
        case _:
            raise _unfit("add", left, right)


def subtract(left: Value, right: Value) -> Value:
    """Return the difference of two numbers, durations or moments, or a moment moved back.

    Raises:
        OperandError: The operands have no difference.
    """
    match left, right:
        case Decimal(), Decimal():
            return NUMBERS.subtract(left, right)
        case _, DaysDuration() | MonthsDuration():
            return add(left, negate(right))
        case Time(), Time() if left.is_local is right.is_local:
            return DaysDuration(time_line(left) - time_line(right))
        case datetime.date() | FarDate(), datetime.date() | FarDate():
            return DaysDuration((left.toordinal() - right.toordinal()) * DAY)
        case datetime.date() | FarDate() | DateTime(), datetime.date() | FarDate() | DateTime():
            start, end = as_moment(right), as_moment(left)
            if start.time.is_local is end.time.is_local:
                return DaysDuration(end.line - start.line)
    raise _unfit("subtract", left, right)


def multiply(left: Value, right: Value) -> Value:
    """Return the product of two numbers, or of a duration and a number.

    Raises:
        OperandError: The operands have no product.
    """
    match left, right:
        case Decimal(), Decimal():
            return NUMBERS.multiply(left, right)
        case Decimal(), DaysDuration() | MonthsDuration():
            return multiply(right, left)
        case DaysDuration(), Decimal():
            return DaysDuration(int(NUMBERS.multiply(Decimal(left.nanoseconds), right)))
        case MonthsDuration(), Decimal():
            return MonthsDuration(int(NUMBERS.multiply(Decimal(left.total), right)))
        case _:
            raise _unfit("multiply", left, right)


def divide(left: Value, right: Value) -> Value:
    """Return the quotient of two numbers, of a duration and a number, or of two like durations.

    Raises:
        OperandError: The operands have no quotient; division by zero among them.
    """
    match left, right:
        case Decimal(), Decimal():
            if not right:
                raise OperandError("division by zero")
            return NUMBERS.divide(left, right)
        case DaysDuration(), DaysDuration():
            return divide(_size(left), _size(right))
        case MonthsDuration(), MonthsDuration():
            return divide(_size(left), _size(right))
        case DaysDuration(), Decimal() if right:
            return DaysDuration(int(NUMBERS.divide(_size(left), right)))
        case MonthsDuration(), Decimal() if right:
            return MonthsDuration(int(NUMBERS.divide(_size(left), right)))
        case _:
            raise _unfit("divide", left, right)


def power(left: Value, right: Value) -> Value:
    """Return a number raised to a power.

    Raises:
        OperandError: The operands are no numbers, or the power is not real.
    """
    if not isinstance(left, Decimal) or not isinstance(right, Decimal):
        raise _unfit("raise", left, right)
    try:
        return NUMBERS.power(left, right) if right else Decimal(1)
    except DecimalException:
        raise OperandError("a power that is not a number") from None


def negate(operand: Value) -> Value:
    """Return a number or a duration with the other sign.

    Raises:
        OperandError: The operand has no sign.
    """
    match operand:
        case Decimal():
            return NUMBERS.minus(operand)
        case DaysDuration():
            return DaysDuration(-operand.nanoseconds)
        case MonthsDuration():
            return MonthsDuration(-operand.total)
        case _:
            raise OperandError(f"cannot negate {type_name(operand)}")


OPERATIONS: Final[Mapping[str, Callable[[Value, Value], Value]]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "**": power,
}


def as_moment(value: Date | DateTime) -> DateTime:
    """Return a date and time as it is, and a date as its midnight in UTC.

    Source:
        DMN 1.5, 10.3.2.3.6.
    """
    return value if isinstance(value, DateTime) else DateTime(value, Time(0, 0))


def _size(duration: DaysDuration | MonthsDuration) -> Decimal:
    return Decimal(duration.nanoseconds if isinstance(duration, DaysDuration) else duration.total)


def _moved(moment: Value, duration: DaysDuration | MonthsDuration) -> Value:
    match moment, duration:
        case Time(), DaysDuration():
            return Time(
                (moment.nanoseconds + duration.nanoseconds) % DAY, moment.offset, moment.zone
            )
        case datetime.date() | FarDate(), DaysDuration():
            return from_ordinal(moment.toordinal() + duration.nanoseconds // DAY)
        case datetime.date() | FarDate(), MonthsDuration():
            return _month_moved(moment, duration.total)
        case DateTime(), DaysDuration():
            return on_line(moment.line + duration.nanoseconds, like=moment.time)
        case DateTime(), MonthsDuration():
            return DateTime(_month_moved(moment.date, duration.total), moment.time)
        case _:
            raise _unfit("add", moment, duration)


def _month_moved(day: Date, months: int) -> Date:
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    last = monthrange((year - 1) % 400 + 1, month + 1)[1]
    return make_date(year, month + 1, min(day.day, last))


def _unfit(verb: str, left: Value, right: Value) -> OperandError:
    return OperandError(f"cannot {verb} {type_name(left)} and {type_name(right)}")
