"""Find overlaps, gaps and rows never reached, from the bins of a table's columns.

Decides only what follows from the bins: where an opaque cell could change the answer, the
finding is not *certain* and says so. Leaves which finding is a fault to the caller, who knows
the hit policy.

>>> from decimal import Decimal
>>> from dunning_sdk.dmn.column import make_column
>>> from dunning_sdk.feel.parser import parse_unary_tests as tests
>>> days = make_column([tests("<= 3"), tests("> 4")], kind="number", grain=Decimal(1))
>>> find_gap([days], rows=2)
Gap(sample=(Decimal('4'),), certain=True)
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dunning_sdk.dmn.column import Column

GAP_STEPS_MAX: Final = 100_000


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two rows that hold at once.

    Attributes:
        first: Number of the earlier row, from 1.
        second: Number of the later row.
        sample: One value per column for which both hold.
        certain: False where it hangs on an opaque cell.
    """

    first: int
    second: int
    sample: tuple[Any, ...]
    certain: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """Values for which no row holds.

    Attributes:
        sample: One value per column; empty where the search was given up.
        certain: False where it hangs on an opaque cell, or where the search was given up.
    """

    sample: tuple[Any, ...]
    certain: bool


def find_overlaps(columns: Sequence[Column], *, rows: int) -> Iterator[Overlap]:
    """Yield every pair of rows that hold, or may hold, at once.

    Args:
        columns: All columns of the table.
        rows: How many rows the table has.

    Source:
        DMN 1.5, 8.2.8: under ``unique`` no two rows may hold for one set of inputs.
    """
    for second in range(rows):
        for first in range(second):
            shared = [_shared(column, first, second) for column in columns]
            if all(bins for bins, _ in shared):
                sample = tuple(
                    column.samples[_lowest(bins)]
                    for column, (bins, _) in zip(columns, shared, strict=True)
                )
                certain = all(certain for _, certain in shared)
                yield Overlap(first + 1, second + 1, sample, certain)


def find_covered(columns: Sequence[Column], *, rows: int) -> Iterator[tuple[int, int]]:
    """Yield each row that never decides under ``first``, with an earlier row that covers it.

    Rows covered only by several earlier rows together are not looked for.

    Args:
        columns: All columns of the table.
        rows: How many rows the table has.

    Yields:
        Numbers of the covered row and of the first row that covers it, from 1.
    """
    for later in range(rows):
        for earlier in range(later):
            if all(_covers(column, earlier, later) for column in columns):
                yield later + 1, earlier + 1
                break


def find_empty(columns: Sequence[Column], *, rows: int) -> Iterator[tuple[int, int]]:
    """Yield each cell that no value fulfils: row from 1, column from 0."""
    for row in range(rows):
        for at, column in enumerate(columns):
            bins = column.bins_by_row[row]
            if bins is not None and not bins & column.live:
                yield row + 1, at


def find_gap(columns: Sequence[Column], *, rows: int) -> Gap | None:
    """Return values for which no row holds, or ``None`` if there are none.

    Args:
        columns: All columns of the table.
        rows: How many rows the table has.

    Returns:
        A certain gap if there is one even where every opaque cell holds; else one that
        is not certain if there is one where no opaque cell holds.
    """
    opaque = 0
    for column in columns:
        for row, bins in enumerate(column.bins_by_row):
            opaque |= (bins is None) << row
    try:
        sample = _Search(columns).uncovered((1 << rows) - 1)
        if sample is not None:
            return Gap(sample, certain=True)
        sample = _Search(columns).uncovered((1 << rows) - 1 & ~opaque) if opaque else None
    except _GaveUpError:
        return Gap((), certain=False)
    return None if sample is None else Gap(sample, certain=False)


class _GaveUpError(Exception):
    """The search for a gap took too many steps."""


class _Search:
    """Looks for one value per column that no row allows; remembers where there is none."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = columns
        self._covered: set[tuple[int, int]] = set()
        self._steps = 0

    def uncovered(self, rows: int, at: int = 0) -> tuple[Any, ...] | None:
        """Return a value for each column from ``at`` on, or ``None``.

        Args:
            rows: Mask of the rows that hold for the columns before.
            at: First column still open.
        """
        if not rows:
            return tuple(column.samples[_lowest(column.live)] for column in self._columns[at:])
        if at == len(self._columns) or (at, rows) in self._covered:
            return None
        self._steps += 1
        if self._steps > GAP_STEPS_MAX:
            raise _GaveUpError
        column = self._columns[at]
        tried: set[int] = set()
        for index, allowed in enumerate(column.rows_by_bin):
            left = rows & allowed
            if not column.live >> index & 1 or left in tried:
                continue
            tried.add(left)
            rest = self.uncovered(left, at + 1)
            if rest is not None:
                return (column.samples[index], *rest)
        self._covered.add((at, rows))
        return None


def _shared(column: Column, first: int, second: int) -> tuple[int, bool]:
    one, other = column.bins_by_row[first], column.bins_by_row[second]
    both = column.live & (column.live if one is None else one)
    both &= column.live if other is None else other
    return both, one is not None and other is not None


def _covers(column: Column, earlier: int, later: int) -> bool:
    wide, narrow = column.bins_by_row[earlier], column.bins_by_row[later]
    if wide is None:
        return False
    return not column.live & (column.live if narrow is None else narrow) & ~wide


def _lowest(mask: int) -> int:
    return (mask & -mask).bit_length() - 1
