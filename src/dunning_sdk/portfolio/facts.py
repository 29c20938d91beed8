"""Give the facts of a block of rows by name, those given and those worked out, as columns.

Facts are looked up when a rule reads them, so what no rule reads costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np

from dunning_sdk.domain.currency import exponent
from dunning_sdk.portfolio.column import Array, Column, Kind, number_of
from dunning_sdk.portfolio.columns import Columns


class Facts:
    """The facts of some rows.

    Args:
        size: Rows.
        find: Name to column; called once for each name.
    """

    def __init__(self, size: int, find: Callable[[str], Column]) -> None:
        self.size = size
        self._find = find
        self._found: dict[str, Column] = {}

    def __getitem__(self, name: str) -> Column:
        found = self._found.get(name)
        if found is None:
            found = self._found[name] = self._find(name)
        return found

    def put(self, name: str, column: Column) -> None:
        """Set a fact that was worked out."""
        self._found[name] = column

    def take(self, rows: Array) -> Facts:
        """Return the facts of the rows at some places."""
        return Facts(len(rows), lambda name: self[name].take(rows))

    def only(self, rows: Array) -> Facts:
        """Return the facts of the rows at some places, each once; these themselves if all are."""
        return self if len(rows) == self.size else self.take(rows)

    def by_currency(self) -> Iterator[tuple[str, Array]]:
        """Yield the currencies met, each with the places of its rows."""
        currency = self["currency"]
        for code in np.flatnonzero(np.bincount(currency.values, minlength=1)).tolist():
            yield currency.words[code], np.flatnonzero(currency.values == code)

    def nested(self, row: int, names: Iterable[str]) -> dict[str, Any]:
        """Return some facts of one row as FEEL reads them: nested by the dots of their names."""
        decimals = exponent(self["currency"].value(row))
        facts: dict[str, Any] = {}
        for name in names:
            *above, last = name.split(".")
            place = facts
            for part in above:
                place = place.setdefault(part, {})
            place[last] = self[name].value(row, exponent=decimals)
        return facts


def given_facts(
    columns: Columns, *, as_of: date, operator: str, derived: Mapping[str, Callable[[], Column]]
) -> Facts:
    """Return the facts of a block.

    Args:
        columns: What is given.
        as_of: Day decided for.
        operator: Party the engine runs for.
        derived: Facts worked out when they are read, by name.
    """
    size, number = columns.size, number_of(as_of)

    def find(name: str) -> Column:
        if name in derived:
            return derived[name]()
        match name:
            case "as_of":
                return Column.constant(Kind.DAY, number, size)
            case "operator":
                return Column.constant(Kind.TEXT, operator, size)
            case "receivable.days_overdue":
                late = np.subtract(number, columns["receivable.due_on"].values, dtype=np.int32)
                return Column(kind=Kind.COUNT, values=late)
            case _:
                return columns[name]

    return Facts(size, find)


def minor_of(amount: Decimal, currency: str) -> int:
    """Return an amount in major units, rounded to minor units, as a number of these."""
    return int(amount.scaleb(exponent(currency)))
