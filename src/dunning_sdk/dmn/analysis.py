"""Find overlaps, gaps and rows never reached, from the bins of a table's columns.

Decides only what follows from the bins: where an opaque cell could change the answer, the
finding is not *certain* and says so. Leaves which finding is a fault to the caller, who knows
the hit policy.

>>> from decimal import Decimal
>>> from dunning_sdk.dmn.column import make_column
>>> from dunning_sdk.feel.parser import parse_unary_tests as tests
>>> days = make_column([tests("<= 3"), tests("> 4")], kind="number", grain=Decimal(1))
>>> find_gap([days], rows=2).sample
(Decimal('4'),)
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dunning_sdk.dmn.column import Column
from dunning_sdk.dmn.region import GaveUpError, Region, Space, bits, sample_of

GAP_STEPS_MAX: Final = 100_000
GAPS_SHOWN_MAX: Final = 5


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
        regions: Where no row holds, as large regions that may overlap; at most
            `GAPS_SHOWN_MAX`, the first of them holds the sample.
    """

    sample: tuple[Any, ...]
    certain: bool
    regions: tuple[Region, ...] = ()


@dataclass(frozen=True, slots=True)
class Unreached:
    """A row that never decides under ``first``.

    Attributes:
        row: Its number, from 1.
        covered_by: Numbers of earlier rows that hold, one or another, whenever it does; empty
            where the search was given up.
        sample: One value per column for which it holds; empty where the search was given up.
    """

    row: int
    covered_by: tuple[int, ...]
    sample: tuple[Any, ...] = ()


def find_overlaps(columns: Sequence[Column], *, rows: int) -> Iterator[Overlap]:
    """Yield every pair of rows that hold, or may hold, at once.

    Args:
        columns: All columns of the table.
        rows: How many rows the table has.

    Source:
        DMN 1.5, 8.2.8: under ``unique`` no two rows may hold for one set of inputs.
    """
    space = Space(columns, rows=rows)
    for second, box in enumerate(space.boxes):
        if not all(box):
            continue
        for first in bits(space.overlapping(box) & ((1 << second) - 1)):
            shared = tuple(a & b for a, b in zip(space.boxes[first], box, strict=True))
            certain = not any(
                None in (column.bins_by_row[first], column.bins_by_row[second])
                for column in columns
            )
            yield Overlap(first + 1, second + 1, sample_of(columns, shared), certain)


def find_unreached(columns: Sequence[Column], *, rows: int) -> Iterator[Unreached]:
    """Yield each row that never decides under ``first``: earlier rows cover it together.

    A row that no value fulfils is not among them, and a row with an opaque cell covers nothing.

    Args:
        columns: All columns of the table.
        rows: How many rows the table has.
    """
    space = Space(columns, rows=rows)
    firm = ~_opaque(columns)
    for row, box in enumerate(space.boxes):
        earlier = space.overlapping(box) & firm & ((1 << row) - 1)
        if not all(box) or not earlier:
            continue
        found = _unreached(space, box, earlier)
        if found is not None:
            yield Unreached(row + 1, found, sample_of(columns, box) if found else ())


def _unreached(space: Space, box: Region, earlier: int) -> tuple[int, ...] | None:
    """Return the rows that cover a box together: none if it is reached, empty if unknown.

    Rows that do not overlap are counted where the search is given up: each covers a part that no
    other does.
    """
    try:
        if space.free(box, rows=earlier, steps_max=GAP_STEPS_MAX) is None:
            return _needed(space, box, earlier)
    except GaveUpError:
        if not space.are_apart(earlier):
            return ()
        if space.is_filled(box, rows=earlier):
            return tuple(row + 1 for row in bits(earlier))
    return None


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
    every = (1 << rows) - 1
    opaque = _opaque(columns) & every
    try:
        for mask in (every, every & ~opaque) if opaque else (every,):
            regions = tuple(_free_regions(Space(columns, rows=rows), mask))
            if regions:
                return Gap(sample_of(columns, regions[0]), mask == every, regions)
    except GaveUpError:
        return Gap((), certain=False)
    return None


def _free_regions(space: Space, rows: int) -> Iterator[Region]:
    """Yield regions without a row, each as large as it can be, until enough are found."""
    found = 0
    counting = space.are_apart()
    for _ in range(GAPS_SHOWN_MAX):
        if counting and not found:
            region = space.hole(space.whole, rows=rows)
        else:
            region = _free_or_none(space, rows | found, is_first=not found)
        if region is None:
            return
        region = space.widened(region, rows=rows)
        yield region
        found |= space.add(region)


def _free_or_none(space: Space, rows: int, *, is_first: bool) -> Region | None:
    """Return a region without a row; a search that takes too long matters for the first only."""
    try:
        return space.free(space.whole, rows=rows, steps_max=GAP_STEPS_MAX)
    except GaveUpError:
        if is_first:
            raise
        return None


def _needed(space: Space, box: Region, rows: int) -> tuple[int, ...]:
    """Return rows that cover a box together, none of them to spare."""
    for row in list(bits(rows))[::-1]:
        rest = rows & ~(1 << row)
        try:
            if rest and space.free(box, rows=rest, steps_max=GAP_STEPS_MAX) is None:
                rows = rest
        except GaveUpError:
            break
    return tuple(row + 1 for row in bits(rows))


def _opaque(columns: Sequence[Column]) -> int:
    """Return the mask of the rows with an opaque cell."""
    rows = 0
    for column in columns:
        for row, bins in enumerate(column.bins_by_row):
            rows |= (bins is None) << row
    return rows
