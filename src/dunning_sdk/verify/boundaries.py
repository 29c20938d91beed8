"""Tell which boundaries of a table the cases stand at, on both sides.

The module decides what a boundary is: a value of a numeric or dated input between which and the
one before it the rows that hold differ. A case stands at it with the last value before, another
with the first value after; where numbers have no least step, with any value up to the next
boundary.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from dunning_sdk.dmn.column import Column
from dunning_sdk.dmn.region import bits, describe
from dunning_sdk.errors import DunningError
from dunning_sdk.rules.book import Book, TableRule
from dunning_sdk.rules.case import Case
from dunning_sdk.verify.cases import nested


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundary:
    """One boundary of one input.

    Attributes:
        rule: Id of the rule.
        input: Name of the input.
        below: The values up to it, as a cell.
        above: The values from it on, as a cell.
        is_reached: Whether cases stand on both sides of it.
    """

    rule: str
    input: str
    below: str
    above: str
    is_reached: bool


def find_boundaries(book: Book, *, only: str = "") -> tuple[Boundary, ...]:
    """Return the boundaries of a book's tables, in the order of rules, inputs and values.

    Args:
        book: Whose cases are looked at.
        only: Id of the one rule to look at; empty for all.
    """
    return tuple(
        one
        for rule in book.rules.values()
        if isinstance(rule, TableRule) and only in ("", rule.id)
        for one in _of_rule(book, rule)
    )


def percent_reached(boundaries: Sequence[Boundary]) -> int:
    """Return the share reached, rounded down; 100 where there is none."""
    reached = sum(1 for one in boundaries if one.is_reached)
    return 100 * reached // len(boundaries) if boundaries else 100


def values_seen(rule: TableRule, case: Case) -> tuple[Any, ...] | None:
    """Return the value of each input in a case; ``None`` where one cannot be read."""
    try:
        scope, _ = rule.reader.read(nested({"as_of": case.as_of, **case.facts}))
        return tuple(one.read(scope) for one in rule.table.inputs)
    except DunningError:
        return None


def _of_rule(book: Book, rule: TableRule) -> Iterator[Boundary]:
    cases = book.cases.get(rule.id)
    seen = [values_seen(rule, case) for case in (cases.cases if cases else ()) if not case.skip]
    for at, one in enumerate(rule.table.inputs):
        column = one.column
        if column is None or column.kind not in ("number", "date"):
            continue
        values = [row[at] for row in seen if row is not None and row[at] is not None]
        null = len(column.samples) - 1
        live = [place for place in bits(column.live) if place != null]
        for low, high in pairwise(live):
            if column.rows_by_bin[low] != column.rows_by_bin[high]:
                yield Boundary(
                    rule=rule.id,
                    input=one.name,
                    below=describe(column, 1 << low),
                    above=describe(column, 1 << high),
                    is_reached=_is_reached(column, values, low, high),
                )


def _is_reached(column: Column, values: Sequence[Any], low: int, high: int) -> bool:
    below = [value for value in values if column.find(value) == low]
    above = [value for value in values if column.find(value) == high]
    if column.kind == "date" or column.grain is not None:
        below = [value for value in below if column.find(_moved(column, value, 1)) == high]
        above = [value for value in above if column.find(_moved(column, value, -1)) == low]
    return bool(below and above)


def _moved(column: Column, value: Any, steps: int) -> Any:  # noqa: ANN401 - number or date
    if isinstance(value, date):
        return value + timedelta(days=steps)
    return value + steps * (column.grain or 1)
