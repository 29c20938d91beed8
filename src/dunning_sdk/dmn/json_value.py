"""Turn JSON into values of FEEL and back.

Decides how a type that JSON lacks is written there: dates, times and durations as ISO 8601 text,
which becomes what the input's type says. Leaves everything else to the type itself.

>>> from dunning_sdk.feel.types import DATE
>>> facts_from_json({"due on": "2026-03-01"}, {"due on": DATE})
{'due on': datetime.date(2026, 3, 1)}
>>> to_json({"days": Decimal("31"), "rate": Decimal("0.08")})
{'days': 31, 'rate': 0.08}
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from dunning_sdk.feel.durations import parse_duration
from dunning_sdk.feel.formatter import format_value
from dunning_sdk.feel.temporal import parse_date, parse_date_time, parse_time
from dunning_sdk.feel.types import (
    DATE,
    DATE_TIME,
    DAYS_DURATION,
    MONTHS_DURATION,
    TIME,
    ContextType,
    ListType,
    Type,
)
from dunning_sdk.feel.values import Range, Value

_PARSERS: Final[Mapping[Type, Callable[[str], Value]]] = {
    DATE: parse_date,
    TIME: parse_time,
    DATE_TIME: parse_date_time,
    DAYS_DURATION: parse_duration,
    MONTHS_DURATION: parse_duration,
}


def facts_from_json(facts: Mapping[str, object], types: Mapping[str, Type]) -> Mapping[str, object]:
    """Return facts as the inputs of a model want them.

    Args:
        facts: Value per input, as ``json.loads`` made it with ``parse_float=Decimal``.
        types: Type per input, see `Model.input_types`; those of imported models in the same
            mapping under ``import.name``.
    """
    made: dict[str, object] = {}
    for name, value in facts.items():
        inner = {
            rest.removeprefix(f"{name}."): of
            for rest, of in types.items()
            if rest.startswith(f"{name}.")
        }
        if name not in types and inner and isinstance(value, dict):
            made[name] = facts_from_json(value, inner)
        else:
            made[name] = from_json(value, types[name]) if name in types else value
    return made


def from_json(value: object, of: Type) -> object:
    """Return a value of JSON as a type wants it; what is not as it should be stays as it is."""
    if isinstance(value, str) and of in _PARSERS:
        try:
            return _PARSERS[of](value)
        except ValueError:
            return value
    if isinstance(of, ListType) and isinstance(value, list):
        return [from_json(item, of.of) for item in value]
    if isinstance(of, ContextType) and isinstance(value, dict):
        return {
            name: from_json(item, of.fields[name]) if name in of.fields else item
            for name, item in value.items()
        }
    return value


def to_json(value: Value) -> Any:  # noqa: ANN401 - what JSON holds
    """Return a value as JSON has it; a number that is exact in no double, and a range, as text."""
    match value:
        case None | bool() | str():
            return value
        case Decimal():
            return _number(value)
        case list():
            return [to_json(item) for item in value]
        case dict():
            return {name: to_json(item) for name, item in value.items()}
        case Range():
            return format_value(value)
        case _:
            return str(value)


def _number(value: Decimal) -> int | float | str:
    if value == value.to_integral_value() and abs(value) < 2**53:
        return int(value)
    return float(value) if Decimal(repr(float(value))) == value else format(value, "f")
