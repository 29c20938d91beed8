"""Hold a portfolio as typed columns: many receivables, one array per fact.

The module decides how rows are cut out and taken; which columns a book needs is decided in
`schema`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from dunning_sdk.errors import MissingFactError
from dunning_sdk.portfolio.column import Array, Column, wrong_column

_SPAN_MOST: Final = 1 << 12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Items:
    """What each row has several of, such as acts: columns of their own, and where each row's lie.

    Attributes:
        offsets: int64, one more than rows; row *i* has the items from ``offsets[i]`` to
            ``offsets[i + 1]`` (exclusive).
        columns: By name, one entry per item.
    """

    offsets: Array
    columns: Mapping[str, Column]

    def slice(self, low: int, high: int) -> "Items":
        """Return the items of rows ``low`` to ``high`` (exclusive)."""
        first, last = int(self.offsets[low]), int(self.offsets[high])
        columns = {name: one.slice(first, last) for name, one in self.columns.items()}
        return Items(offsets=self.offsets[low : high + 1] - first, columns=columns)

    def take(self, rows: Array) -> "Items":
        """Return the items of the rows at some places, in that order."""
        starts = self.offsets[rows]
        counts = self.offsets[rows + 1] - starts
        offsets = np.concatenate(([0], np.cumsum(counts)))
        places = np.repeat(starts - offsets[:-1], counts) + np.arange(offsets[-1])
        columns = {name: one.take(places) for name, one in self.columns.items()}
        return Items(offsets=offsets, columns=columns)

    def counts(self) -> Array:
        """Return how many items each row has."""
        return np.diff(self.offsets)

    def rows(self) -> Array:
        """Return the row that each item belongs to."""
        return np.repeat(np.arange(len(self.offsets) - 1), self.counts())

    def check(self, name: str, size: int) -> None:
        """Refuse items that do not add up.

        Raises:
            FactTypeError: The offsets fall, or do not fit the rows or the items.
        """
        offsets = self.offsets
        if offsets.dtype != np.int64 or offsets.shape != (size + 1,):
            raise wrong_column(name, "its offsets are no int64 array with one entry more than rows")
        if offsets[0] != 0 or (np.diff(offsets) < 0).any():
            raise wrong_column(name, "its offsets do not begin with 0, or they fall")
        for key, one in self.columns.items():
            if one.size != offsets[-1]:
                raise wrong_column(f"{name}.{key}", "it has another length than its offsets say")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Columns:
    """Many receivables, by columns.

    Attributes:
        size: Rows.
        columns: By the name of the fact.
        items: What each row has several of, by name.
    """

    size: int
    columns: Mapping[str, Column]
    items: Mapping[str, Items] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Column:
        found = self.columns.get(name)
        if found is None:
            message = f"Column {name} is read and is not given"
            raise MissingFactError(message, hint="Give the column.", fact_name=name)
        return found

    def slice(self, low: int, high: int) -> "Columns":
        """Return rows ``low`` to ``high`` (exclusive), as views."""
        return Columns(
            size=high - low,
            columns={name: one.slice(low, high) for name, one in self.columns.items()},
            items={name: one.slice(low, high) for name, one in self.items.items()},
        )

    def only(self, names: Iterable[str], items: Iterable[str]) -> "Columns":
        """Return only some of the columns and items."""
        return Columns(
            size=self.size,
            columns={name: self[name] for name in names},
            items={name: self.items[name] for name in items},
        )

    def take(self, rows: Array) -> "Columns":
        """Return the rows at some places, in that order."""
        return Columns(
            size=len(rows),
            columns={name: one.take(rows) for name, one in self.columns.items()},
            items={name: one.take(rows) for name, one in self.items.items()},
        )


def grouped(*parts: Array) -> tuple[Array, Array]:
    """Return the rows that agree in some whole numbers: the first of each group, and its number.

    Args:
        parts: At least one array; all of the same length, at least one.

    Returns:
        Place of the first row of each group, and per row the number of its group.
    """
    codes = np.zeros(len(parts[0]), dtype=np.int64)
    count = 1
    for part in parts:
        low = int(part.min())
        span = int(part.max()) - low + 1
        if span == 1:
            continue
        if span > _SPAN_MOST:
            values, part = np.unique(part, return_inverse=True)
            low, span = 0, len(values)
        codes = codes * span + (part - low)
        count *= span
        if count > _SPAN_MOST:
            codes, count = _compact(codes)
    codes, count = _compact(codes)
    first = np.empty(count, dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    return first, codes


def _compact(codes: Array) -> tuple[Array, int]:
    """Return codes without gaps, and how many there are."""
    most = int(codes.max()) + 1
    if most > 4 * _SPAN_MOST:
        values, compact = np.unique(codes, return_inverse=True)
        return compact.reshape(-1), len(values)
    met = np.zeros(most, dtype=np.bool_)
    met[codes] = True
    places = np.cumsum(met) - 1
    return places[codes], int(places[-1]) + 1
