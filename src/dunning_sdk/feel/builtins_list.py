"""Be the built-in functions on lists.

Decides what DMN 1.5, 10.3.4.4 says: positions count from 1, or from the end when negative; a
function on a list may also be given its items one by one.

>>> mean([Decimal(1), Decimal(2)]), sublist(["a", "b", "c"], Decimal(-2), Decimal(1))
(Decimal('1.5'), ['b'])
"""

import datetime
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cmp_to_key
from typing import Final

from dunning_sdk.feel.environment import Evaluation
from dunning_sdk.feel.eval_calls import call_function
from dunning_sdk.feel.order import less
from dunning_sdk.feel.signatures import function
from dunning_sdk.feel.values import NUMBERS, Function, OperandError, Value, equal

_Items = list[Value]
_DIRECTLY_SORTED: Final = ({Decimal}, {str}, {datetime.date})
"""The types of items that Python orders as FEEL does."""


def _spread(text: str, call: Callable[[_Items], Value]) -> Function:
    name, _, result = text.partition(" -> ")
    return function(
        *(f"{name}(list: list) -> {result}", call),
        *(f"{name}(...items: Any) -> {result}", lambda *items: call(list(items))),
    )


def list_contains(evaluation: Evaluation, items: _Items, element: Value) -> bool:
    """Tell whether a value is among the items."""
    return any(equal(item, element, evaluation) for item in items)


def count(items: _Items) -> Decimal:
    """Return the number of items."""
    return Decimal(len(items))


def minimum(items: _Items) -> Value:
    """Return the least item, null for no items."""
    return _extreme(items, lambda left, right: less(left, right))


def maximum(items: _Items) -> Value:
    """Return the greatest item, null for no items."""
    return _extreme(items, lambda left, right: less(right, left))


def _extreme(items: _Items, before: Callable[[Value, Value], bool]) -> Value:
    if not items:
        return None
    found = items[0]
    before(found, found)
    for item in items[1:]:
        if before(item, found):
            found = item
    return found


def numbers(items: _Items) -> list[Decimal]:
    """Return the items, all of them numbers."""
    found = [item for item in items if isinstance(item, Decimal)]
    if len(found) < len(items):
        raise OperandError("an item that is no number")
    return found


def total(items: _Items) -> Decimal | None:
    """Return the sum, null for no items."""
    amounts = numbers(items)
    if not amounts:
        return None
    result = amounts[0]
    for amount in amounts[1:]:
        result = NUMBERS.add(result, amount)
    return result


def mean(items: _Items) -> Decimal | None:
    """Return the arithmetic mean, null for no items."""
    found = total(items)
    return None if found is None else NUMBERS.divide(found, Decimal(len(items)))


def product(items: _Items) -> Decimal | None:
    """Return the product, null for no items."""
    factors = numbers(items)
    result = Decimal(1)
    for factor in factors:
        result = NUMBERS.multiply(result, factor)
    return result if factors else None


def median(items: _Items) -> Decimal | None:
    """Return the middle item, or the mean of the two in the middle; null for no items."""
    ordered = sorted(numbers(items))
    if not ordered:
        return None
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else mean([ordered[middle - 1], ordered[middle]])


def stddev(items: _Items) -> Decimal | None:
    """Return the standard deviation of a sample; null for less than two items."""
    amounts, middle = numbers(items), mean(items)
    if middle is None or len(amounts) < 2:
        return None
    squares: _Items = [
        NUMBERS.power(NUMBERS.subtract(amount, middle), Decimal(2)) for amount in amounts
    ]
    return NUMBERS.sqrt(NUMBERS.divide(total(squares) or Decimal(0), Decimal(len(amounts) - 1)))


def mode(items: _Items) -> _Items:
    """Return the most frequent items in ascending order."""
    counts: dict[Decimal, int] = {}
    for amount in numbers(items):
        counts[amount] = counts.get(amount, 0) + 1
    most = max(counts.values(), default=0)
    return [*sorted(amount for amount, times in counts.items() if times == most)]


def _verdict(items: _Items, decisive: bool) -> bool | None:
    if any(item is decisive for item in items):
        return decisive
    if any(not isinstance(item, bool) for item in items):
        return None
    return not decisive


def sublist(items: _Items, start: Decimal, length: Decimal | None = None) -> _Items:
    """Return some of the items from a position on."""
    first = _place(items, start)
    if length is None:
        return items[first:]
    if int(length) < 1 or first + int(length) > len(items):
        raise OperandError("a part outside the list")
    return items[first : first + int(length)]


def _place(items: _Items, position: Decimal) -> int:
    place = int(position)
    if not 1 <= abs(place) <= len(items):
        raise OperandError("a position outside the list")
    return place - 1 if place > 0 else len(items) + place


def append(items: _Items, *more: Value) -> _Items:
    """Return the list with more items at its end."""
    return [*items, *more]


def concatenate(evaluation: Evaluation, *lists: _Items) -> _Items:
    """Return the items of all lists."""
    evaluation.check_length(sum(map(len, lists)))
    return [item for items in lists for item in items]


