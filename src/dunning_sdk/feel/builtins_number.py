"""Be the built-in functions on numbers.

Decides what DMN 1.5, 10.3.4.5 says; all rounding names its mode.

>>> decimal_(Decimal("2.5"), Decimal(0)), round_half_up(Decimal("2.5"), Decimal(0))
(Decimal('2'), Decimal('3'))
"""

import decimal
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from dunning_sdk.feel.durations import DaysDuration, MonthsDuration
from dunning_sdk.feel.signatures import function
from dunning_sdk.feel.values import NUMBERS, Function, OperandError, Value

_SCALE_MIN, _SCALE_MAX = -6111, 6176


def _rounding(mode: str) -> Callable[..., Decimal]:
    def rounded(number: Decimal, scale: Decimal = Decimal(0)) -> Decimal:
        places = int(scale)
        if not _SCALE_MIN <= places <= _SCALE_MAX:
            raise OperandError(f"a scale outside {_SCALE_MIN} to {_SCALE_MAX}")
        exponent = int(number.as_tuple().exponent)  # finite: only NaN and infinity have a letter
        if exponent >= -places:
            return (
                number
                if places <= 0 or number.adjusted() + places > 33
                else NUMBERS.quantize(number, _unit(places))
            )
        result = number.quantize(_unit(places), rounding=mode, context=NUMBERS)
        return result if places >= 0 else NUMBERS.create_decimal(format(result, "f"))

    return rounded


def _unit(places: int) -> Decimal:
    return Decimal((0, (1,), -places))


decimal_ = _rounding(decimal.ROUND_HALF_EVEN)
floor = _rounding(decimal.ROUND_FLOOR)
ceiling = _rounding(decimal.ROUND_CEILING)
round_up = _rounding(decimal.ROUND_UP)
round_down = _rounding(decimal.ROUND_DOWN)
round_half_up = _rounding(decimal.ROUND_HALF_UP)
round_half_down = _rounding(decimal.ROUND_HALF_DOWN)


def modulo(dividend: Decimal, divisor: Decimal) -> Decimal:
    """Return the rest of a division, with the sign of the divisor.

    Source:
        DMN 1.5, table 76: ``dividend - divisor * floor(dividend / divisor)``.
    """
    if not divisor:
        raise OperandError("division by zero")
    rest = NUMBERS.remainder(dividend, divisor)
    return NUMBERS.add(rest, divisor) if rest and (rest < 0) is not (divisor < 0) else rest


def absolute_days(duration: DaysDuration) -> DaysDuration:
    """Return a days and time duration without its sign."""
    return DaysDuration(abs(duration.nanoseconds))


def absolute_months(duration: MonthsDuration) -> MonthsDuration:
    """Return a years and months duration without its sign."""
    return MonthsDuration(abs(duration.total))


def sqrt(number: Decimal) -> Decimal:
    """Return the square root of a number that is not negative."""
    if number < 0:
        raise OperandError("the square root of a negative number")
    return NUMBERS.sqrt(number)


def log(number: Decimal) -> Decimal:
    """Return the natural logarithm of a positive number."""
    if number <= 0:
        raise OperandError("the logarithm of a number that is not positive")
    return NUMBERS.ln(number)


def _is_small(number: Decimal) -> bool:
    return number.adjusted() < 34  # a larger number of 34 digits is a multiple of ten


def odd(number: Decimal) -> bool:
    """Tell whether a whole number is odd; a number with a fraction is neither odd nor even."""
    return _is_small(number) and NUMBERS.remainder(number, Decimal(2)).copy_abs() == 1


def even(number: Decimal) -> bool:
    """Tell whether a whole number is even."""
    return not _is_small(number) or not NUMBERS.remainder(number, Decimal(2))


def number_of(text: str, grouping: str | None = None, separator: str | None = None) -> Decimal:
    """Return the number that a text shows.

    Args:
        text: For example ``1 000,50``.
        grouping: Space, comma or full stop between groups of digits; ``None`` for none.
        separator: Comma or full stop before the decimals; ``None`` for the full stop.
    """
    known = grouping in (None, " ", ",", ".") and separator in (None, ",", ".")
    if not known or (grouping and grouping == separator):
        raise OperandError("separators that are not allowed or the same")
    plain = text.replace(grouping, "") if grouping else text
    plain = plain.replace(separator, ".") if separator else plain
    if not _NUMBER_TEXT.match(plain):
        raise OperandError("a text that is no number")
    return NUMBERS.create_decimal(plain)


_NUMBER_TEXT: Final = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?\Z")


def _same(value: Value) -> Value:
    return value


def _rounder(name: str, call: Callable[..., Value]) -> Function:
    return function(f"{name}(n: number, scale: number) -> number", call)


FUNCTIONS: Final[Mapping[str, Function]] = {
    "decimal": _rounder("decimal", decimal_),
    "floor": function("floor(n: number, scale?: number) -> number", floor),
    "ceiling": function("ceiling(n: number, scale?: number) -> number", ceiling),
    "round up": _rounder("round up", round_up),
    "round down": _rounder("round down", round_down),
    "round half up": _rounder("round half up", round_half_up),
    "round half down": _rounder("round half down", round_half_down),
    "abs": function(
        *("abs(n: number) -> number", NUMBERS.abs),
        *("abs(n: days and time duration) -> days and time duration", absolute_days),
        *("abs(n: years and months duration) -> years and months duration", absolute_months),
    ),
    "modulo": function("modulo(dividend: number, divisor: number) -> number", modulo),
    "sqrt": function("sqrt(number: number) -> number", sqrt),
    "log": function("log(number: number) -> number", log),
    "exp": function("exp(number: number) -> number", NUMBERS.exp),
    "odd": function("odd(number: number) -> boolean", odd),
    "even": function("even(number: number) -> boolean", even),
    "number": function(
        *("number(from: number) -> number", _same),
        *(
            "number(from: string, grouping separator: string?, "
            "decimal separator: string?) -> number",
            number_of,
        ),
        *("number(from: string) -> number", number_of),
    ),
}
