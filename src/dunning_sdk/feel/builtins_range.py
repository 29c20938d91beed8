"""Be the built-in functions on ranges and points, ``is`` and ``range``.

Decides what DMN 1.5, 10.3.4.9 and tables 77-79 say, after Allen's interval algebra.

>>> from decimal import Decimal
>>> one_to_nine = Range(start=Decimal(1), end=Decimal(9), start_included=True, end_included=False)
>>> includes(one_to_nine, Decimal(1)), includes(one_to_nine, Decimal(9))
(True, False)
"""

from collections.abc import Callable, Mapping
from typing import Final

from dunning_sdk.feel.environment import Evaluation
from dunning_sdk.feel.order import less, less_or_equal
from dunning_sdk.feel.signatures import function
from dunning_sdk.feel.temporal import DateTime, Time
from dunning_sdk.feel.values import Function, OperandError, Range, Value, equal, type_name


def _same(left: Value, right: Value) -> bool:
    found = equal(left, right)
    if found is None or left is None:
        raise OperandError(f"cannot compare {type_name(left)} and {type_name(right)}")
    return found


def _bounded(bounds: Range) -> Range:
    if bounds.start is None or bounds.end is None:
        raise OperandError("a range without an end")
    return bounds


def before(first: Value, second: Value) -> bool:
    """Tell whether a point or range lies wholly before another."""
    match first, second:
        case Range(), Range():
            end, start = _bounded(first).end, _bounded(second).start
            touching = first.end_included and second.start_included
        case Range(), _:
            end, start, touching = _bounded(first).end, second, first.end_included
        case _, Range():
            end, start, touching = first, _bounded(second).start, second.start_included
        case _:
            return less(first, second)
    return less(end, start) if touching else less_or_equal(end, start)


def after(first: Value, second: Value) -> bool:
    """Tell whether a point or range lies wholly after another."""
    return before(second, first)


def meets(first: Range, second: Range) -> bool:
    """Tell whether one range ends where the other begins, both ends included."""
    return (
        first.end_included
        and second.start_included
        and _same(_bounded(first).end, _bounded(second).start)
    )


def met_by(first: Range, second: Range) -> bool:
    """Tell whether one range begins where the other ends."""
    return meets(second, first)


def overlaps(first: Range, second: Range) -> bool:
    """Tell whether two ranges have a point in common."""
    return not before(first, second) and not before(second, first)


def overlaps_before(first: Range, second: Range) -> bool:
    """Tell whether a range begins before another and ends within it."""
    return _starts_before(first, second) and overlaps(first, second) and _ends_by(first, second)


def overlaps_after(first: Range, second: Range) -> bool:
    """Tell whether a range begins within another and ends after it."""
    return overlaps_before(second, first)


def _starts_before(first: Range, second: Range) -> bool:
    if _same(_bounded(first).start, _bounded(second).start):
        return first.start_included and not second.start_included
    return less(first.start, second.start)


def _ends_by(first: Range, second: Range) -> bool:
    if _same(_bounded(first).end, _bounded(second).end):
        return second.end_included or not first.end_included
    return less(first.end, second.end)


def _starts_by(first: Range, second: Range) -> bool:
    if _same(_bounded(first).start, _bounded(second).start):
        return first.start_included or not second.start_included
    return less(first.start, second.start)


def finishes(first: Value, second: Range) -> bool:
    """Tell whether a point or range ends where a range ends, and begins within it."""
    if not isinstance(first, Range):
        return second.end_included and _same(first, _bounded(second).end)
    same_end = first.end_included is second.end_included and _same(
        _bounded(first).end, _bounded(second).end
    )
    return same_end and _starts_by(second, first)


def starts(first: Value, second: Range) -> bool:
    """Tell whether a point or range begins where a range begins, and ends within it."""
    if not isinstance(first, Range):
        return second.start_included and _same(first, _bounded(second).start)
    same_start = first.start_included is second.start_included and _same(
        _bounded(first).start, _bounded(second).start
    )
    return same_start and _ends_by(first, second)


def includes(first: Range, second: Value) -> bool:
    """Tell whether a range contains a point, or every point of another range."""
    if isinstance(second, Range):
        return _starts_by(first, second) and _ends_by(second, first)
    start, end = _bounded(first).start, first.end
    above = (less_or_equal if first.start_included else less)(start, second)
    return (less_or_equal if first.end_included else less)(second, end) and above


def coincides(first: Value, second: Value) -> bool:
    """Tell whether two points, or two ranges, are the same."""
    return _same(first, second)


def same_value(evaluation: Evaluation, first: Value, second: Value) -> bool:
    """Tell whether two values are the same, in the same form: offsets and kinds count."""
    if isinstance(first, (Time, DateTime)) and isinstance(second, (Time, DateTime)):
        return first == second
    return equal(first, second, evaluation) is True


def range_of(text: str) -> Range:
    """Read a range whose ends are literals."""
    from dunning_sdk.feel.rangeparser import parse_range  # it needs the parser and the evaluator

    return parse_range(text)


def _relation(name: str, call: Callable[..., Value], *kinds: tuple[str, str]) -> Function:
    pairs: list[str | Callable[..., Value]] = []
    for left, right in kinds:
        first, second = _SHORT[left], _SHORT[right]
        pairs += [f"{name}({left}: {first}, {right}: {second}) -> boolean", call]
    return function(*pairs)


_SHORT: Final = {
    **dict.fromkeys(("range", "range1", "range2"), "range"),
    **dict.fromkeys(("point", "point1", "point2"), "Any"),
}
_RANGES: Final = ("range1", "range2")
_POINTS: Final = ("point1", "point2")

FUNCTIONS: Final[Mapping[str, Function]] = {
    "before": _relation("before", before, _RANGES, ("point", "range"), ("range", "point"), _POINTS),
    "after": _relation("after", after, _RANGES, ("point", "range"), ("range", "point"), _POINTS),
    "meets": _relation("meets", meets, _RANGES),
    "met by": _relation("met by", met_by, _RANGES),
    "overlaps": _relation("overlaps", overlaps, _RANGES),
    "overlaps before": _relation("overlaps before", overlaps_before, _RANGES),
    "overlaps after": _relation("overlaps after", overlaps_after, _RANGES),
    "finishes": _relation("finishes", finishes, _RANGES, ("point", "range")),
    "finished by": _relation(
        "finished by", lambda first, second: finishes(second, first), _RANGES, ("range", "point")
    ),
    "includes": _relation("includes", includes, _RANGES, ("range", "point")),
    "during": _relation(
        "during", lambda first, second: includes(second, first), _RANGES, ("point", "range")
    ),
    "starts": _relation("starts", starts, _RANGES, ("point", "range")),
    "started by": _relation(
        "started by", lambda first, second: starts(second, first), _RANGES, ("range", "point")
    ),
    "coincides": _relation("coincides", coincides, _RANGES, _POINTS),
    "is": function("is(value1: Any, value2: Any) -> boolean", same_value, contextual=True),
    "range": function("range(from: string) -> range", range_of),
}