def insert_before(items: _Items, position: Decimal, new: Value) -> _Items:
    """Return the list with an item before a position."""
    place = _place(items, position)
    return [*items[:place], new, *items[place:]]


def remove(items: _Items, position: Decimal) -> _Items:
    """Return the list without the item at a position."""
    place = _place(items, position)
    return items[:place] + items[place + 1 :]


def replace_at(_: Evaluation, items: _Items, position: Decimal, new: Value) -> _Items:
    """Return the list with another item at a position."""
    place = _place(items, position)
    return [*items[:place], new, *items[place + 1 :]]


def replace_matching(evaluation: Evaluation, items: _Items, match: Function, new: Value) -> _Items:
    """Return the list with another item wherever ``match(item, new)`` is true."""
    verdicts = [call_function(match, [item, new], evaluation=evaluation) for item in items]
    if any(type(verdict) is not bool for verdict in verdicts):
        raise OperandError("a match function that returns no boolean")
    return [new if verdict else item for item, verdict in zip(items, verdicts, strict=True)]


def reverse(items: _Items) -> _Items:
    """Return the items from last to first."""
    return items[::-1]


def index_of(evaluation: Evaluation, items: _Items, match: Value) -> _Items:
    """Return the positions of a value."""
    found: _Items = []
    for place, item in enumerate(items, 1):
        if equal(item, match, evaluation):
            evaluation.step()
            found.append(Decimal(place))
    return found


def distinct_values(evaluation: Evaluation, items: _Items) -> _Items:
    """Return each value once, in the order of first occurrence."""
    kept: _Items = []
    for item in items:
        evaluation.step(len(kept))
        if not list_contains(evaluation, kept, item):
            kept.append(item)
    return kept


def union(evaluation: Evaluation, *lists: _Items) -> _Items:
    """Return each value of all lists once."""
    return distinct_values(evaluation, concatenate(evaluation, *lists))


def flatten(evaluation: Evaluation, items: _Items) -> _Items:
    """Return the items of all nested lists in one list."""
    flat: _Items = []
    pending: list[Sequence[Value]] = [items]
    while pending:
        for place, item in enumerate(current := pending.pop()):
            evaluation.step()
            if isinstance(item, list):
                pending += [current[place + 1 :], item]
                break
            flat.append(item)
    return flat


def sort(evaluation: Evaluation, items: _Items, precedes: Function | None = None) -> _Items:
    """Return the items in the order of ``precedes(first, second)``, or in their own."""
    if precedes is None and set(map(type, items)) in _DIRECTLY_SORTED:
        return sorted(items)  # type: ignore[type-var]  # numbers only, strings only or dates only
    evaluation.step(len(items) * len(items).bit_length() // 2)

    def before(left: Value, right: Value) -> bool:
        if precedes is None:
            return less(left, right)
        evaluation.step()
        return call_function(precedes, [left, right], evaluation=evaluation) is True

    return sorted(
        items,
        key=cmp_to_key(lambda left, right: -1 if before(left, right) else int(before(right, left))),
    )


FUNCTIONS: Final[Mapping[str, Function]] = {
    "list contains": function(
        "list contains(list: list, element: Any) -> boolean", list_contains, contextual=True
    ),
    "count": function("count(list: list) -> number", count),
    "min": _spread("min -> Any", minimum),
    "max": _spread("max -> Any", maximum),
    "sum": _spread("sum -> number", total),
    "mean": _spread("mean -> number", mean),
    "product": _spread("product -> number", product),
    "median": _spread("median -> number", median),
    "stddev": _spread("stddev -> number", stddev),
    "mode": _spread("mode -> list<number>", mode),
    "all": _spread("all -> boolean", lambda items: _verdict(items, decisive=False)),
    "any": _spread("any -> boolean", lambda items: _verdict(items, decisive=True)),
    "sublist": function(
        "sublist(list: list, start position: number, length?: number) -> list", sublist
    ),
    "append": function("append(list: list, ...item: Any) -> list", append),
    "concatenate": function("concatenate(...list: list) -> list", concatenate, contextual=True),
    "insert before": function(
        "insert before(list: list, position: number, newItem: Any) -> list", insert_before
    ),
    "remove": function("remove(list: list, position: number) -> list", remove),
    "list replace": function(
        *("list replace(list: list, position: number, newItem: Any) -> list", replace_at),
        *("list replace(list: list, match: function, newItem: Any) -> list", replace_matching),
        contextual=True,
    ),
    "reverse": function("reverse(list: list) -> list", reverse),
    "index of": function(
        "index of(list: list, match: Any) -> list<number>", index_of, contextual=True
    ),
    "distinct values": function(
        "distinct values(list: list) -> list", distinct_values, contextual=True
    ),
    "union": function("union(...list: list) -> list", union, contextual=True),
    "flatten": function("flatten(list: list) -> list", flatten, contextual=True),
    "sort": function("sort(list: list, precedes?: function) -> list", sort, contextual=True),
}
